package io.zmtp.reactive.wire;

import io.zmtp.reactive.ZmtpProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The first octet says into what pieces the others are cut: what comes of them is the same as in one piece. */
public final class FrameDecoderFuzz {
    private static final Limits LIMITS = new Limits(1 << 16, 20);

    private FrameDecoderFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < 2) {
            return;
        }
        byte[] wire = Arrays.copyOfRange(data, 1, data.length);
        List<String> whole = decode(wire, wire.length);
        List<String> pieces = decode(wire, 1 + (data[0] & 0xff));
        if (!whole.equals(pieces)) {
            throw new AssertionError("in one piece " + whole + ", in pieces " + pieces);
        }
        sealed(wire, wire.length, 1 + (data[0] & 0xff));
    }

    private static List<String> decode(byte[] wire, int size) {
        FrameDecoder decoder = new FrameDecoder(LIMITS);
        Decoded decoded = new Decoded();
        try {
            for (int at = 0; at < wire.length; at += size) {
                decoder.decode(ByteBuffer.wrap(wire, at, Math.min(size, wire.length - at)), decoded);
                if (decoder.held() > wire.length) {
                    throw new AssertionError(decoder.held() + " octets held of " + wire.length);
                }
            }
            decoded.events.add("idle " + decoder.idle());
        } catch (ZmtpProtocolException refused) {
            decoded.events.add(refused.getMessage());
        }
        return decoded.events;
    }

    private static void sealed(byte[] wire, int... sizes) {
        List<List<String>> all = new ArrayList<>();
        for (int size : sizes) {
            List<String> frames = new ArrayList<>();
            SealedDecoder decoder = new SealedDecoder(LIMITS, 33);
            try {
                for (int at = 0; at < wire.length; at += size) {
                    decoder.decode(
                            ByteBuffer.wrap(wire, at, Math.min(size, wire.length - at)),
                            (flags, octets, from, to) -> frames.add(flags + " " + (to - from)));
                }
            } catch (ZmtpProtocolException refused) {
                frames.add(refused.getMessage());
            }
            all.add(frames);
        }
        if (!all.get(0).equals(all.get(1))) {
            throw new AssertionError("sealed: in one piece " + all.get(0) + ", in pieces " + all.get(1));
        }
    }
}
