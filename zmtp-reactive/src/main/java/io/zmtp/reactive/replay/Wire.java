package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Peer;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The octets beside topics and payloads; the package's documentation has the table. */
final class Wire {

    /** What our publishers announce in READY: the version, a blank, and the epoch in 16 hexadecimal digits. */
    static final String PROPERTY = "X-Replay";

    private static final String VERSION = "1 ";

    /** Of the message that ends a replay, and where a request wants nothing but to know where the publisher is. */
    static final long END = -1;

    static final Bytes END_PART = number(END);

    /** Our epochs have this bit; those that are counted, of plain publishers, are small. */
    private static final long OURS = 1L << 62;

    private Wire() {}

    static Bytes number(long number) {
        byte[] octets = new byte[Long.BYTES];
        Records.LONG.set(octets, 0, number);
        return Bytes.wrap(octets);
    }

    /** Whether a part can be a number. */
    static boolean isNumber(Bytes part) {
        return part.size() == Long.BYTES;
    }

    /** The number in a part that can be one. */
    static long toNumber(Bytes part) {
        long number = 0;
        for (int at = 0; at < Long.BYTES; at++) {
            number = number << Byte.SIZE | (part.byteAt(at) & 0xff);
        }
        return number;
    }

    // ---- epochs

    static long newEpoch() {
        return (ThreadLocalRandom.current().nextLong() & (OURS - 1)) | OURS;
    }

    /** Whether an epoch is one that a publisher announces; its numbers begin with 0. */
    static boolean isOurs(long epoch) {
        return epoch >= OURS;
    }

    static Bytes announcement(long epoch) {
        return Bytes.utf8(VERSION + HexFormat.of().toHexDigits(epoch));
    }

    /** The epoch of a peer that announces one; empty for a plain one. */
    static OptionalLong epoch(@Nullable Peer peer) {
        String text = peer == null ? "" : peer.properties().text(PROPERTY).orElse("");
        if (!text.startsWith(VERSION) || text.length() != VERSION.length() + 2 * Long.BYTES) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(HexFormat.fromHexDigitsToLong(text, VERSION.length(), text.length()));
        } catch (IllegalArgumentException noDigits) {
            return OptionalLong.empty();
        }
    }
}
