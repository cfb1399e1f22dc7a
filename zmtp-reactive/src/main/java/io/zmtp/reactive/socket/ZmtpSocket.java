package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.UnderWay;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Shield;
import io.zmtp.reactive.routing.Acknowledged;
import io.zmtp.reactive.routing.Acknowledging;
import io.zmtp.reactive.routing.FairQueue;
import io.zmtp.reactive.routing.Inbox;
import io.zmtp.reactive.routing.Memories;
import io.zmtp.reactive.routing.Outgoing;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A ZeroMQ socket: any number of endpoints, bound and connected, and their peers.
 *
 * <p>All methods may be called from any thread. A socket does not fail when a peer or a connection does: its
 * {@link #monitor()} emits that, and the socket connects again.
 *
 * @since 0.1
 */
public abstract sealed class ZmtpSocket implements Disposable
        permits ReceivingSocket, RepSocket, ReqSocket, SendingSocket {

    final SocketType type;
    final SocketOptions options;
    private final SocketMonitor monitor;

    /** What was received and is acknowledged; null for a socket that does not. */
    final @Nullable Memories memories;

    private final Peers peers = new Peers();
    final SocketEndpoints endpoints;
    private final Sinks.One<Closed> closed = Sinks.one();
    private final LongAdder unsentMessages = new LongAdder();
    private final LongAdder unsentBytes = new LongAdder();
    private volatile boolean closing;
    private volatile boolean ended;

    ZmtpSocket(SocketType type, SocketOptions options) {
        this.type = type;
        this.options = options.requireFor(type);
        this.monitor = new SocketMonitor(type, options.name, options.recorder);
        this.memories = options.delivery.level() == DeliveryLevel.NONE
                ? null
                : new Memories(
                        options.delivery, Math.max(options.recvHwm, SocketOptions.DEFAULT_SEND_HWM), this::unexpected);
        this.endpoints = new SocketEndpoints(this, monitor, new PipeEvents(this, monitor, peers));
    }

    // ---- what a type decides; on event loops, or the thread that connects

    /** Where messages go; null for a type that does not send. */
    @Nullable
    Outgoing outgoing() {
        return null;
    }

    /** The same, if what is sent is acknowledged; else null. */
    final @Nullable Acknowledged acknowledged() {
        return outgoing() instanceof Acknowledged rule ? rule : null;
    }

    /** What is acknowledged over a pipe. */
    Acknowledging newAcknowledging(Pipe pipe, Memories received) {
        return new Acknowledging(pipe, acknowledged(), inbox() == null ? null : received);
    }

    /** What comes for the application; null for a type that does not receive. */
    @Nullable
    Inbox<?> inbox() {
        return null;
    }

    /**
     * A pipe is there, perhaps before its peer is. If the application has given its peer a routing id, it has that already.
     *
     * @throws IllegalArgumentException if another pipe has the routing id
     */
    void added(Pipe pipe) {}

    /** Why any peer of a pipe that connects would be refused; null if it would not. */
    @Nullable
    ZmtpHandshakeException unwanted(Pipe pipe) {
        return null;
    }

    /**
     * The peer of a pipe is about to come. Who is let in has its place from now on, until {@link #peerGone}, or until it is
     * {@link #withdrawn} if the handshake fails.
     *
     * @return completes if it may come; fails if it may not
     */
    Mono<Void> admit(Pipe pipe, Peer peer) {
        return Mono.empty();
    }

    /** A peer that was let in comes; nothing can be exchanged with it yet. */
    void coming(Pipe pipe) {}

    /** A peer that was let in does not come. */
    void withdrawn(Pipe pipe) {}

    /**
     * The peer of a pipe is there.
     *
     * @return false if its endpoint was given up meanwhile
     */
    boolean joined(Pipe pipe, ConnectedPeer peer) {
        return true;
    }

    /** Something came, or the end. */
    void readable(Pipe pipe) {
        Inbox<?> inbox = inbox();
        if (inbox != null) {
            inbox.readable(pipe);
        } else {
            discard(pipe);
        }
    }

    /** There was no room for a message, and there is some again. */
    void writable(Pipe pipe) {
        Outgoing out = outgoing();
        if (out != null) {
            out.writable();
        }
    }

    // How a pipe ends, in this order: pipeDraining if its endpoint is given up, peerGone if it has a peer, pipeRemoved.
    // A lasting pipe begins anew after peerGone, until its endpoint is given up.

    /** A pipe is to be written out, and nothing more to be put in. */
    void pipeDraining(Pipe pipe) {}

    /** The peer of a pipe has gone; if the pipe is not lasting, {@link #pipeRemoved} follows. */
    void peerGone(Pipe pipe, ConnectedPeer peer) {}

    /** A pipe is gone for good: what it held is the type's to take back, or lost. May be called twice. */
    void pipeRemoved(Pipe pipe) {}

    // ---- endpoints

    /**
     * Binds an endpoint.
     *
     * @param endpoint such as {@code tcp://*:5555}, with {@code *} for all addresses or any port
     * @return emits the endpoint with the port that was picked; fails with a {@code BindException} if the address is taken,
     *     and with a {@link ZmtpClosedException} if the socket is closed
     * @throws IllegalArgumentException if it is no endpoint
     */
    public Mono<Endpoint> bind(String endpoint) {
        return bind(Endpoint.parse(endpoint));
    }

    /** As {@link #bind(String)}. */
    public Mono<Endpoint> bind(Endpoint endpoint) {
        return Mono.defer(() -> {
            requireOpen();
            return endpoints.bind(endpoint);
        });
    }

    /**
     * Connects to an endpoint, and again whenever the connection is lost. Two calls make two connections.
     *
     * @param endpoint such as {@code tcp://broker:5555}
     * @return emits the endpoint when the first attempt has begun: that the peer is not there is no error. Fails with a
     *     {@link ZmtpClosedException} if the socket is closed
     * @throws IllegalArgumentException if it is no endpoint
     */
    public Mono<Endpoint> connect(String endpoint) {
        return connect(Endpoint.parse(endpoint));
    }

    /** As {@link #connect(String)}. */
    public Mono<Endpoint> connect(Endpoint endpoint) {
        return connectNamed(endpoint, Bytes.EMPTY);
    }

    /** As {@link #connect(Endpoint)}, to a peer that is to be addressed by a routing id, if that is not empty. */
    final Mono<Endpoint> connectNamed(Endpoint endpoint, Bytes routingId) {
        return Mono.fromCallable(() -> {
            requireOpen();
            return endpoints.connect(endpoint, routingId);
        });
    }

    /**
     * Keeps the socket connected to the latest set of endpoints: it connects to new ones, and disconnects missing ones within
     * the linger time. Endpoints of other calls are not changed. An endpoint that cannot be connected to is left out until
     * the next set.
     *
     * @param endpoints emits the set whenever it changes; sets that come too fast are skipped, except the latest
     * @return begins when it is subscribed to, and ends when that is cancelled; endpoints stay connected then. Completes with
     *     the publisher, or when the socket is closed; fails with the publisher's error
     */
    public Mono<Void> connectAll(Publisher<? extends Collection<Endpoint>> endpoints) {
        return Following.of(this, endpoints);
    }

    /**
     * Keeps the socket connected to each address of a host name, such as that of a headless service. The name is looked up at
     * once and then in intervals, on {@code Schedulers.boundedElastic()}; the rest is as with {@link #connectAll}. If there
     * are IPv4 and IPv6 addresses, those of the kind that comes first count. While a look-up fails, nothing changes.
     *
     * <p>The Java platform keeps addresses for 30 s, or as {@code networkaddress.cache.ttl} says. With {@code tls+tcp}
     * certificates are checked for the address, not for the name.
     *
     * @param endpoint such as {@code tcp://workers.example.org:5555}
     * @param interval the time from one answer to the next look-up, above zero
     * @return completes when the socket is closed; ends else only by cancelling
     */
    public Mono<Void> connectEach(String endpoint, Duration interval) {
        return connectEach(endpoint, interval, Resolving.SYSTEM);
    }

    /**
     * As {@link #connectEach(String, Duration)}, with another look-up than the Java platform's, such as Netty's
     * {@code DnsNameResolver}, which keeps addresses as long as the answer says.
     *
     * @param resolver gets the host name, and emits its addresses without blocking; an error changes nothing
     */
    public Mono<Void> connectEach(
            String endpoint, Duration interval, Function<String, Mono<List<InetAddress>>> resolver) {
        return connectAll(Resolving.each(label(), Endpoint.parse(endpoint), interval, resolver));
    }

    /** As {@link #bind(String)}, and waits for it: for {@code main} methods. */
    public Endpoint bindNow(String endpoint) {
        return getNow(bind(endpoint), endpoint);
    }

    /** As {@link #connect(String)}, and waits for it: for {@code main} methods. */
    public Endpoint connectNow(String endpoint) {
        return getNow(connect(endpoint), endpoint);
    }

    /** As {@link #connect(Endpoint)}, and waits for it: for {@code main} methods. */
    public Endpoint connectNow(Endpoint endpoint) {
        return getNow(connect(endpoint), endpoint.toString());
    }

    /**
     * Stops listening, and closes the connections of this endpoint after writing what was accepted for them, within the
     * linger time.
     *
     * @param endpoint as {@code bind} emitted it
     * @return completes when the connections are closed; fails with {@code IllegalArgumentException} if it is not bound.
     *     Cancelling does not stop it
     */
    public Mono<Void> unbind(Endpoint endpoint) {
        return endpoints.detach(endpoint, true);
    }

    /**
     * Stops connecting, and closes the connection after writing what was accepted for it, within the linger time. Of a type
     * whose peers take turns, what waits for a peer that is not there goes to the other endpoints as soon as there are some.
     *
     * @param endpoint as {@code connect} emitted it
     * @return completes when the connection is closed; fails with {@code IllegalArgumentException} if it is not connected.
     *     Cancelling does not stop it
     */
    public Mono<Void> disconnect(Endpoint endpoint) {
        return endpoints.detach(endpoint, false);
    }

    /** {@return the endpoints that are bound or connected now; a copy} */
    public List<Endpoint> endpoints() {
        return endpoints.all();
    }

    final void requireOpen() {
        if (closing) {
            throw new ZmtpClosedException(type + " socket: it is closed", new Closed(Closed.Reason.LOCAL, null, 0, 0));
        }
    }

    // ---- peers

    /** {@return the type of this socket} */
    public SocketType type() {
        return type;
    }

    /** {@return what is promised of its messages, as {@link SocketOptions#delivery} set it} */
    public DeliveryOptions delivery() {
        return options.delivery;
    }

    /** {@return the peers that are connected now; a copy} */
    public List<ConnectedPeer> peers() {
        return peers.now();
    }

    /**
     * The peers that are connected, and each that joins later. {@link ConnectedPeer#onClose()} shows when one has left.
     *
     * @return hot, for any number of subscribers; one that is 1,024 peers behind misses the oldest. Completes when the socket
     *     is closed
     */
    public Flux<ConnectedPeer> onPeer() {
        return Shield.each(peers.all());
    }

    /**
     * Waits until so many peers are connected.
     *
     * @param count how many peers, at least 1
     * @return completes when so many are connected at a time; fails with a {@link ZmtpClosedException} if the socket is closed
     *     before
     */
    public Mono<Void> awaitPeers(int count) {
        SocketOptions.requirePositive("count", count);
        return Shield.each(peers.all()
                .filter(joined -> peers.count() >= count)
                .next()
                .switchIfEmpty(Mono.error(() -> new ZmtpClosedException(
                        label() + ": closed before " + count + " peers were connected",
                        new Closed(Closed.Reason.LOCAL, null, 0, 0))))
                .then());
    }

    /**
     * What happens to this socket from now on.
     *
     * @return hot, for any number of subscribers; one that is 256 events behind misses the oldest. Completes when the socket
     *     is closed
     */
    public Flux<MonitorEvent> monitor() {
        return monitor.events();
    }

    /**
     * {@return how many messages were not delivered since the socket was made, by reason; a copy} The counts of all
     * {@link MonitorEvent.Dropped} events, of which the last comes within a second, or when the socket is closed, are the
     * same.
     */
    public Map<DropReason, Long> drops() {
        return monitor.drops();
    }

    /**
     * Counts and reports a message that the application, or a library on top of the socket, has dropped, as if the socket had
     * dropped it. When the socket is closed, and its {@link #monitor()} has completed, this does nothing.
     *
     * @param message the message, which the event has
     * @param reason why
     */
    public void drop(Message message, DropReason reason) {
        monitor.dropped(null, null, reason, message, 1);
    }

    /** Counts and reports what was not delivered. */
    void dropped(@Nullable Pipe pipe, @Nullable Endpoint endpoint, DropReason reason, Message message, long count) {
        monitor.dropped(pipe, endpoint, reason, message, count);
    }

    /** Counts and reports what was dropped for, or by, a peer; nothing if the list is empty. */
    void dropped(@Nullable Pipe pipe, DropReason reason, List<Message> messages) {
        if (!messages.isEmpty()) {
            monitor.dropped(pipe, null, reason, messages.get(0), messages.size());
        }
    }

    /** A peer has acknowledged what it does not have. */
    void unexpected(Pipe pipe, long count) {
        monitor.lost(pipe, pipe.endpoint, DropReason.UNEXPECTED, count);
    }

    /**
     * {@return what each peer has been sent and has not acknowledged, with what waits to be written to it; a copy. Empty for
     * sockets without {@link SocketOptions#delivery}, and for those that only receive}
     */
    public List<UnderWay> underWay() {
        Acknowledged rule = acknowledged();
        return rule == null ? List.of() : rule.underWay();
    }

    /** Where messages wait for the application; null for a type that reads everything at once. */
    final @Nullable FairQueue<?> incoming() {
        Inbox<?> inbox = inbox();
        return inbox == null ? null : inbox.queue();
    }

    /** Makes the queue that an {@link #inbox()} takes from, of what peers send. */
    final <T> FairQueue<T> fairQueue(FairQueue.Reader<T> reader) {
        return new FairQueue<>(options.recvHwm, this::isDisposed, this::dropped, reader);
    }

    /** Takes what a peer sends to a socket that does not receive, and counts it. */
    private void discard(Pipe pipe) {
        for (Object item; (item = pipe.poll()) != null; ) {
            if (item instanceof Message message) {
                dropped(pipe, null, DropReason.UNEXPECTED, message, 1);
            }
        }
    }

    /** Drops what waits to be written to a peer that has gone, and counts it. */
    final void lose(Pipe pipe, DropReason reason) {
        dropped(pipe, reason, pipe.takeBack());
    }

    /** What the application gets of what came: messages, those of several parts only where the pattern has such. */
    final @Nullable Message admit(Pipe pipe, Object item) {
        if (!(item instanceof Message message)) {
            return null;
        }
        if (type.singlePart() && message.size() > 1) {
            dropped(pipe, null, DropReason.MALFORMED, message, 1);
            return null;
        }
        return message;
    }

    /** The socket has no place for a peer, for now. */
    final ZmtpHandshakeException refusal(String why) {
        return new ZmtpHandshakeException(ZmtpHandshakeException.Failure.REFUSED, why, 300, null);
    }

    /** A pipe is about to be closed: all that it brings comes before what peers bring that join from now on. */
    final void ends(Pipe pipe) {
        FairQueue<?> incoming = incoming();
        if (incoming != null) {
            incoming.ends(pipe);
        }
    }

    // ---- the end

    /**
     * Closes the socket: nothing more is accepted. What was accepted is written for at most the linger time, to peers that
     * come back or are new too.
     *
     * @return emits, when all connections have ended, how much was not sent. Subscribing starts it, cancelling does not stop
     *     it
     */
    public Mono<Closed> close() {
        return Mono.defer(() -> {
            begin();
            return onClose();
        });
    }

    private void begin() {
        synchronized (closed) {
            if (closing) {
                return;
            }
            closing = true;
        }
        Outgoing out = outgoing();
        Mono<Void> drained = Mono.empty();
        if (out != null && !options.linger.isZero()) {
            // Errors are not reported: behind the timeout there is no subscriber left for them.
            drained = out.drained().then(endpoints.leave()).onErrorComplete().timeout(options.linger, Mono.empty());
        }
        drained.subscribe(nothing -> {}, error -> {}, this::finish);
        if (out != null) {
            out.end();
        }
    }

    private void finish() {
        synchronized (closed) {
            if (ended) {
                return;
            }
            ended = true;
        }
        Inbox<?> inbox = inbox();
        if (inbox != null) {
            inbox.end(); // first, so that a stream of what the socket receives completes before sending it fails
        }
        ZmtpClosedException reason =
                new ZmtpClosedException(type + " socket: closed", new Closed(Closed.Reason.LOCAL, null, 0, 0));
        Mono<Void> ends = endpoints.drop(reason, this::unsent);
        Outgoing out = outgoing();
        if (out != null) {
            unsent(SocketMonitor.NOWHERE, out.close(reason));
        }
        ends.subscribe(nothing -> {}, error -> {}, () -> {
            peers.end();
            monitor.end();
            closed.tryEmitValue(new Closed(Closed.Reason.LOCAL, null, unsentMessages.sum(), unsentBytes.sum()));
        });
    }

    /** Whether it has ended, and what is lost from now on counts as not sent. */
    final boolean hasEnded() {
        return ended;
    }

    /** Counts what was not sent when the socket ended. */
    final void unsent(Endpoint endpoint, Closed dropped) {
        unsentMessages.add(dropped.unsentMessages());
        unsentBytes.add(dropped.unsentBytes());
        monitor.lost(null, endpoint, DropReason.LINGER, dropped.unsentMessages());
    }

    /** Closes now: what was not written is dropped and counted. */
    @Override
    public void dispose() {
        synchronized (closed) {
            closing = true;
        }
        finish();
    }

    @Override
    public boolean isDisposed() {
        return closing;
    }

    /** {@return emits, when the socket is closed, how much was not sent} */
    public Mono<Closed> onClose() {
        return Shield.each(closed.asMono());
    }

    @Override
    public String toString() {
        return label() + " " + endpoints();
    }

    /** For people: its type, and its name if it has one. */
    final String label() {
        return options.name == null ? type + " socket" : type + " socket '" + options.name + "'";
    }

    private static Endpoint getNow(Mono<Endpoint> asked, String what) {
        Endpoint endpoint = asked.block();
        if (endpoint == null) {
            throw new IllegalStateException(what + ": it was given up");
        }
        return endpoint;
    }
}
