package io.zmtp.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The first page is short, and says how to use the library before anything else. */
class FirstPageTests {

    private final Page page = Page.of("README.md");

    @Test
    void hasTwoHundredLinesAtMost() {
        assertThat(page.text().lines()).hasSizeLessThanOrEqualTo(200);
    }

    @Test
    void showsCodeCommandsAndTheDependencyWithinFortyLines() {
        assertThat(page.text().lines().limit(40))
                .contains("```java", "    <artifactId>zmtp-reactive</artifactId>")
                .anyMatch(line -> line.startsWith("mvn "))
                .anyMatch(line -> line.startsWith("java -jar "));
    }

    @Test
    void linksTheContents() {
        assertThat(page.links()).contains("docs/README.md");
    }
}
