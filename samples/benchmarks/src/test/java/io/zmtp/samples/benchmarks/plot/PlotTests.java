package io.zmtp.samples.benchmarks.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PlotTests {

    @Test
    void barsAreWellFormedAndAsLongAsTheirValues() throws Exception {
        Document svg = parse(Bars.draw(
                "a < b & c", List.of(new Bars.Bar("ours", 200, "200"), new Bars.Bar("<it>", 100, "100 (2)"))));

        assertThat(text(svg)).contains("a < b & c", "<it>", "100 (2)");
        NodeList boxes = svg.getElementsByTagName("rect");
        assertThat(width(boxes, 0)).isEqualTo(2 * width(boxes, 1));
    }

    @Test
    void barsBeginBehindTheLongestName() throws Exception {
        Document svg = parse(Bars.draw("start", List.of(new Bars.Bar("n".repeat(50), 1, "1"))));

        assertThat(attribute(svg.getElementsByTagName("rect"), 0, "x")).isGreaterThan(50 * 7);
    }

    @Test
    void curvesHaveADotForEachPointAndANameEach() throws Exception {
        Document svg = parse(Curves.draw(
                "growth",
                "peers",
                "messages/s",
                Map.of("ours", new TreeMap<>(Map.of(1.0, 10.0, 1000.0, 2e6)), "it", new TreeMap<>(Map.of(10.0, 7.0)))));

        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(3);
        assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
        assertThat(text(svg)).contains("growth", "peers", "ours", "it", "1 k", "10 M");
    }

    @Test
    void aPlotOfNothingIsWellFormedToo() throws Exception {
        assertThat(text(parse(Curves.draw("nothing", "x", "y", Map.of())))).contains("nothing");
        assertThat(text(parse(Bars.draw("nothing", List.of())))).contains("nothing");
    }

    @Test
    void numbersHaveThreeDigitsThatCount() {
        assertThat(List.of(0.0, 0.0312, 0.5, 1.0, 1.234, 12.34, 100.0, 999.7, 19_340_000.0).stream()
                        .map(Numbers::brief))
                .containsExactly("0", "0.0312", "0.5", "1", "1.23", "12.3", "100", "1 k", "19.3 M");
    }

    private static Document parse(Svg svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg.toString())));
    }

    private static String text(Document svg) {
        return svg.getDocumentElement().getTextContent();
    }

    private static double width(NodeList boxes, int number) {
        return attribute(boxes, number, "width");
    }

    private static double attribute(NodeList boxes, int number, String name) {
        return Double.parseDouble(
                boxes.item(number).getAttributes().getNamedItem(name).getNodeValue());
    }
}
