package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslContext;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.Session;
import io.zmtp.reactive.transport.Tls;
import io.zmtp.reactive.wire.Command;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * The steps to an open connection, TLS and the handshake, under one time limit, and the reason why there is none. Lives on
 * the event loop.
 */
final class Opening {

    private final Lifecycle life;
    private final ChannelConnection connection;
    private final ConnectionSpec<?> spec;
    private final Channel channel;
    private final Endpoint endpoint;
    private final MonoSink<ZmtpConnection> opener;
    private final Disposable.Swap steps = Disposables.swap();
    private @Nullable Mono<SSLSession> tls;
    private volatile @Nullable Handshake handshake;
    private Disposable timer = Disposables.disposed();
    private boolean isSettled;

    Opening(Lifecycle life, ChannelConnection connection, ConnectionSpec<?> spec, MonoSink<ZmtpConnection> opener) {
        this.life = life;
        this.connection = connection;
        this.spec = spec;
        this.channel = connection.channel();
        this.endpoint = connection.endpoint();
        this.opener = opener;
    }

    void start(Handshake conversation) {
        handshake = conversation;
        if (tls == null && isSecured() && spec.tls != null) {
            try {
                tls = tls(spec.tls.get());
            } catch (RuntimeException thrown) {
                life.fail(new SSLException("no TLS context can be had", thrown));
                return;
            }
        }
        Mono<Session> whole = Mono.defer(() -> life.connected() ? conversation.run() : Mono.never());
        if (endpoint.scheme().isWebSocket()) {
            whole = upgrade(conversation).then(whole);
        }
        if (tls != null) {
            whole = tls.then(whole);
        }
        if (!spec.handshakeTimeout.isZero()) {
            // No operator for that: most handshakes are short, and there may be very many.
            timer = Schedulers.parallel()
                    .schedule(
                            () -> connection.onLoop(this::expired),
                            TimeUnit.NANOSECONDS.convert(spec.handshakeTimeout),
                            TimeUnit.NANOSECONDS);
        }
        steps.update(whole.subscribe(
                agreed -> connection.onLoop(() -> ready(conversation, agreed)),
                error -> connection.onLoop(() -> failed(error))));
    }

    private void expired() {
        if (!isSettled) {
            steps.dispose();
            failed(new TimeoutException());
        }
    }

    /** It is through, or has failed. */
    private void settle() {
        isSettled = true;
        timer.dispose();
    }

    /** Whether TLS is the first step: a server of WebSocket has taken it already, to read which path is asked for. */
    private boolean isSecured() {
        return endpoint.scheme() == Endpoint.Scheme.TLS_TCP
                || (endpoint.scheme() == Endpoint.Scheme.WSS && spec instanceof ZmtpClient);
    }

    private Mono<Void> upgrade(Handshake conversation) {
        return Mono.defer(() -> spec instanceof ZmtpServer server
                        ? server.upgrade(channel, conversation)
                        : ((ZmtpClient) spec).upgrade(handler(), endpoint, conversation))
                .doOnNext(life::linked)
                .then();
    }

    private ChannelHandlerContext handler() {
        return channel.pipeline().context(life.handler());
    }

    /** Starts TLS at the user's wish. */
    Mono<SSLSession> startTls(SslContext context) {
        if (handshake != null) {
            return tooLateForTls(endpoint);
        }
        Mono<SSLSession> started = tls(context);
        tls = started;
        return started;
    }

    static Mono<SSLSession> tooLateForTls(Endpoint endpoint) {
        return Mono.error(
                new IllegalStateException(endpoint + ": TLS can be started before the greeting only, in doOnInit"));
    }

    private Mono<SSLSession> tls(SslContext context) {
        boolean named = context.isClient() && endpoint.scheme() != Endpoint.Scheme.IPC;
        Mono<SSLSession> started = Tls.start(
                        channel, context, named ? endpoint.host() : null, endpoint.port(), spec.verifyPeer)
                .cache();
        channel.read();
        return started;
    }

    /** For how many nanoseconds the peer has kept us waiting; any thread. */
    long waits(long now) {
        Handshake conversation = handshake;
        return conversation == null ? 0 : conversation.waits(now);
    }

    /** Another peer gets the place of one that says nothing. */
    void giveUp(String why) {
        Handshake conversation = handshake;
        if (conversation != null) {
            steps.dispose();
            failed(new ZmtpHandshakeException(
                    Failure.TIMEOUT,
                    "expected " + conversation.awaiting() + ", but it did not come for "
                            + TimeUnit.NANOSECONDS.toMillis(conversation.waits(System.nanoTime())) + " ms, while "
                            + why));
        }
    }

    /** Nothing more comes; what has come may be enough. */
    void inputEnded() {
        Handshake conversation = handshake;
        if (conversation != null) {
            conversation.inputEnded();
        }
    }

    private void ready(Handshake conversation, Session agreed) {
        settle();
        if (life.isEnding()) {
            agreed.cipher().close();
        } else {
            Peer peer = conversation.admittance().peer(agreed);
            life.ready(this, peer, agreed);
        }
    }

    private void failed(Throwable error) {
        settle();
        if (!life.isEnding() && !(error instanceof ClosedChannelException)) { // else what ended it reports why
            life.refuse(this, explain(error));
        }
    }

    /** Adds to a failure where it happened. */
    private Throwable explain(Throwable error) {
        String where = connection.where();
        if (error instanceof TimeoutException && tls != null && Tls.session(channel) == null) {
            return new SSLHandshakeException(where + "expected the TLS handshake within " + spec.handshakeTimeout
                    + ", but it did not finish: the peer may be slow, or speak no TLS");
        }
        if (error instanceof TimeoutException && handshake != null) {
            return new ZmtpHandshakeException(
                    Failure.TIMEOUT, where + (handshake.isOurTurn() ? slowAnswer(handshake) : slowPeer(handshake)));
        }
        if (error instanceof ZmtpHandshakeException refused) {
            return new ZmtpHandshakeException(refused.failure(), where + refused.getMessage(), refused.code(), refused);
        }
        if (error instanceof ZmtpProtocolException malformed) {
            return new ZmtpHandshakeException(Failure.MALFORMED, where + malformed.getMessage(), 0, malformed);
        }
        return error;
    }

    private String slowPeer(Handshake handshake) {
        return "expected " + handshake.awaiting() + " within " + spec.handshakeTimeout
                + ", but it did not come: the peer may be slow, no ZMTP peer, or have the same role";
    }

    private String slowAnswer(Handshake handshake) {
        return "expected an answer of ours to " + handshake.awaiting() + " within " + spec.handshakeTimeout
                + ", but the authenticator, or what supplies the keys, took longer";
    }

    // ---- how opening ends for the subscriber: one of these, once

    void succeed() {
        opener.success(connection);
    }

    void fail(Throwable failure) {
        opener.error(failure);
    }

    /** What the peer, which has closed the connection, would have had to say, and why it may not have. */
    String missing(Closed end) {
        Handshake conversation = handshake;
        if (conversation == null || end.reason() != Closed.Reason.PEER || end.cause() != null) {
            return "";
        }
        boolean isUnknownKey = conversation.awaiting().contains(Command.WELCOME);
        return ", while " + conversation.awaiting() + " was expected"
                + (isUnknownKey ? ": as from a server that has another key than the one that was asked for" : "");
    }

    /** The connection ended first. */
    void end(ZmtpClosedException ended) {
        settle();
        steps.dispose();
        if (handshake != null) {
            handshake.fail(ended);
        }
        opener.error(ended.closed().cause() instanceof IOException broken ? broken : ended);
    }
}
