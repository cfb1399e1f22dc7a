package io.zmtp.reactive.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** XXH64 with seed 0, of octets that come in pieces. For one thread at a time, and one hash. */
final class XxHash64 {

    /** Octets are taken in stripes of this size: every piece but the last must be a multiple of it. */
    static final int STRIPE = 4 * Long.BYTES;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;

    private long first = 0x60EA27EEADC0B5D6L; // the sum of the first two primes
    private long second = PRIME_2;
    private long third;
    private long fourth = -PRIME_1;
    private long length;

    /** The hash of a part of an array. */
    static long of(byte[] octets, int from, int to) {
        return new XxHash64().finish(octets, from, to);
    }

    /** Takes as many whole stripes as there are; returns where they end. */
    int update(byte[] octets, int from, int to) {
        int at = from;
        long one = first;
        long two = second;
        long three = third;
        long four = fourth;
        for (int last = to - STRIPE; at <= last; at += STRIPE) {
            one = round(one, (long) LONG.get(octets, at));
            two = round(two, (long) LONG.get(octets, at + Long.BYTES));
            three = round(three, (long) LONG.get(octets, at + 2 * Long.BYTES));
            four = round(four, (long) LONG.get(octets, at + 3 * Long.BYTES));
        }
        first = one;
        second = two;
        third = three;
        fourth = four;
        length += at - from;
        return at;
    }

    /** Takes the last piece; returns the hash of all. */
    long finish(byte[] octets, int from, int to) {
        int at = update(octets, from, to);
        long hash = (length == 0 ? PRIME_5 : merged()) + length + (to - at);
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            hash = Long.rotateLeft(hash ^ round(0, (long) LONG.get(octets, at)), 27) * PRIME_1 + PRIME_4;
        }
        if (at + Integer.BYTES <= to) {
            hash = Long.rotateLeft(hash ^ ((int) INT.get(octets, at) & 0xffffffffL) * PRIME_1, 23) * PRIME_2 + PRIME_3;
            at += Integer.BYTES;
        }
        for (; at < to; at++) {
            hash = Long.rotateLeft(hash ^ (octets[at] & 0xff) * PRIME_5, 11) * PRIME_1;
        }
        hash = (hash ^ hash >>> 33) * PRIME_2;
        hash = (hash ^ hash >>> 29) * PRIME_3;
        return hash ^ hash >>> 32;
    }

    private long merged() {
        long hash = Long.rotateLeft(first, 1)
                + Long.rotateLeft(second, 7)
                + Long.rotateLeft(third, 12)
                + Long.rotateLeft(fourth, 18);
        return merge(merge(merge(merge(hash, first), second), third), fourth);
    }

    private static long merge(long hash, long lane) {
        return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }

    private static long round(long lane, long input) {
        return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
    }
}
