package io.zmtp.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ByteArrayResource;

/**
 * A page of the documentation, all of whose examples a test runs.
 *
 * @param test has its Java, as it is shown
 */
public record DocPage(String file, Class<?> test) {

    private List<String> blocks(String language) {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(read(Path.of("../../docs", file)))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<String> lines(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private static boolean isImport(String line) {
        return line.startsWith("import ");
    }

    /** Gives an application the properties that the page shows. */
    public void load(ConfigurableApplicationContext context) {
        for (String yaml : blocks("yaml")) {
            try {
                new YamlPropertySourceLoader()
                        .load(yaml, new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                        .forEach(context.getEnvironment().getPropertySources()::addLast);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }

    /** Checks that the page has so many blocks of Java, and that the test has all of them. */
    public void showsCodeOfTheTest(int blocks) {
        List<String> source = lines(read(Path.of("src/test/java", test.getName().replace('.', '/') + ".java")));
        assertThat(blocks("java")).hasSize(blocks).allSatisfy(block -> {
            List<String> shown = lines(block);
            assertThat(source)
                    .containsAll(shown.stream().filter(DocPage::isImport).toList())
                    .containsSequence(
                            shown.stream().filter(line -> !isImport(line)).toList());
        });
    }
}
