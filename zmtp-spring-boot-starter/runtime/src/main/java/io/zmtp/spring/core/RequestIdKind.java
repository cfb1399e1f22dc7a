package io.zmtp.spring.core;

import io.zmtp.reactive.Bytes;

/** A kind of ids of requests: what they begin with, and then a number that cannot be guessed. */
record RequestIdKind(Bytes magic) {

    private static final int NUMBER_OCTETS = 16;

    RequestIdKind(String magic) {
        this(Bytes.utf8(magic));
    }

    Bytes of(Bytes number) {
        if (number.size() != NUMBER_OCTETS) {
            throw new IllegalArgumentException(
                    "the number of a request: expected " + NUMBER_OCTETS + " octets, but it has " + number.size());
        }
        byte[] id = new byte[magic.size() + NUMBER_OCTETS];
        magic.copyTo(0, id, 0, magic.size());
        number.copyTo(0, id, magic.size(), NUMBER_OCTETS);
        return Bytes.wrap(id);
    }

    boolean is(Bytes id) {
        return id.size() == magic.size() + NUMBER_OCTETS && id.startsWith(magic);
    }
}
