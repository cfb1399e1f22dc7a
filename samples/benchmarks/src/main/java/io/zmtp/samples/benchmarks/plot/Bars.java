package io.zmtp.samples.benchmarks.plot;

import java.util.List;

/** Bars, one below the other, each with its value and what it is beside the first. */
public final class Bars {
    private static final int LEFT = 230;
    private static final int LONGEST = 360;
    private static final int RIGHT = 170;
    private static final int CHARACTER = 7;
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
        int letters = bars.stream().mapToInt(bar -> bar.name().length()).max().orElse(0);
        int left = Math.max(LEFT, CHARACTER * letters + STEP);
        Svg svg = new Svg(left + LONGEST + RIGHT, TOP + STEP * bars.size() + 10);
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        svg.title(title);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double y = TOP + STEP * i;
            double width = most == 0 ? 0 : bar.value() / most * LONGEST;
            svg.text(left - 8, y + 14, "end", bar.name());
            svg.box(Svg.colour(i), left, y, width, STEP - 8);
            svg.text(left + width + 6, y + 14, "start", bar.remark());
        }
        return svg;
    }
}
