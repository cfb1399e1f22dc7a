package io.zmtp.reactive.socket;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.endpoint.EndpointMonitor;
import io.zmtp.reactive.endpoint.EndpointOwner;
import io.zmtp.reactive.endpoint.SocketEndpoint;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.routing.Acknowledged;
import io.zmtp.reactive.routing.Acknowledging;
import io.zmtp.reactive.routing.FairQueue;
import io.zmtp.reactive.routing.Memories;
import io.zmtp.reactive.routing.Outgoing;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What happens to a socket's pipes: the peers that come and go by them are kept and reported here, and the socket's type
 * does its part.
 */
final class PipeEvents implements EndpointOwner {

    private final ZmtpSocket socket;
    private final SocketMonitor monitor;
    private final Peers peers;
    private final PeerMessages peerMessages;
    private final Levels levels;

    PipeEvents(ZmtpSocket socket, SocketMonitor monitor, Peers peers) {
        this.socket = socket;
        this.monitor = monitor;
        this.peers = peers;
        this.peerMessages = new PeerMessages(socket.options);
        this.levels = new Levels(socket.options.delivery);
    }

    // ---- the peer comes and goes

    @Override
    public void added(Pipe pipe) {
        acknowledging(pipe);
        socket.added(pipe);
    }

    @Override
    public @Nullable ZmtpHandshakeException unwanted(Pipe pipe) {
        return socket.unwanted(pipe);
    }

    @Override
    public Mono<Void> admit(Pipe pipe, Peer peer) {
        return Mono.defer(() -> {
                    ZmtpHandshakeException unequal = levels.refusal(pipe, peer);
                    if (unequal != null) {
                        return Mono.error(unequal);
                    }
                    Acknowledging acknowledging = acknowledging(pipe);
                    if (acknowledging != null) {
                        acknowledging.admit(peer, levels.isEqual(peer));
                    }
                    return socket.admit(pipe, peer);
                })
                .doOnError(
                        ZmtpHandshakeException.class,
                        refused -> monitor.tell(
                                new MonitorEvent.Refused(pipe.endpoint, peer, String.valueOf(refused.getMessage()))));
    }

    /** What is acknowledged over a pipe; null for nothing. */
    private @Nullable Acknowledging acknowledging(Pipe pipe) {
        if (pipe.acknowledgements == null && socket.memories != null) {
            pipe.acknowledgements = socket.newAcknowledging(pipe, socket.memories);
        }
        return Acknowledging.of(pipe);
    }

    /** Whether the peer has a name for which the socket remembers what it has taken over. */
    private boolean remembers(Pipe pipe) {
        Acknowledging acknowledging = Acknowledging.of(pipe);
        return acknowledging != null && acknowledging.isEqual;
    }

    @Override
    public void withdrawn(Pipe pipe) {
        levels.gone(pipe);
        socket.withdrawn(pipe);
    }

    @Override
    public void coming(Pipe pipe) {
        socket.coming(pipe);
    }

    @Override
    public boolean opened(Pipe pipe, Presence presence) {
        Memories memories = socket.memories;
        pipe.present = presence;
        pipe.last = presence.peer();
        ConnectedPeer peer = new ConnectedPeer(pipe, presence);
        Duration took = monitor.sinceConnected(pipe);
        monitor.tell(new MonitorEvent.HandshakeSucceeded(peer.endpoint(), peer.peer(), took));
        if (acknowledges() && !levels.isEqual(peer.peer())) {
            monitor.tell(new MonitorEvent.Unacknowledged(peer.endpoint(), peer.peer(), levels.difference(peer.peer())));
            Objects.requireNonNull(acknowledging(pipe)).isUnequal();
        }
        if (socket.hasEnded() || !socket.joined(pipe, peer)) {
            pipe.present = null;
            return false;
        }
        FairQueue<?> incoming = socket.incoming();
        if (incoming != null) {
            incoming.joined(pipe);
        }
        if (memories != null && remembers(pipe)) {
            memories.joined(peer.peer());
        }
        peerMessages.greet(pipe);
        monitor.joined(peer, took);
        peers.add(peer);
        return true;
    }

