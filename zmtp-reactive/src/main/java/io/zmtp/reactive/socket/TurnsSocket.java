package io.zmtp.reactive.socket;

import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.Acknowledged;
import io.zmtp.reactive.routing.AcknowledgedOnce;
import io.zmtp.reactive.routing.Outgoing;
import io.zmtp.reactive.routing.RoundRobin;

/** A socket whose peers take turns; senders wait while none can take more. */
abstract sealed class TurnsSocket extends SendingSocket
        permits ClientSocket, DealerSocket, PairedSocket, PushSocket, ScatterSocket {

    final RoundRobin roundRobin;

    TurnsSocket(SocketType type, SocketOptions options) {
        super(type, options);
        Overflow rule = options.overflow(Overflow.WAIT);
        this.roundRobin = options.delivery.level() == DeliveryLevel.NONE
                ? new RoundRobin(type, rule, this::dropped)
                : acknowledged(rule);
    }

    private Acknowledged acknowledged(Overflow rule) {
        DeliveryOptions delivery = options.delivery;
        return delivery.level().isOnce()
                ? new AcknowledgedOnce(type, rule, this::dropped, delivery, options.bounds(), this::unexpected)
                : new Acknowledged(type, rule, this::dropped, delivery, options.bounds(), this::unexpected);
    }

    @Override
    Outgoing outgoing() {
        return roundRobin;
    }

    private boolean isBeforePeer(Pipe pipe) {
        return pipe.lasting && !options.immediate && !options.delivery.level().isOnce();
    }

    @Override
    void added(Pipe pipe) {
        if (isBeforePeer(pipe)) {
            roundRobin.add(pipe);
        }
    }

    @Override
    boolean joined(Pipe pipe, ConnectedPeer peer) {
        if (!isBeforePeer(pipe)) {
            roundRobin.add(pipe);
        }
        return true;
    }

    @Override
    void peerGone(Pipe pipe, ConnectedPeer peer) {
        if (isBeforePeer(pipe)) {
            roundRobin.peerGone(pipe);
        } else {
            roundRobin.takeOver(pipe);
        }
    }

    @Override
    void pipeDraining(Pipe pipe) {
        roundRobin.leave(pipe);
    }

    @Override
    void pipeRemoved(Pipe pipe) {
        roundRobin.remove(pipe);
        roundRobin.takeOver(pipe);
    }
}
