package io.zmtp.reactive.wire;

import io.zmtp.reactive.ZmtpException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A datagram of anybody: it is written again as it came, or refused. */
public final class DatagramFuzz {
    private DatagramFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        try {
            Datagram datagram = Datagram.read(ByteBuffer.wrap(data));
            ByteBuffer out = ByteBuffer.allocate(datagram.size());
            datagram.write(out);
            if (!Arrays.equals(out.array(), data)) {
                throw new AssertionError("not what came: " + datagram);
            }
        } catch (ZmtpException refused) {
            refused.getMessage();
        }
    }
}
