package io.zmtp.reactive.mechanism.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian words in arrays of octets. */
final class Words {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Words() {}

    /** Adds a word modulo 2. */
    static void xorInt(byte[] octets, int at, int word) {
        INT.set(octets, at, (int) INT.get(octets, at) ^ word);
    }

    static long getLong(byte[] octets, int at) {
        return (long) LONG.get(octets, at);
    }

    static void putLong(byte[] octets, int at, long word) {
        LONG.set(octets, at, word);
    }

    /** Adds a part of a stream modulo 2. */
    static void xor(byte[] octets, int from, int to, byte[] stream, int streamFrom) {
        int at = from;
        int other = streamFrom;
        for (; to - at >= Long.BYTES; at += Long.BYTES, other += Long.BYTES) {
            putLong(octets, at, getLong(octets, at) ^ getLong(stream, other));
        }
        for (; at < to; at++, other++) {
            octets[at] ^= stream[other];
        }
    }
}
