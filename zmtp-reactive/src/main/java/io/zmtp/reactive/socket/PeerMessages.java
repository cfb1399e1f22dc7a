package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.Pipe;

/** The messages of the options for a peer that joins, and for the application when one has gone. */
final class PeerMessages {

    private final SocketOptions options;

    PeerMessages(SocketOptions options) {
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

    /** Puts the message that a peer has gone behind what it sent; false if the options have none. */
    boolean note(Pipe pipe, ConnectedPeer peer) {
        Message notice = pipe.lasting ? options.hiccup : options.disconnect;
        if (notice == null) {
            return false;
        }
        pipe.notice.set(Message.received(notice.parts(), peer.peer()));
        return true;
    }
}
