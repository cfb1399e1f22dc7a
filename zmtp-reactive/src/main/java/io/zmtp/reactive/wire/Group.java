package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;

/** The rule for groups of RADIO and DISH (RFC 48). */
public final class Group {
    /** The most octets of one. */
    public static final int MAX_SIZE = 255;

    private Group() {}

    /** {@return what is wrong with a group; empty for nothing} */
    public static String flaw(Bytes group) {
        if (group.size() > MAX_SIZE) {
            return "a group has at most " + MAX_SIZE + " octets, not " + group.size();
        }
        return hasZero(group) ? "a group has no zero octet, but this does: " + group : "";
    }

    static boolean hasZero(Bytes group) {
        for (int at = 0; at < group.size(); at++) {
            if (group.byteAt(at) == 0) {
                return true;
            }
        }
        return false;
    }
}
