package io.zmtp.reactive.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.Session;
import io.zmtp.reactive.pipe.Shield;
import io.zmtp.reactive.transport.HalfClose;
import io.zmtp.reactive.transport.Tls;
import io.zmtp.reactive.transport.ws.WebSocketLink;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * The life of a connection. Nothing else moves it from one {@link ConnectionState} to the next, or decides when and why it
 * ends. Lives on the event loop; its state, and the reason of its end, may be read by anyone.
 */
final class Lifecycle implements Acceptor.Waiting {

    private static final Logger LOG = Loggers.getLogger("io.zmtp.reactive.connection");

    private final ChannelConnection connection;
    private final ConnectionSpec<?> spec;
    private final Channel channel;
    private final @Nullable ChannelPipe pipe;
    private final Outbox outbox;
    private final ZmtpHandler handler;
    private final Sinks.One<Closed> closed = Sinks.one();
    private volatile ConnectionState state = ConnectionState.OPENING;

    /** What it takes to open; null when the opener has its answer. */
    private volatile @Nullable Opening opening;

    /** Why it ends, once that is known, and, when it has ended, what was not sent. */
    private volatile @Nullable Closed end;

    /** Whether it ends when all that was accepted is written; the peer is then read to its end, even if nobody receives. */
    private boolean leaving;

    /** Whether the peer has said that nothing more comes. */
    private boolean inputEnded;

    /** Where messages go by WebSocket. */
    private @Nullable WebSocketLink link;

    Lifecycle(ChannelConnection connection, ConnectionSpec<?> spec, MonoSink<ZmtpConnection> opener) {
        this.connection = connection;
        this.spec = spec;
        this.channel = connection.channel();
        this.pipe = connection.pipe();
        this.outbox = connection.outbox();
        this.handler = new ZmtpHandler(connection, this, spec.limits);
        this.opening = new Opening(this, connection, spec, opener);
    }

    ConnectionState state() {
        return state;
    }

    boolean isOpen() {
        return state == ConnectionState.OPEN;
    }

    boolean isEnding() {
        return state.isEnding();
    }

    boolean isLeaving() {
        return leaving;
    }

    ZmtpHandler handler() {
        return handler;
    }

    // ---- opening

