package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A socket that has one peer, and refuses every further one while it has. */
abstract sealed class PairedSocket extends TurnsSocket implements Receiver permits ChannelSocket, PairSocket {

    private final Inbox inbox = new Inbox(this, this::admit);

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
            distributor.add(pipe);
        }
        return only.get() == pipe;
    }

    @Override
    boolean joined(Pipe pipe, SocketPeer peer) {
        if (take(pipe)) {
            return true;
        }
        tell(new MonitorEvent.Refused(
                peer.endpoint(), peer.peer(), type + " has one peer, and there is " + only.get()));
        return false;
    }

    @Override
    void left(Pipe pipe, SocketPeer peer) {
        if (!pipe.lasting) {
            distributor.remove(pipe);
            lose(pipe, DropReason.PEER_GONE);
        }
    }

    @Override
    void removed(Pipe pipe) {
        distributor.remove(pipe);
        if (!isDisposed()) {
            lose(pipe, DropReason.LINGER); // a socket that is closed counts it itself
        }
        only.compareAndSet(pipe, null);
    }

    @Override
    void readable(Pipe pipe) {
        inbox.readable(pipe);
    }

    @Override
    FairQueue incoming() {
        return inbox.queue();
    }

    @Override
    void ended() {
        inbox.end();
    }

    @Override
    public Flux<Message> receive() {
        return inbox.messages();
    }
}
