package io.zmtp.samples.benchmarks.plot;

import java.util.List;

/** Bars, one below the other, each with its value and what it is beside the first. */
public final class Bars {
    private static final int WIDTH = 760;
    private static final int LEFT = 230;
    private static final int RIGHT = 170;
    private static final int TOP = 34;
    private static final int STEP = 26;

    private Bars() {}

    /**
     * One bar.
     *
     * @param name what was measured
     * @param value how long the bar is, zero or more
     * @param remark what stands behind it
     */
    public record Bar(String name, double value, String remark) {}

    /** Draws them. */
    public static Svg draw(String title, List<Bar> bars) {
        Svg svg = new Svg(WIDTH, TOP + STEP * bars.size() + 10);
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        svg.title(title);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double y = TOP + STEP * i;
            double width = most == 0 ? 0 : bar.value() / most * (WIDTH - LEFT - RIGHT);
            svg.text(LEFT - 8, y + 14, "end", bar.name());
            svg.box(Svg.colour(i), LEFT, y, width, STEP - 8);
            svg.text(LEFT + width + 6, y + 14, "start", bar.remark());
        }
        return svg;
    }
}
