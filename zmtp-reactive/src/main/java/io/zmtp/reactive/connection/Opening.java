package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.Session;
import io.zmtp.reactive.transport.Tls;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * How a connection opens: the hooks, TLS, the handshake, all under one time limit; then traffic, or the reason why not.
 * Lives on the event loop.
 */
final class Opening {

    private static final Logger LOG = Loggers.getLogger(ZmtpConnection.class);

    private final ChannelConnection connection;
    private final ConnectionSpec<?> spec;
    private final ZmtpHandler handler;
    private final Channel channel;
    private final Endpoint endpoint;
    private final Disposable.Swap steps = Disposables.swap();
    private @Nullable MonoSink<ZmtpConnection> opener;
    private @Nullable Mono<SSLSession> tls;
    private volatile @Nullable Handshake handshake;
    private boolean through;

    Opening(
            ChannelConnection connection,
            ConnectionSpec<?> spec,
            ZmtpHandler handler,
            MonoSink<ZmtpConnection> opener) {
        this.connection = connection;
        this.spec = spec;
        this.handler = handler;
        this.opener = opener;
        this.channel = connection.channel();
        this.endpoint = connection.endpoint();
    }

    void start() {
        channel.pipeline().addLast(handler);
        if (!channel.isActive()) {
            connection.closedByPeer(null);
            return;
        }
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true); // the handler decides what an end means
        if (!hook(spec.onInit)) {
            return;
        }
        handler.liveness().idleTimeout(spec.idleTimeout);
        Handshake conversation = new Handshake(channel.pipeline().context(handler), spec, connection.line());
        handshake = conversation;
        handler.begin(conversation);
        channel.attr(Acceptor.OPENING).set(this);
        if (tls == null && endpoint.scheme() == Endpoint.Scheme.TLS_TCP && spec.tls != null) {
            try {
                tls = tls(spec.tls.get());
            } catch (RuntimeException thrown) {
                connection.terminate(Reason.TLS, new SSLException("no TLS context can be had", thrown));
                return;
            }
        }
        Mono<Session> whole = (tls == null ? Mono.<Void>empty() : tls.then())
                .then(Mono.defer(() -> hook(spec.onConnected) ? conversation.run() : Mono.never()));
        if (!spec.handshakeTimeout.isZero()) {
            // With a fallback of ours no text is composed, with the names of all steps, before it is wanted.
            whole = whole.timeout(spec.handshakeTimeout, Mono.error(TimeoutException::new));
        }
        steps.update(whole.subscribe(
                agreed -> connection.onLoop(() -> ready(agreed)), error -> connection.onLoop(() -> failed(error))));
    }

    /** Runs a hook of the user's; false if the connection ends with it. */
    private boolean hook(Consumer<ZmtpConnection> hook) {
        try {
            hook.accept(connection);
        } catch (RuntimeException thrown) {
            connection.terminate(Reason.LOCAL, thrown);
        }
        return !connection.isDisposed();
    }

    /** Starts TLS at the user's wish. */
    Mono<SSLSession> startTls(SslContext context) {
        if (handshake != null || through || connection.isDisposed()) {
            throw new IllegalStateException(endpoint + ": TLS can be started before the greeting only, in doOnInit");
        }
        Mono<SSLSession> started = tls(context);
        tls = started;
        return started;
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

    /**
     * There are too many, and of those whose peers say nothing this one has waited longest; any thread.
     *
     * @param why which limit it is
     */
    void giveWay(String why) {
        connection.onLoop(() -> {
            Handshake conversation = handshake;
            if (conversation != null && !connection.isDisposed()) {
                steps.dispose();
                failed(new ZmtpHandshakeException(
                        Failure.TIMEOUT,
                        "expected " + conversation.awaiting() + ", but it did not come for "
                                + TimeUnit.NANOSECONDS.toMillis(conversation.waits(System.nanoTime())) + " ms, while "
                                + why));
            }
        });
    }

    private void ready(Session agreed) {
        Handshake conversation = handshake;
        if (conversation == null || connection.isDisposed()) {
            agreed.cipher().close();
            return;
        }
        Peer peer = conversation.peer(agreed.peer(), agreed.publicKey(), agreed.userId());
        handshake = null;
        through = true;
        LOG.debug("{}: handshake with {} succeeded", endpoint, peer);
        if (!connection.opened(peer, agreed)) {
            connection.terminate(Reason.LOCAL, null);
            agreed.cipher().close();
            return;
        }
        if (!hook(spec.onReady)) {
            agreed.cipher().close();
            return;
        }
        handler.open(peer, agreed.cipher());
        handler.liveness().start(spec);
        if (opener != null) {
            opener.success(connection);
            opener = null;
        }
    }

    private void failed(Throwable error) {
        if (connection.isDisposed() || error instanceof ClosedChannelException) {
            return; // what ended the channel is told by whoever ended it
        }
        Throwable failure = explain(error);
        LOG.debug("{}: handshake failed: {}", endpoint, failure.getMessage());
        MonoSink<ZmtpConnection> waiting = opener;
        opener = null;
        if (failure instanceof ZmtpHandshakeException refused) {
            if (refused.failure() == Failure.VERSION || refused.failure() == Failure.TIMEOUT) {
                connection.terminate(Reason.HANDSHAKE, refused); // nothing that we said is worth waiting for
            } else {
                handler.farewell(Reason.HANDSHAKE, refused);
            }
        } else {
            connection.terminate(failure instanceof SSLException ? Reason.TLS : Reason.IO, failure);
        }
        if (waiting != null) {
            waiting.error(failure);
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

    /** The connection ended first, if it was still opening. */
    void end(ZmtpClosedException ended) {
        steps.dispose();
        if (handshake != null) {
            handshake.fail(ended);
        }
        MonoSink<ZmtpConnection> waiting = opener;
        opener = null;
        if (waiting != null) {
            waiting.error(ended.closed().cause() instanceof IOException broken ? broken : ended);
        }
    }
}
