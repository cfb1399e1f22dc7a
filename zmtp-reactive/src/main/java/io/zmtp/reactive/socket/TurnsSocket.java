package io.zmtp.reactive.socket;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.pipe.Pipe;

/** A socket whose peers take turns; senders wait while none can take more. */
abstract sealed class TurnsSocket extends SendingSocket
        permits ClientSocket, DealerSocket, PairedSocket, PushSocket, ScatterSocket {

    final Distributor distributor;

    TurnsSocket(SocketType type, SocketOptions options) {
        super(type, options);
        this.distributor = new Distributor(type, options.overflow(Overflow.WAIT), this::dropped);
    }

    @Override
    Outgoing outgoing() {
        return distributor;
    }

    private boolean isBeforePeer(Pipe pipe) {
        return pipe.lasting && !options.immediate;
    }

    @Override
    void added(Pipe pipe) {
        if (isBeforePeer(pipe)) {
            distributor.add(pipe);
        }
    }

    @Override
    boolean joined(Pipe pipe, ConnectedPeer peer) {
        if (!isBeforePeer(pipe)) {
            distributor.add(pipe);
        }
        return true;
    }

    @Override
    void peerGone(Pipe pipe, ConnectedPeer peer) {
        if (isBeforePeer(pipe)) {
            distributor.relieve();
        } else {
            distributor.takeOver(pipe);
        }
    }

    @Override
    void pipeDraining(Pipe pipe) {
        distributor.leave(pipe);
    }

    @Override
    void pipeRemoved(Pipe pipe) {
        distributor.remove(pipe);
        distributor.takeOver(pipe);
    }
}
