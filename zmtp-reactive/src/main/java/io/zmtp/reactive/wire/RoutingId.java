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
            throw new IllegalArgumentException(
                    "expected a routing id of at most " + MAX_SIZE + " octets, but it has " + id.size());
        }
        if (!id.isEmpty() && id.byteAt(0) == 0) {
            throw new IllegalArgumentException(
                    "expected a routing id that does not begin with a zero octet, as those are reserved, but it is "
                            + id);
        }
        return id;
    }
}
