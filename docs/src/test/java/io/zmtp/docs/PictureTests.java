package io.zmtp.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Element;

/** The drawings are sound, are shown by a page, and can be read on a dark ground too. */
class PictureTests {

    @TestFactory
    Stream<DynamicTest> drawings() throws IOException {
        List<Path> shown = Page.all().stream()
                .flatMap(page -> page.links().stream()
                        .filter(link -> link.endsWith(".svg"))
                        .map(link -> page.file().resolveSibling(link).normalize()))
                .toList();
        try (Stream<Path> files = Files.list(Page.ROOT.resolve("docs/images"))) {
            List<Path> drawings =
                    files.filter(file -> file.toString().endsWith(".svg")).toList();
            return drawings.stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                        Element svg = DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(file.toFile())
                                .getDocumentElement();
                        assertThat(svg.getAttribute("viewBox")).isNotEmpty();
                        assertThat(svg.getElementsByTagName("title").getLength())
                                .as("titles")
                                .isOne();
                        assertThat(Files.readString(file)).contains("prefers-color-scheme: dark");
                        assertThat(shown).as("what pages show").contains(file);
                    }));
        }
    }
}
