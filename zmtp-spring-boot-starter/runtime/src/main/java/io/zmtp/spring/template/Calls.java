package io.zmtp.spring.template;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.spring.core.CallFrame;
import io.zmtp.spring.core.StreamFrame;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.SignalType;

/**
 * The requests that are under way through one DEALER. Each has an id, and goes to one peer, which alone can answer it. From
 * the first request on, the socket has no other receiver.
 */
final class Calls {

    private static final PacedLog LOG = new PacedLog(Calls.class);

    private record Asked(ConnectedPeer peer, MonoSink<Message> reply) {}

    private final DealerSocket socket;
    private final RequestIds ids;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicBoolean receiving = new AtomicBoolean();
    private final Map<Bytes, Asked> asked = new ConcurrentHashMap<>();
    private final Map<Bytes, StreamCall> streams = new ConcurrentHashMap<>();

    /** The peers that have said that calls may be cancelled. */
    private final Set<ConnectedPeer> cancelling = ConcurrentHashMap.newKeySet();

    /** The peers whose end is waited for. */
    private final Set<ConnectedPeer> watched = ConcurrentHashMap.newKeySet();

    Calls(DealerSocket socket, RequestIds ids) {
        this.socket = socket;
        this.ids = ids;
    }

    private void receive() {
        if (receiving.compareAndSet(false, true)) {
            socket.receive().subscribe(this::take, this::end, () -> end(closed()));
        }
    }

    private void end(Throwable why) {
        receiving.set(false);
        asked.keySet().forEach(id -> fail(id, why));
        streams.values().forEach(each -> signal(() -> each.fail(why)));
    }

    private ZmtpClosedException closed() {
        return new ZmtpClosedException(
                socket + ": expected a reply, but the socket is closed", new Closed(Closed.Reason.LOCAL, null, 0, 0));
    }

    // ---- which peer is asked

    /** The next peer to ask, once there is one. */
    private Mono<ConnectedPeer> peer() {
        return Mono.defer(() -> {
            List<ConnectedPeer> now = socket.peers();
            return now.isEmpty()
                    ? socket.onPeer().next().switchIfEmpty(Mono.error(this::closed))
                    : Mono.just(choose(now));
        });
    }

    /** Peers take turns; if messages wait for one, another with a shorter queue comes first. */
    private ConnectedPeer choose(List<ConnectedPeer> peers) {
        int first = turn.getAndIncrement();
        ConnectedPeer chosen = peers.get(Math.floorMod(first, peers.size()));
        for (int i = 1; i < peers.size() && chosen.queued() > 0; i++) {
            ConnectedPeer other = peers.get(Math.floorMod(first + i, peers.size()));
            chosen = other.queued() < chosen.queued() ? other : chosen;
        }
        return chosen;
    }

    /** Whether a peer sent a message; each connection has a record of its own, however equal. */
    @SuppressWarnings("ReferenceEquality")
    static boolean isFrom(ConnectedPeer peer, Message message) {
        Peer from = message.peer().orElse(null);
        return from == peer.peer();
    }

    static ZmtpClosedException gone(ConnectedPeer peer, String what, Closed closed) {
        return new ZmtpClosedException(peer.endpoint() + ": " + what + ": " + closed.reason(), closed);
    }

    // ---- one reply

    Mono<Message> request(Message body) {
        return Mono.defer(() -> {
            List<ConnectedPeer> now = socket.peers();
            return now.isEmpty() ? peer().flatMap(peer -> request(peer, body)) : request(choose(now), body);
        });
    }

    private Mono<Message> request(ConnectedPeer peer, Message body) {
        return Mono.create(reply -> ask(peer, body, reply));
    }

    private void ask(ConnectedPeer peer, Message body, MonoSink<Message> reply) {
        Bytes id = CallFrame.id(ids.next());
        asked.put(id, new Asked(peer, reply));
        reply.onDispose(() -> asked.remove(id));
        receive();
        if (!asked.containsKey(id)) {
            return; // failed already, since the socket has another receiver
        }
        watch(peer);
        Disposable sending = peer.send(body.prepend(Bytes.EMPTY).prepend(id))
                .subscribe(accepted -> {}, refused -> fail(id, refused));
        reply.onCancel(() -> {
            sending.dispose();
            asked.remove(id); // before the question, as cancellable() asks the other way round
            if (cancelling.contains(peer)) {
                cancel(peer, CallFrame.cancel(id));
            }
        });
        if (peer.isDisposed()) {
            left(peer, new Closed(Closed.Reason.PEER, null, 0, 0)); // before the request was known
        }
    }

