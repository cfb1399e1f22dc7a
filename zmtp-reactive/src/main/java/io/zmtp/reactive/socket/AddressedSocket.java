package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.Addressed;
import io.zmtp.reactive.routing.Inbox;
import io.zmtp.reactive.routing.Outgoing;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A socket that addresses its peers: the first part of every message, both ways, says which one. */
abstract sealed class AddressedSocket extends SendingSocket implements Receiver permits NumberedSocket, RouterSocket {

    final Addressed addressed;
    private final Inbox<Message> inbox = new Inbox<>(fairQueue(this::read));
    private final AtomicInteger counter =
            new AtomicInteger(ThreadLocalRandom.current().nextInt());

    /**
     * A socket without peers.
     *
     * @param mandatory whether a message fails that nobody can be given, and waits for a peer whose queue is full; else
     *     either is dropped
     */
    AddressedSocket(SocketType type, SocketOptions options, boolean mandatory) {
        super(type, options);
        Overflow rule = options.overflow(mandatory ? Overflow.WAIT : Overflow.DROP_NEWEST);
        this.addressed = new Addressed(type, rule, this::dropped, mandatory);
    }

    // ---- what a type decides

    /** By which id a peer that joins is to be addressed. */
    abstract Bytes idOf(Pipe pipe, Peer peer);

    /** The id by which a message names its sender; the pipe may have had other peers. */
    Bytes sender(Pipe pipe, Message message) {
        return pipe.routingId;
    }

    /** The next of the four octets that no peer has. */
    final int nextNumber() {
        return counter.getAndIncrement();
    }

    // ---- peers

    @Override
    Outgoing outgoing() {
        return addressed;
    }

    @Override
    Mono<Void> admit(Pipe pipe, Peer peer) {
        Bytes id = idOf(pipe, peer);
        Pipe holder = addressed.reserve(id, pipe, options.handover);
        if (holder == null) {
            return Mono.error(refusal("another peer has the routing id " + id + " already"));
        }
        if (holder == pipe) {
            return Mono.empty();
        }
        ends(holder); // what it has sent comes first
        return holder.giveWay();
    }

    @Override
    void withdrawn(Pipe pipe) {
        if (pipe.lasting) {
            addressed.release(pipe);
        } else {
            pipeRemoved(pipe);
            lose(pipe);
        }
    }

    @Override
    void coming(Pipe pipe) {
        addressed.prepare(pipe);
    }

    @Override
    boolean joined(Pipe pipe, ConnectedPeer peer) {
        return addressed.take(pipe);
    }

    @Override
    void peerGone(Pipe pipe, ConnectedPeer peer) {
        if (!pipe.lasting) {
            addressed.remove(pipe);
            lose(pipe);
        }
    }

    /** Drops what waits for a peer that has gone for good, and counts it. */
    private void lose(Pipe pipe) {
        List<Message> lost = pipe.takeBack();
        long more = pipe.close(new ZmtpClosedException(
                        pipe.endpoint + ": the peer has gone", new Closed(Closed.Reason.PEER, null, 0, 0)))
                .unsentMessages();
        if (!lost.isEmpty() || more > 0) {
            Message one = lost.isEmpty() ? Message.of(Bytes.EMPTY) : lost.get(0);
            dropped(pipe, null, DropReason.PEER_GONE, one.prepend(pipe.routingId), lost.size() + more);
        }
    }

    @Override
    void pipeRemoved(Pipe pipe) {
        addressed.remove(pipe);
    }

    // ---- messages

    private @Nullable Message read(Pipe pipe, Object item) {
        Message message = admit(pipe, item);
        return message == null ? null : message.prepend(sender(pipe, message));
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
