package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.pipe.Pipe;
import java.nio.ByteBuffer;

/** A socket that addresses its peers by numbers of its own, whatever they announce: four octets, not all zero. */
abstract sealed class NumberedSocket extends AddressedSocket permits PeerSocket, ServerSocket {

    private static final Bytes NONE = Bytes.wrap(new byte[4]);

    NumberedSocket(SocketType type, SocketOptions options) {
        super(type, options, true);
    }

    /** What is connected to has its number at once, and keeps it over all its connections. */
    @Override
    void added(Pipe pipe) {
        if (pipe.lasting) {
            addressed.give(pipe.routingId.isEmpty() ? nextId() : pipe.routingId, pipe);
        }
    }

    @Override
    Bytes idOf(Pipe pipe, Peer peer) {
        return pipe.lasting ? pipe.routingId : nextId();
    }

    final Bytes nextId() {
        Bytes id;
        do {
            id = Bytes.wrap(ByteBuffer.allocate(4).putInt(nextNumber()).array());
        } while (id.equals(NONE) || addressed.isTaken(id));
        return id;
    }
}
