package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;

/** The rule for groups of RADIO and DISH (RFC 48). */
public final class Group {
    /** The most octets of a group: its size is one octet on the wire. */
    public static final int MAX_SIZE = 255;

    private Group() {}

    /** {@return what is wrong with a group, as the end of an error text; empty if nothing is} */
    public static String flaw(Bytes group) {
        if (group.size() > MAX_SIZE) {
            return "expected a group of at most " + MAX_SIZE + " octets, but it has " + group.size();
        }
        return hasZero(group) ? "expected a group without zero octets, but it is " + group : "";
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
