package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpException;
import java.nio.ByteBuffer;

/** The first 64 octets of a peer: a greeting, the same octets again, or an error with a name. */
public final class GreetingFuzz {
    private GreetingFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        try {
            ByteBuffer in = ByteBuffer.wrap(data);
            Greeting greeting = Greeting.read(in);
            if (greeting == null) {
                if (data.length >= Greeting.SIZE) {
                    throw new AssertionError("waits for more than a greeting has");
                }
                return;
            }
            if (!greeting.octets().equals(Bytes.copyOf(data, 0, Greeting.SIZE)) || in.position() != Greeting.SIZE) {
                throw new AssertionError("the greeting is not what came: " + greeting);
            }
            greeting.mechanism();
        } catch (ZmtpException refused) {
            refused.getMessage();
        }
    }
}
