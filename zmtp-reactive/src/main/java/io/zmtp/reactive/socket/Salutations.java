package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;

/** What a peer is told when it comes, and the application when it has gone, where the options say so. */
final class Salutations {

    private final SocketOptions options;

    Salutations(SocketOptions options) {
        this.options = options;
    }

    void greet(Pipe pipe) {
        if (options.probeRouter) {
            pipe.greet(Message.of(Bytes.EMPTY));
        }
        if (options.hello != null) {
            pipe.greet(options.hello);
        }
    }

    /** Leaves word that a peer has gone behind what it sent; false if nobody wants to know. */
    boolean note(Pipe pipe, ConnectedPeer peer) {
        Message notice = pipe.lasting ? options.hiccup : options.disconnect;
        if (notice == null) {
            return false;
        }
        pipe.notice.set(Message.received(notice.parts(), peer.peer()));
        return true;
    }
}
