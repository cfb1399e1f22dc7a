package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;

/** What a peer is told when it comes, and the application when it has gone, where the options say so. */
final class Salutations {

    private final SocketType type;
    private final SocketOptions options;

    Salutations(SocketType type, SocketOptions options) {
        this.type = type;
        this.options = options;
    }

    void greet(Pipe pipe) {
        boolean probes = type == SocketType.REQ || type == SocketType.DEALER || type == SocketType.ROUTER;
        if (options.probeRouter && probes) {
            pipe.greet(Message.of(Bytes.EMPTY));
        }
        if (options.hello != null && isConversation()) {
            pipe.greet(options.hello);
        }
    }

    /** Leaves word that a peer has gone behind what it sent; false if nobody wants to know. */
    boolean note(Pipe pipe, SocketPeer peer) {
        Message notice = pipe.lasting ? options.hiccup : options.disconnect;
        if (notice == null || !isConversation()) {
            return false;
        }
        pipe.notice.set(Message.received(notice.parts(), peer.peer()));
        return true;
    }

    /** Whether messages go both ways, as the application likes. */
    private boolean isConversation() {
        return switch (type) {
            case DEALER, ROUTER, PAIR, CHANNEL, CLIENT, SERVER, PEER -> true;
            default -> false;
        };
    }
}