    private void watch(ConnectedPeer peer) {
        if (watched.add(peer)) {
            peer.onClose().subscribe(closed -> {
                watched.remove(peer);
                cancelling.remove(peer);
                left(peer, closed);
            });
        }
    }

    private void left(ConnectedPeer peer, Closed how) {
        asked.forEach((id, each) -> {
            if (each.peer() == peer) {
                fail(id, gone(peer, "the peer has gone before it replied", how));
            }
        });
    }

    private void fail(Bytes id, Throwable why) {
        Asked failed = asked.remove(id);
        if (failed != null) {
            signal(() -> failed.reply().error(why));
        }
    }

    // ---- a stream of replies

    /**
     * Fails if nothing comes within the time. From then on silence is no failure; the end of the connection is one.
     *
     * @param called its route and its socket, for failures
     */
    Flux<Message> stream(String called, Message body, Duration timeout) {
        return Flux.defer(() -> {
            Bytes id = StreamFrame.id(ids.next());
            StreamCall call = new StreamCall(id, called, socket);
            streams.put(id, call);
            receive();
            Mono<Void> begun = peer().flatMap(peer -> call.ask(peer, body))
                    .timeout(
                            timeout,
                            Mono.error(() -> new TimeoutException("nothing of " + called + " came within " + timeout)));
            return begun.thenMany(call.elements()).doFinally(end -> {
                streams.remove(id);
                call.end(end);
            });
        });
    }

    // ---- what comes

    private void take(Message message) {
        signal(() -> {
            if (!isTaken(message)) {
                socket.drop(message, DropReason.MALFORMED);
            }
        });
    }

    /** What the subscriber to one reply throws must not end the other requests. */
    static void signal(Runnable signal) {
        try {
            signal.run();
        } catch (Throwable thrown) {
            LOG.warn("reply", "the subscriber to a reply threw", thrown);
        }
    }

    private boolean isTaken(Message message) {
        Bytes id = message.first();
        if (message.size() < 3 || !message.part(1).isEmpty()) {
            return false;
        }
        if (StreamFrame.isStream(id)) {
            StreamCall call = streams.get(id);
            if (call == null) {
                cancel(message, id);
            }
            return call != null && isTaken(message, id, call);
        }
        if (message.size() == 3 && message.last().equals(CallFrame.CANCELLABLE) && CallFrame.isCall(id)) {
            cancellable(message, id);
            return true;
        }
        Asked waiting = asked.get(id);
        if (waiting == null || !isFrom(waiting.peer(), message) || !asked.remove(id, waiting)) {
            return false;
        }
        waiting.reply().success(message.skip(2));
        return true;
    }

    /** A stream whose subscriber throws is cancelled: its buffer would never be emptied. */
    private boolean isTaken(Message message, Bytes id, StreamCall call) {
        try {
            return call.take(message);
        } catch (Throwable thrown) {
            streams.remove(id);
            call.end(SignalType.CANCEL);
            throw thrown;
        }
    }

    /** If the call was given up already, the peer does not know that yet. */
    private void cancellable(Message message, Bytes id) {
        sender(message).filter(watched::contains).ifPresent(peer -> {
            cancelling.add(peer);
            if (!asked.containsKey(id)) {
                cancel(peer, CallFrame.cancel(id));
            }
            if (peer.isDisposed()) {
                cancelling.remove(peer);
            }
        });
    }

    private void cancel(ConnectedPeer peer, Message message) {
        if (!peer.offer(message)) {
            socket.drop(message, DropReason.QUEUE_FULL);
        }
    }

    /** If the peer's queue is full the CANCEL is not sent; the next message of the stream causes another one. */
    private void cancel(Message message, Bytes id) {
        sender(message).ifPresent(peer -> peer.offer(StreamFrame.of(id, StreamFrame.CANCEL, Bytes.EMPTY)));
    }

    private Optional<ConnectedPeer> sender(Message message) {
        return socket.peers().stream().filter(peer -> isFrom(peer, message)).findFirst();
    }
}
