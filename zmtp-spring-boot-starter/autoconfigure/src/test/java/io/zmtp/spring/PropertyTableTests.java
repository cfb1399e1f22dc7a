package io.zmtp.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.spring.autoconfigure.properties.SocketProperties;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

/** The table of properties in the documentation is that of the configuration metadata. */
class PropertyTableTests {

    private static final Path PAGE = Path.of("../../docs/spring-properties.md");
    private static final String BEGIN = "<!-- generated from the configuration metadata -->\n";
    private static final String END = "<!-- end -->\n";
    private static final String AGAIN =
            "mvn -pl zmtp-spring-boot-starter/autoconfigure -am test -Dtest=PropertyTableTests"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dwrite=true";

    @Test
    void isThatOfTheMetadata() throws IOException {
        String table = "\n" + PropertyTable.generate();
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        if (Boolean.getBoolean("write")) {
            Files.writeString(PAGE, page.substring(0, begin) + table + page.substring(end));
        } else {
            assertThat(page.substring(begin, end))
                    .as("the table of properties in docs/spring-properties.md; write it anew with\n%s", AGAIN)
                    .isEqualTo(table);
        }
    }

    @Test
    void hasEveryKeyOfASocket() throws IOException {
        String table = PropertyTable.generate();
        for (RecordComponent component : SocketProperties.class.getRecordComponents()) {
            String key = DataObjectPropertyName.toDashedForm(component.getName());
            assertThat(table).containsAnyOf("| `" + key + "`", "| `" + key + ".");
        }
    }

    @Test
    void describesEveryKey() throws IOException {
        assertThat(PropertyTable.generate().lines().filter(line -> line.endsWith("|  |")))
                .isEmpty();
    }
}
