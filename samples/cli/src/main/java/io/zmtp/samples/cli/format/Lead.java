package io.zmtp.samples.cli.format;

import io.zmtp.reactive.SocketType;

/** What the first part of a type's messages is. */
public enum Lead {
    /** Nothing special. */
    BODY,
    /** The group: RADIO, DISH. */
    GROUP,
    /** The routing id of the peer: ROUTER, SERVER, PEER. */
    PEER_ID;

    static Lead of(SocketType type) {
        return switch (type) {
            case RADIO, DISH -> GROUP;
            case ROUTER, SERVER, PEER -> PEER_ID;
            default -> BODY;
        };
    }

    /** How a line of it looks. */
    String shape() {
        return switch (this) {
            case BODY -> "body";
            case GROUP -> "group<TAB>body";
            case PEER_ID -> "ID<TAB>body";
        };
    }
}