    void start() {
        Opening steps = opening;
        channel.attr(Acceptor.WAITING).set(this);
        channel.pipeline().addLast(handler);
        if (!channel.isActive()) {
            closedByPeer(false);
            return;
        }
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true); // what an end means is decided here
        if (hook(spec.onInit) && steps != null) {
            if (!spec.idleTimeout.isZero()) { // else that of the hook stays
                handler.liveness().idleTimeout(spec.idleTimeout);
            }
            Handshake handshake = new Handshake(channel.pipeline().context(handler), spec, pipe, this::greeted);
            handler.begin(handshake);
            steps.start(handshake);
        }
    }

    /** Runs a hook of the user's; false if the connection ends with it. */
    private boolean hook(Consumer<ZmtpConnection> hook) {
        try {
            hook.accept(connection);
        } catch (RuntimeException thrown) {
            terminate(Reason.LOCAL, thrown);
        }
        return !isEnding();
    }

    /** Starts TLS at the user's wish. */
    Mono<SSLSession> startTls(SslContext context) {
        Opening steps = opening;
        return steps == null || isEnding() ? Opening.tooLateForTls(connection.endpoint()) : steps.startTls(context);
    }

    /** The channel was upgraded: the greeting goes by WebSocket. */
    void linked(WebSocketLink upgraded) {
        link = upgraded;
        handler.writer().overWebSocket();
    }

    /** The channel is connected, and secured if it is to be: the greeting may begin, unless a hook ended the connection. */
    boolean connected() {
        boolean goesOn = hook(spec.onConnected);
        if (goesOn) {
            state = state.to(ConnectionState.GREETING);
        }
        return goesOn;
    }

    private void greeted() {
        if (state.mayBecome(ConnectionState.HANDSHAKING)) { // else it came when the end had begun
            state = ConnectionState.HANDSHAKING;
        }
    }

    /** The handshake is through: traffic begins, unless the socket, or a hook, ends the connection. */
    void ready(Opening steps, Peer peer, Session agreed) {
        LOG.debug("{}: handshake with {} succeeded", connection.endpoint(), peer);
        if (!connection.agreed(peer, agreed)) {
            terminate(Reason.LOCAL, null);
        }
        if (isEnding() || !hook(spec.onReady)) {
            agreed.cipher().close();
            return;
        }
        if (!inputEnded) { // else what came is read, and what we have to send is not for a peer that is leaving
            state = state.to(ConnectionState.OPEN);
        }
        if (link != null) {
            link.opened(spec.limits.maxMessageSize());
        }
        handler.open(peer, agreed.cipher());
        if (isOpen()) {
            handler.liveness().start(spec);
        } else if (inputEnded) {
            channel.close();
        }
        if (opening == steps) { // else it has heard of the end already
            opening = null;
            steps.succeed();
        }
    }

    /** A step to the opening failed. */
    void refuse(Opening steps, Throwable failure) {
        opening = null;
        LOG.debug("{}: handshake failed: {}", connection.endpoint(), failure.getMessage());
        if (!(failure instanceof ZmtpHandshakeException refused)) {
            terminate(reasonOf(failure), failure);
        } else if (refused.failure() == Failure.VERSION || refused.failure() == Failure.TIMEOUT) {
            terminate(Reason.HANDSHAKE, refused); // nothing that we said is worth waiting for
        } else {
            farewell(Reason.HANDSHAKE, refused);
        }
        steps.fail(failure);
    }

    @Override
    public long waits(long now) {
        Opening steps = opening;
        return steps == null ? 0 : steps.waits(now);
    }

    @Override
    public void giveUp(String why) {
        connection.onLoop(() -> {
            Opening steps = opening;
            if (steps != null && !isEnding()) {
                steps.giveUp(why);
            }
        });
    }

    // ---- the end begins

    /** Notes who ends the connection and why; false if that is known already. */
    private boolean begin(Reason why, @Nullable Throwable because) {
        if (!state.mayBecome(ConnectionState.CLOSING)) {
            return false;
        }
        end = new Closed(why, because, 0, 0);
        if (link != null) {
            link.ending(why, because);
        }
        state = ConnectionState.CLOSING;
        if (pipe == null) {
            outbox.end();
        }
        return true;
    }

    /** Closes at once. */
    void terminate(Reason why, @Nullable Throwable because) {
        if (because instanceof ClosedChannelException) {
            return; // a write met a channel that is closing: the reason is reported elsewhere
        }
        if (state == ConnectionState.CLOSED) {
            return; // the channel may be somebody else's by now
        }
        begin(why, because instanceof SSLException tls ? Tls.printable(tls) : because);
        channel.close();
    }

    /** Closes because of what came, or of what could not be written. */
    void fail(Throwable broken) {
        if (broken instanceof ZmtpProtocolException rule) {
            terminate(rule.isTooLarge() ? Reason.TOO_LARGE : Reason.PROTOCOL, rule.at(connection.where()));
        } else if (broken instanceof ZmtpHandshakeException) {
            terminate(Reason.PEER, broken); // an ERROR in the middle of traffic
        } else if (broken instanceof ZmtpException) {
            terminate(Reason.PROTOCOL, broken);
        } else {
            terminate(reasonOf(broken), broken);
        }
    }

    private static Reason reasonOf(Throwable transport) {
        return transport instanceof SSLException ? Reason.TLS : Reason.IO;
    }

    /** Closes because of what did not happen. */
    void expire(Reason why, String text) {
        terminate(why, new IOException(connection.where() + text));
    }

    /** Closes after everything accepted was written. */
    void leave() {
        if (isEnding()) {
            return;
        }
        if (!isOpen() && outbox.isDrained()) {
            terminate(Reason.LOCAL, null);
            return;
        }
        leaving = true;
        handler.writer().pause(false);
        handler.regulate();
        written();
    }

    /** Something was written: the end may begin. */
    void written() {
        if (leaving && isOpen() && outbox.isDrained()) {
            farewell(Reason.LOCAL, null);
        }
    }

    /**
     * Says that nothing more comes, and closes when the peer says so too. A close while octets of the peer are unread
     * would reset the connection, and the peer could lose what it has not read yet.
     */
    private void farewell(Reason why, @Nullable Throwable because) {
        if (begin(why, because) && endOutput()) {
            leaving = true;
            handler.readToEnd();
        }
    }

    /** Writes nothing more, and closes when the peer does too; until then what it sends is read as ever. */
    void giveWay() {
        if (begin(Reason.LOCAL, null)) {
            handler.writer().close();
            endOutput();
            handler.regulate();
        }
    }

    /** Tells the peer that nothing more comes, and waits a while for it to say the same; false if it closed at once. */
    private boolean endOutput() {
        if (inputEnded) {
            channel.close();
            return false;
        }
        if (link != null) {
            link.endOutput();
        }
        return HalfClose.begin(channel);
    }

    /** The peer's end of stream. What it sent before a handshake was through on our side is read all the same. */
    void inputEnded() {
        inputEnded = true;
        Opening steps = opening;
        if (steps == null || isEnding() || HalfClose.isTlsUnfinished(channel)) {
            channel.close();
        } else {
            steps.inputEnded();
        }
    }

    // ---- the end

    /**
     * The channel is closed.
     *
     * @param cut whether in the middle of a message
     */
    void closedByPeer(boolean cut) {
        begin(Reason.PEER, cut ? cutShort() : refusal());
        finish();
    }

    private ZmtpProtocolException cutShort() {
        return new ZmtpProtocolException(
                connection.where() + "expected the rest of a message, but the peer closed the connection",
                "RFC 37, Traffic");
    }

    /** Why the peer has closed, where it can say so. */
    private @Nullable IOException refusal() {
        String said = link == null ? null : link.refusal();
        return said == null ? null : new IOException(connection.where() + said);
    }

    /** The channel is somebody else's from now on. */
    void detach() {
        begin(Reason.LOCAL, null);
        finish();
        channel.pipeline().remove(handler);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    }

    private void finish() {
        Closed known = end;
        if (known == null || !state.mayBecome(ConnectionState.CLOSED)) {
            return;
        }
        state = ConnectionState.CLOSED;
        handler.stop();
        Closed whole = pipe == null
                ? outbox.count(known.reason(), known.cause())
                : outbox.detach(known.reason(), known.cause());
        end = whole;
        Opening unfinished = opening;
        String missing = unfinished == null ? "" : unfinished.missing(whole);
        if (LOG.isDebugEnabled()) {
            LOG.debug("{}", toSenders(whole, missing).getMessage());
        }
        Shield.run(() -> {
            if (pipe == null) {
                outbox.close(toSenders(whole, missing));
            } else {
                pipe.closed(whole);
            }
        });
        opening = null;
        if (unfinished != null) {
            Shield.run(() -> unfinished.end(toSenders(whole, missing)));
        }
        connection.ended(toReceivers(whole, missing));
        Shield.run(() -> closed.tryEmitValue(whole));
        Shield.run(() -> spec.onDisconnected.accept(connection, whole));
    }

    /** Why it ends; null as long as nobody knows. */
    @Nullable
    Closed end() {
        return end;
    }

    Mono<Closed> onClose() {
        return Shield.each(closed.asMono());
    }

    /** What senders get from now on, and who waits for the connection to open. Most often there is neither. */
    private ZmtpClosedException toSenders(Closed end, String missing) {
        return new ZmtpClosedException(
                connection.where() + "closed: " + end.reason()
                        + (end.cause() == null ? "" : ", " + end.cause().getMessage())
                        + missing
                        + (end.unsentMessages() == 0 ? "" : ", " + end.unsentMessages() + " messages were not sent"),
                end);
    }

    /** What receivers get after what came whole: null for an end in order. */
    private @Nullable Throwable toReceivers(Closed end, String missing) {
        return switch (end.reason()) {
            case LOCAL -> null;
            case PEER -> end.cause();
            case IDLE, HEARTBEAT -> toSenders(end, missing);
            case HANDSHAKE, TLS, PROTOCOL, TOO_LARGE, IO -> end.cause() == null ? toSenders(end, missing) : end.cause();
        };
    }
}
