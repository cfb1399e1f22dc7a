package io.zmtp.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every link leads somewhere, and every page is led to. */
class LinkTests {

    @TestFactory
    Stream<DynamicTest> leadSomewhere() {
        return Page.all().stream()
                .map(page -> DynamicTest.dynamicTest(
                        page.toString(),
                        () -> assertThat(page.links())
                                .filteredOn(link -> !link.matches("(https?|mailto):.*"))
                                .allSatisfy(link -> leadsSomewhere(page, link))));
    }

    @Test
    void theContentsNameEveryPage() throws IOException {
        try (Stream<Path> files = Files.list(Page.ROOT.resolve("docs"))) {
            TreeSet<String> pages = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".md") && !name.equals("README.md"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(Page.of("docs/README.md").links()).containsAll(pages);
        }
    }

    private static void leadsSomewhere(Page page, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty()
                ? page.file()
                : page.file().resolveSibling(parts[0]).normalize();
        assertThat(target).as(link).exists().startsWith(Page.ROOT);
        if (parts.length == 2) {
            Page anchored = Page.of(Files.isDirectory(target) ? target.resolve("README.md") : target);
            assertThat(List.copyOf(anchored.anchors())).as(link).contains(parts[1]);
        }
    }
}
