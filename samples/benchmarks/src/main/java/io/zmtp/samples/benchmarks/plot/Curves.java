package io.zmtp.samples.benchmarks.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.DoubleUnaryOperator;

/** Curves over one axis, both logarithmic. */
public final class Curves {
    private static final int WIDTH = 760;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 48;
    private static final int BOTTOM = 44;
    private static final int HEIGHT = 320;
    private static final int LEGEND = 18;

    private Curves() {}

    /**
     * Draws them.
     *
     * @param title what is shown
     * @param x what the axis from left to right counts
     * @param y what the axis from bottom to top counts
     * @param curves by their names the points, each more than zero
     */
    public static Svg draw(String title, String x, String y, Map<String, SortedMap<Double, Double>> curves) {
        List<Double> xs = curves.values().stream()
                .flatMap(points -> points.keySet().stream())
                .distinct()
                .sorted()
                .toList();
        Range across = Range.around(xs);
        Range up = Range.around(curves.values().stream()
                        .flatMap(points -> points.values().stream())
                        .toList())
                .toDecades();
        int foot = TOP + HEIGHT + BOTTOM;
        Svg svg = new Svg(WIDTH, foot + LEGEND * curves.size());
        DoubleUnaryOperator toX = value -> LEFT + across.share(value) * (WIDTH - LEFT - RIGHT);
        DoubleUnaryOperator toY = value -> TOP + (1 - up.share(value)) * HEIGHT;
        svg.title(title);
        svg.text(4, TOP - 10, "start", y);
        svg.text(WIDTH - RIGHT, TOP + HEIGHT + 34, "end", x);
        for (double value : xs) {
            double at = toX.applyAsDouble(value);
            svg.line(at, TOP, at, TOP + HEIGHT);
            svg.text(at, TOP + HEIGHT + 16, "middle", Numbers.brief(value));
        }
        for (double value : up.decades()) {
            double at = toY.applyAsDouble(value);
            svg.line(LEFT, at, WIDTH - RIGHT, at);
            svg.text(LEFT - 6, at + 4, "end", Numbers.brief(value));
        }
        int number = 0;
        for (Map.Entry<String, SortedMap<Double, Double>> curve : curves.entrySet()) {
            String colour = Svg.colour(number);
            List<double[]> points = new ArrayList<>();
            curve.getValue()
                    .forEach((at, value) -> points.add(new double[] {toX.applyAsDouble(at), toY.applyAsDouble(value)}));
            svg.curve(colour, points);
            points.forEach(point -> svg.dot(colour, point[0], point[1]));
            int line = foot + LEGEND * number++;
            svg.box(colour, LEFT, line - 9, 14, 4);
            svg.text(LEFT + 22, line - 2, "start", curve.getKey());
        }
        return svg;
    }

    /** From the logarithm of the lowest value to that of the highest. */
    private record Range(double lowest, double highest) {

        static Range around(List<Double> values) {
            return new Range(
                    Math.log10(values.stream().mapToDouble(value -> value).min().orElse(1)),
                    Math.log10(values.stream().mapToDouble(value -> value).max().orElse(1)));
        }

        /** Whole powers of ten around it, at least one. */
        Range toDecades() {
            double floor = Math.floor(lowest);
            return new Range(floor, Math.max(floor + 1, Math.ceil(highest)));
        }

        double share(double value) {
            return highest == lowest ? 0.5 : (Math.log10(value) - lowest) / (highest - lowest);
        }

        List<Double> decades() {
            List<Double> decades = new ArrayList<>();
            for (double exponent = lowest; exponent <= highest; exponent++) {
                decades.add(Math.pow(10, exponent));
            }
            return decades;
        }
    }
}
