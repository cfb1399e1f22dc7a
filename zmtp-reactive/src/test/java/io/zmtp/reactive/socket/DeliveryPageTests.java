package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The page on delivery, in the package's Javadoc, names tests for what it says: they are there. */
class DeliveryPageTests {

    private static final Path PAGE = Path.of("src/main/java/io/zmtp/reactive/socket/package-info.java");
    private static final Pattern NAMED = Pattern.compile("\\{@code (\\w+Tests)\\.(\\w+)}");

    @Test
    void namesTestsThatAreThere() throws IOException, ClassNotFoundException {
        List<MatchResult> named =
                NAMED.matcher(Files.readString(PAGE)).results().toList();
        assertThat(named).hasSizeGreaterThan(50);
        for (MatchResult each : named) {
            Class<?> tests = Class.forName(getClass().getPackageName() + "." + each.group(1));
            assertThat(tests.getDeclaredMethods())
                    .as(each.group())
                    .anyMatch(method -> method.getName().equals(each.group(2)) && isTest(method));
        }
    }

    @Test
    void namesATestForEachLineOfItsTables() throws IOException {
        String page = Files.readString(PAGE);
        String delivery = page.substring(page.indexOf("<h2>Delivery</h2>"));
        List<String> rows = Arrays.stream(delivery.split("<tr>"))
                .skip(1)
                .filter(row -> !row.contains("<th>"))
                .toList();
        assertThat(rows)
                .hasSizeGreaterThan(30)
                .allMatch(row -> NAMED.matcher(row).find());
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }
}
