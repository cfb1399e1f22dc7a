package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.Inbox;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A socket that has one peer, and refuses every further one while it has. */
abstract sealed class PairedSocket extends TurnsSocket implements Receiver permits ChannelSocket, PairSocket {

    private final Inbox<Message> inbox = new Inbox<>(fairQueue(this::admit));

    /** The pipe of the one peer, which may be between two connections. */
    private final AtomicReference<@Nullable Pipe> only = new AtomicReference<>();

    PairedSocket(SocketType type, SocketOptions options) {
        super(type, options);
    }

    @Override
    void added(Pipe pipe) {
        if (pipe.lasting) {
            take(pipe);
        }
    }

    private boolean take(Pipe pipe) {
        if (only.compareAndSet(null, pipe)) {
            roundRobin.add(pipe);
            if (pipe.isLast) {
                pipeRemoved(pipe); // its endpoint was given up meanwhile, and nobody would free the place
            }
        }
        return only.get() == pipe;
    }

    @Override
    @Nullable
    ZmtpHandshakeException unwanted(Pipe pipe) {
        return take(pipe) ? null : taken();
    }

    @Override
    Mono<Void> admit(Pipe pipe, Peer peer) {
        // Who is accepted gets messages only when it has joined.
        boolean free = pipe.lasting ? take(pipe) : only.compareAndSet(null, pipe);
        return free ? Mono.empty() : Mono.error(taken());
    }

    private ZmtpHandshakeException taken() {
        return refusal(type + " has one peer, and there is " + only.get());
    }

    @Override
    void withdrawn(Pipe pipe) {
        if (!pipe.lasting) {
            only.compareAndSet(pipe, null);
        }
    }

    @Override
    boolean joined(Pipe pipe, ConnectedPeer peer) {
        if (!pipe.lasting) {
            roundRobin.add(pipe);
        }
        return !pipe.lasting || only.get() == pipe;
    }

    @Override
    void peerGone(Pipe pipe, ConnectedPeer peer) {
        if (!pipe.lasting) {
            roundRobin.remove(pipe);
            lose(pipe, DropReason.PEER_GONE);
        }
    }

    @Override
    void pipeRemoved(Pipe pipe) {
        roundRobin.remove(pipe);
        if (!isDisposed()) {
            lose(pipe, DropReason.LINGER); // a socket that is closed counts it itself
        }
        only.compareAndSet(pipe, null);
    }

    @Override
    Inbox<Message> inbox() {
        return inbox;
    }

    @Override
    public Flux<Message> receive() {
        return inbox.receive();
    }
}
