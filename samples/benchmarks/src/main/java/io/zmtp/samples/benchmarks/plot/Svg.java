package io.zmtp.samples.benchmarks.plot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A picture that is written from top to bottom. It has no background, and its texts and lines take the colour that is
 * readable where it is shown.
 */
public final class Svg {
    /** Colours that keep apart, for most who do not see all of them too, on white and on black. */
    private static final List<String> COLOURS =
            List.of("#3b82c4", "#e07b1a", "#2f9e63", "#c2509b", "#8a63d2", "#b08900", "#d1495b", "#4aa3a2");

    private final StringBuilder svg = new StringBuilder();

    /** An empty picture of that size in pixels. */
    public Svg(int width, int height) {
        add("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" \
                font-family="sans-serif" font-size="12">
                <style>
                svg { color: #222 } text { fill: currentColor } .grid { stroke: currentColor; stroke-opacity: 0.2 }
                @media (prefers-color-scheme: dark) { svg { color: #ddd } }
                </style>
                """, width, height, width, height);
    }

    /** What the picture shows: at its top, and as its name for screen readers. */
    public void title(String title) {
        add("<title>%s</title>%n", escaped(title));
        text(4, 16, "start", title);
    }

    /** The colour of a curve or a bar, by its number. */
    public static String colour(int number) {
        return COLOURS.get(number % COLOURS.size());
    }

    /** A text, anchored at its {@code start}, {@code middle} or {@code end}. */
    public void text(double x, double y, String anchor, String text) {
        add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped(text));
    }

    /** A thin line of a grid or an axis. */
    public void line(double x1, double y1, double x2, double y2) {
        add("<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n", x1, y1, x2, y2);
    }

    /** A curve through points of x and y. */
    public void curve(String colour, List<double[]> points) {
        StringBuilder path = new StringBuilder();
        for (double[] point : points) {
            path.append(String.format(Locale.ROOT, "%.1f,%.1f ", point[0], point[1]));
        }
        add(
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"%s\"/>%n",
                colour, path.toString().strip());
    }

    /** A dot on a curve. */
    public void dot(String colour, double x, double y) {
        add("<circle fill=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>%n", colour, x, y);
    }

    /** A filled rectangle. */
    public void box(String colour, double x, double y, double width, double height) {
        add(
                "<rect fill=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>%n",
                colour, x, y, Math.max(0, width), height);
    }

    /** Writes the file, in place of one that is there. */
    public void write(Path file) {
        try {
            Files.writeString(file, toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public String toString() {
        return svg + "</svg>\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments));
    }
}
