package io.zmtp.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.docs.Page.Block;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/**
 * Every block of XML in the pages is a pom or a part of one. Where it has a version of the project, it is that of the first page; a version of
 * Boot is the one that the project is built with. A whole pom has what Maven asks for.
 */
class XmlBlockTests {

    private static final String OURS = "io.zmtp";
    private static final String BOOT = "org.springframework.boot";

    @TestFactory
    Stream<DynamicTest> arePoms() throws Exception {
        Map<String, String> versions = versions();
        List<Block> blocks =
                Page.all().stream().flatMap(page -> page.blocks("xml").stream()).toList();
        assertThat(blocks.stream().filter(block -> block.code().startsWith("<project")))
                .as("whole poms")
                .hasSizeGreaterThanOrEqualTo(2);
        return blocks.stream()
                .map(block -> DynamicTest.dynamicTest(
                        block.toString(),
                        () -> assertThat(faults(block, versions))
                                .as("%s", block)
                                .isEmpty()));
    }

    @Test
    void anotherVersionAndAPomThatMavenRefusesAreFound() throws Exception {
        Page page = Page.of("README.md");
        String project =
                "<project><artifactId>a</artifactId><dependency><groupId>io.zmtp</groupId><artifactId>zmtp-reactive</artifactId>"
                        + "<version>0.0.9</version></dependency></project>";
        assertThat(faults(new Block(page, 1, project, ""), versions()))
                .containsExactly(
                        "no modelVersion",
                        "no groupId",
                        "no version",
                        "no namespace",
                        "zmtp-reactive has the version 0.0.9");
    }

    private static List<String> faults(Block block, Map<String, String> versions) throws Exception {
        List<String> faults = new ArrayList<>();
        Element root = parse(block.code());
        if (root.getTagName().equals("project")) {
            for (String part : List.of("modelVersion", "groupId", "artifactId", "version")) {
                if (text(root, part).isEmpty()) {
                    faults.add("no " + part);
                }
            }
            if (!root.getAttribute("xmlns").equals("http://maven.apache.org/POM/4.0.0")) {
                faults.add("no namespace");
            }
        }
        for (Element artifact : artifacts(root)) {
            String version = text(artifact, "version");
            String expected = versions.get(text(artifact, "groupId"));
            if (expected != null && !version.isEmpty() && !version.equals(expected)) {
                faults.add(text(artifact, "artifactId") + " has the version " + version);
            }
        }
        return faults;
    }

    /** By group. */
    private static Map<String, String> versions() throws Exception {
        Element pom = parse(Files.readString(Page.ROOT.resolve("pom.xml")));
        Map<String, String> versions = new TreeMap<>();
        versions.put(
                BOOT, pom.getElementsByTagName("spring-boot.version").item(0).getTextContent());
        versions.put(OURS, text(parse(Page.of("README.md").blocks("xml").get(0).code()), "version"));
        assertThat(versions.values()).noneMatch(String::isEmpty);
        return versions;
    }

    private static List<Element> artifacts(Element root) {
        List<Element> artifacts = new ArrayList<>();
        for (Element each : elements(root)) {
            artifacts.addAll(artifacts(each));
        }
        if (List.of("dependency", "parent", "plugin").contains(root.getTagName())) {
            artifacts.add(root);
        }
        return artifacts;
    }

    private static String text(Element parent, String name) {
        return elements(parent).stream()
                .filter(each -> each.getTagName().equals(name))
                .map(Element::getTextContent)
                .findAny()
                .orElse("");
    }

    private static List<Element> elements(Element parent) {
        List<Element> elements = new ArrayList<>();
        for (Node each = parent.getFirstChild(); each != null; each = each.getNextSibling()) {
            if (each instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }

    private static Element parse(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)))
                .getDocumentElement();
    }
}
