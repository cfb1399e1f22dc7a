package io.zmtp.reactive.test;

import io.zmtp.reactive.Bytes;
import java.util.HexFormat;
import java.util.Locale;

/** Shows octets in failures of tests, beside what was expected. */
final class Octets {

    private static final int MAX_SHOWN_OCTETS = 256;

    private Octets() {}

    /** Reads two hexadecimal digits for each octet; blanks are skipped. */
    static Bytes parse(String hex) {
        return Bytes.wrap(HexFormat.of().parseHex(hex.replaceAll("\\s", "").toLowerCase(Locale.ROOT)));
    }

    static String show(Bytes octets) {
        byte[] all = octets.toByteArray();
        int shown = Math.min(all.length, MAX_SHOWN_OCTETS);
        StringBuilder text = new StringBuilder();
        text.append(all.length).append(all.length == 1 ? " octet: " : " octets: ");
        text.append(HexFormat.ofDelimiter(" ").formatHex(all, 0, shown));
        text.append(shown < all.length ? " …" : "").append("  \"");
        for (int i = 0; i < shown; i++) {
            text.append(all[i] >= ' ' && all[i] < 0x7f ? (char) all[i] : '.');
        }
        return text.append('"').toString();
    }

    static AssertionError differ(String what, Bytes expected, Bytes actual) {
        int at = 0;
        while (at < Math.min(expected.size(), actual.size()) && expected.byteAt(at) == actual.byteAt(at)) {
            at++;
        }
        return new AssertionError(String.format(
                "%s: they differ from octet %d on%n  expected %s%n  but came %s",
                what, at, show(expected), show(actual)));
    }
}
