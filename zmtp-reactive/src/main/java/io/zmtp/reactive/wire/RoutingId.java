package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;

/** The rule for routing ids, "Identity" on the wire (RFC 37, Connection Metadata). */
public final class RoutingId {
    /** The most octets of one. */
    public static final int MAX_SIZE = 255;

    private RoutingId() {}

    /**
     * Checks one that this side chooses; peers may have any that is not too long.
     *
     * @param id may be empty, which is none
     * @return the same
     * @throws IllegalArgumentException if it is too long, or begins with a zero octet
     */
    public static Bytes check(Bytes id) {
        if (id.size() > MAX_SIZE) {
            throw new IllegalArgumentException("a routing id has at most " + MAX_SIZE + " octets, not " + id.size());
        }
        if (!id.isEmpty() && id.byteAt(0) == 0) {
            throw new IllegalArgumentException("a routing id must not begin with a zero octet: those are reserved");
        }
        return id;
    }
}
