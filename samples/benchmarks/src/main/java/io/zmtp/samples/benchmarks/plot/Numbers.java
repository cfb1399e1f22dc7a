package io.zmtp.samples.benchmarks.plot;

import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {
    private static final String[] SUFFIXES = {"", " k", " M", " G"};

    private Numbers() {}

    /** Three digits that count, such as 12.3 k; nothing is cut off before the point. */
    public static String brief(double value) {
        double scaled = value;
        int suffix = 0;
        while (Math.abs(scaled) >= 999.5 && suffix < SUFFIXES.length - 1) {
            scaled /= 1000;
            suffix++;
        }
        double size = Math.abs(scaled);
        int decimals = size >= 99.95 || size == 0 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : size >= 0.0995 ? 3 : 4;
        String text = String.format(Locale.ROOT, "%." + decimals + "f", scaled);
        return (decimals == 0 ? text : text.replaceAll("\\.?0+$", "")) + SUFFIXES[suffix];
    }
}