    @Override
    public void inboundEnded(Pipe pipe) {
        FairQueue<?> incoming = socket.incoming();
        if (incoming != null) {
            incoming.departed(pipe);
        }
    }

    @Override
    public void closed(Pipe pipe, Closed lost) {
        Memories memories = socket.memories;
        Presence presence = pipe.present;
        pipe.present = null;
        ConnectedPeer peer = presence == null ? null : peers.remove(presence);
        if (peer != null) {
            socket.peerGone(pipe, peer);
            if (!socket.isDisposed() && peerMessages.note(pipe, peer)) {
                socket.readable(pipe);
            }
            lost(pipe, lost);
            if (memories != null && remembers(pipe)) {
                memories.left(peer.peer());
            }
            inboundEnded(pipe);
            levels.gone(pipe); // not before: what is kept by its name must not be mixed up with what comes by it next
            peer.left(lost);
            monitor.left(peer);
            monitor.tell(new MonitorEvent.Disconnected(peer.endpoint(), peer.peer(), lost));
            if (socket.incoming() != null) {
                socket.readable(pipe);
            }
        } else {
            levels.gone(pipe);
        }
        if (!pipe.lasting) {
            socket.pipeRemoved(pipe);
            pipe.close(new ZmtpClosedException(pipe.endpoint + ": the peer has gone", lost)); // fails what waits in it
        }
    }

    /** What a connection was writing when it ended. */
    private void lost(Pipe pipe, Closed lost) {
        Acknowledging acknowledging = Acknowledging.of(pipe);
        if (acknowledging != null && acknowledging.isEqual) {
            return; // it is sent again
        }
        if (socket.hasEnded()) {
            socket.unsent(pipe.endpoint, lost);
        } else {
            monitor.lost(pipe, pipe.endpoint, DropReason.PEER_GONE, lost.unsentMessages());
        }
    }

    // ---- a pipe ends

    @Override
    public void draining(Pipe pipe) {
        socket.pipeDraining(pipe);
    }

    /** What its connections have brought comes before what peers bring that join from now on. */
    @Override
    public void givenUp(Pipe pipe) {
        pipe.isLast = true;
        if (pipe.present != null) {
            socket.ends(pipe);
        } else {
            inboundEnded(pipe);
            socket.readable(pipe);
        }
        socket.pipeRemoved(pipe);
    }

    @Override
    public void removed(Pipe pipe) {
        socket.pipeRemoved(pipe);
    }

    @Override
    public void gaveUp(SocketEndpoint endpoint) {
        socket.endpoints.gaveUp(endpoint);
    }

    // ---- messages

    @Override
    public void readable(Pipe pipe) {
        socket.readable(pipe);
    }

    @Override
    public void writable(Pipe pipe) {
        socket.writable(pipe);
    }

    @Override
    public void written(Pipe pipe, long messages, long bytes) {
        monitor.recorder().sent(socket.type, pipe.endpoint, messages, bytes);
    }

    @Override
    public void received(Pipe pipe, long messages, long bytes) {
        monitor.recorder().received(socket.type, pipe.endpoint, messages, bytes);
    }

    @Override
    public void roundTrip(Pipe pipe, Duration time) {
        monitor.recorder().roundTrip(socket.type, pipe.endpoint, time);
    }

    @Override
    public void dropped(Pipe pipe, DropReason reason, Message message, long count) {
        monitor.dropped(pipe, null, reason, message, count);
    }

    @Override
    public boolean takesCommands() {
        return socket instanceof PublishingSocket;
    }

    @Override
    public boolean acknowledges() {
        return socket.memories != null;
    }

    @Override
    public void unlocked(Runnable action) {
        Outgoing rule = socket.outgoing();
        if (rule == null) {
            action.run();
        } else {
            rule.unlocked(action);
        }
    }

    @Override
    public Mono<Void> acknowledged(Pipe pipe) {
        Acknowledged rule = socket.acknowledged();
        return rule == null ? Mono.empty() : rule.acknowledged(pipe);
    }

    @Override
    public EndpointMonitor monitor() {
        return monitor;
    }
}
