package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;

/** The rule for routing ids, "Identity" on the wire (RFC 37, Connection Metadata). */
public final class RoutingId {
    /** The most octets of a routing id. */
    public static final int MAX_SIZE = 255;

    private RoutingId() {}

    /**
     * Checks a routing id that this side chooses. The id of a peer may begin with any octet.
     *
     * @param id the id; empty for none
     * @return the same id
     * @throws IllegalArgumentException if it is too long, or begins with a zero octet
     */
    public static Bytes check(Bytes id) {
        if (id.size() > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "expected a routing id of at most " + MAX_SIZE + " octets, but it has " + id.size());
        }
        if (!id.isEmpty() && id.byteAt(0) == 0) {
            throw new IllegalArgumentException(
                    "expected a routing id that does not begin with a zero octet, which is reserved, but it is " + id);
        }
        return id;
    }
}
