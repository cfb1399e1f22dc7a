package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.Credentials;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.pipe.Shield;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Has a ZAP handler decide which peers may talk: one that was written for libzmq, and is bound to {@link #ENDPOINT} in this
 * process as a REP or ROUTER socket.
 *
 * <pre>{@code
 * RepSocket handler = RepSocket.create();
 * handler.bindNow(ZapAuthenticator.ENDPOINT);
 * handler.serve(request -> {             // "1.0", request id, domain, address, routing id, mechanism, credentials
 *     boolean known = isKnown(request.last());
 *     return Mono.just(Message.of(Bytes.utf8("1.0"), request.part(1),
 *             Bytes.utf8(known ? "200" : "400"), Bytes.utf8("text"), Bytes.utf8("user"), Bytes.EMPTY));
 * }).subscribe();
 *
 * ZapAuthenticator zap = ZapAuthenticator.of("global");
 * PullSocket pull = PullSocket.create(options -> options.mechanism(CurveMechanism.server(keys, zap)));
 * }</pre>
 *
 * <p>The handler gets the peer's bare IP address, empty where there is none, the routing id that the peer announced,
 * empty for PLAIN, and as credentials a user name and a password for PLAIN, 32 octets of public key for CURVE and
 * BLAKE3ZMQ, nothing for NULL. With status 200 the peer comes in: the user id becomes {@code Peer.userId()}, and the
 * metadata are among {@code Peer.properties()}. With 300, 400 and 500 it is refused, as {@link Verdict.Refuse} says.
 *
 * <p>In all other cases the peer is refused. It is refused with 300, for the moment, if there is no handler, if the handler
 * goes or does not answer within the time limit, or if {@link #MAX_REQUESTS} requests wait for it already; and with 500 if
 * its reply is not as RFC 27 defines it. A reply to no request is ignored.
 *
 * <p>Any number of mechanisms may share a {@code ZapAuthenticator}, and any number of these a handler. Handshakes wait for
 * each other only in the handler: a REP socket replies in the order of the requests. In new code an {@link Authenticator}
 * of your own is simpler.
 *
 * @see <a href="https://rfc.zeromq.org/spec/27/">RFC 27, ZAP</a>
 * @since 0.1
 */
public final class ZapAuthenticator implements Authenticator, Disposable {

    /** The endpoint that handlers bind: {@code inproc://zeromq.zap.01}. */
    public static final String ENDPOINT = "inproc://zeromq.zap.01";

    /** How long a handler may take to answer: 10 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /** How many requests may wait for an answer: {@value}. */
    public static final int MAX_REQUESTS = 1000;

    private final Bytes domain;
    private final Duration timeout;
    private final DealerSocket socket = DealerSocket.create(options ->
            options.immediate().onFull(Overflow.FAIL).sendHwm(MAX_REQUESTS).linger(Duration.ZERO));
    private final Map<Bytes, MonoSink<Verdict>> asked = new ConcurrentHashMap<>();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong requests = new AtomicLong();

    private ZapAuthenticator(String domain, Duration timeout) {
        this.domain = Bytes.utf8(domain);
        this.timeout = timeout;
        socket.monitor().ofType(MonitorEvent.Disconnected.class).subscribe(gone -> refuseAll("the handler has gone"));
        socket.receive().subscribe(this::answered);
        socket.connect(ENDPOINT).subscribe();
    }

    /**
     * As {@link #of(String, Duration)}, with {@link #DEFAULT_TIMEOUT}.
     *
     * @param domain sent to the handler
     * @return the authenticator; dispose it when it is no longer used
     */
    public static ZapAuthenticator of(String domain) {
        return of(domain, DEFAULT_TIMEOUT);
    }

    /**
     * Makes an authenticator that asks the handler, even if that is bound later, or again.
     *
     * @param domain sent to the handler, which can distinguish servers by it; may be empty
     * @param timeout how long the handler may take to answer, above zero; the time limit of the handshake applies too
     * @return the authenticator; dispose it when it is no longer used
     */
    public static ZapAuthenticator of(String domain, Duration timeout) {
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("ZAP: expected a timeout above zero, but it is " + timeout);
        }
        return new ZapAuthenticator(domain, timeout);
    }

    @Override
    public Mono<Verdict> authenticate(Credentials credentials) {
        return Shield.each(Mono.<Verdict>create(sink -> ask(credentials, sink)))
                .timeout(timeout, Mono.fromSupplier(() -> tryLater("the handler has not answered within " + timeout)));
    }

    private void ask(Credentials credentials, MonoSink<Verdict> sink) {
        if (unanswered.incrementAndGet() > MAX_REQUESTS) {
            unanswered.decrementAndGet();
            sink.success(tryLater("the handler has " + MAX_REQUESTS + " requests to answer"));
            return;
        }
        Bytes id = Bytes.utf8(Long.toString(requests.incrementAndGet()));
        asked.put(id, sink);
        sink.onDispose(() -> {
            asked.remove(id);
            unanswered.decrementAndGet();
        });
        // Fails, where nobody is bound or the queue is full; it never waits.
        socket.send(Zap.request(id, domain, credentials))
                .subscribe(sent -> {}, failed -> sink.success(tryLater(String.valueOf(failed.getMessage()))));
    }

    private void answered(Message reply) {
        Bytes id = Zap.idOf(reply);
        MonoSink<Verdict> sink = id == null ? null : asked.remove(id);
        if (sink != null) {
            sink.success(Zap.verdict(reply));
        }
    }

    private void refuseAll(String why) {
        List.copyOf(asked.values()).forEach(sink -> sink.success(tryLater(why)));
    }

    private static Verdict tryLater(String why) {
        return Verdict.tryLater("ZAP at " + ENDPOINT + ": " + why);
    }

    /** Stops asking. Peers that wait for an answer, and all later ones, are refused. */
    @Override
    public void dispose() {
        refuseAll("it is no longer asked");
        socket.dispose();
        refuseAll("it is no longer asked"); // who came meanwhile
    }

    @Override
    public boolean isDisposed() {
        return socket.isDisposed();
    }
}
