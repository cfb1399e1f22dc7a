package io.zmtp.reactive;

import java.nio.charset.StandardCharsets;

/** Z85 and hex as users write them, and any octets shown. */
public final class BytesFuzz {
    private BytesFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Bytes octets = Bytes.of(data);
        octets.toString();
        if (!Bytes.hex(octets.hex()).equals(octets)) {
            throw new AssertionError("hex of " + octets);
        }
        if (data.length % 4 == 0 && !Bytes.z85(octets.z85()).equals(octets)) {
            throw new AssertionError("Z85 of " + octets);
        }
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            if (!Bytes.z85(text).z85().equals(text)) {
                throw new AssertionError("Z85 " + text);
            }
        } catch (IllegalArgumentException refused) {
            refused.getMessage();
        }
        try {
            Bytes.hex(text);
        } catch (IllegalArgumentException refused) {
            refused.getMessage();
        }
    }
}
