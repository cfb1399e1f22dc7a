package io.zmtp.reactive.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.Exchange;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.Session;
import io.zmtp.reactive.transport.PeerAddress;
import io.zmtp.reactive.transport.Tls;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Greeting;
import io.zmtp.reactive.wire.Limits;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * From the first octet to traffic: the greetings, the mechanism's conversation, the check of the socket types (RFC 37,
 * sections "Greeting" and "Handshake"). It reads no further than it must: what comes behind is for the decoder.
 */
final class Handshake implements Exchange {

    private final Channel channel;
    private final ChannelHandlerContext context;
    private final Mechanism mechanism;
    private final SocketType socketType;
    private final Metadata metadata;
    private final Greeting local;
    private final Scheduler scheduler;
    private @Nullable Greeting remote;

    /** Octets that came and were not looked at yet. */
    private ByteBuffer pending = ByteBuffer.allocate(0);

    private @Nullable Wanted<?> wanted;
    private volatile String awaiting = "the greeting";

    /** Since when, in nanoseconds; zero while we do our part, and the peer waits for us. */
    private volatile long awaitingSince = since();

    /** What the conversation waits for. */
    private record Wanted<T>(Function<ByteBuffer, @Nullable T> reader, MonoSink<T> sink) {}

    Handshake(ChannelHandlerContext context, ConnectionSpec<?> spec) {
        this.context = context;
        this.channel = context.channel();
        this.mechanism = spec.mechanism;
        this.socketType = spec.requireSocketType();
        this.metadata = spec.announced();
        this.scheduler = spec.handshakeScheduler == null ? Schedulers.parallel() : spec.handshakeScheduler;
        this.local = Greeting.of(mechanism.name(), mechanism.asServer());
    }

    /** The whole of it. */
    Mono<Session> run() {
        return send(local.octets())
                .then(next("the greeting", Greeting::read))
                .flatMap(this::compareMechanisms)
                .then(Mono.defer(() -> mechanism.handshake(this)))
                .flatMap(this::checkPeer);
    }

    private Mono<Void> compareMechanisms(Greeting theirs) {
        remote = theirs;
        return theirs.mechanism().equals(mechanism.name())
                ? Mono.empty()
                : Mono.error(new ZmtpHandshakeException(
                        Failure.MECHANISM,
                        "expected mechanism " + mechanism.name() + ", but the peer announces " + theirs.mechanism()));
    }

    private Mono<Session> checkPeer(Session session) {
        Bytes id = session.peer().get(Metadata.IDENTITY).orElse(Bytes.EMPTY);
        if (id.size() > 255 || (!id.isEmpty() && id.byteAt(0) == 0)) {
            return refuse(
                    session,
                    Failure.MALFORMED,
                    "a routing id of at most 255 octets that does not begin with zero",
                    id + "");
        }
        String came = session.peer().text(Metadata.SOCKET_TYPE).orElse("");
        boolean legal = SocketType.of(came).filter(socketType::accepts).isPresent();
        return legal
                ? Mono.just(session)
                : refuse(
                        session,
                        Failure.SOCKET_TYPE,
                        "for our " + socketType + " one of " + socketType.peers(),
                        came.isEmpty() ? "no Socket-Type" : Bytes.utf8(came).toString());
    }

    /** Tells the peer with ERROR, as RFC 37 asks; libzmq closes without a word. */
    private Mono<Session> refuse(Session session, Failure failure, String expected, String came) {
        session.cipher().close();
        return send(Command.error(failure == Failure.SOCKET_TYPE ? "invalid-socket-type" : "invalid-identity"))
                .onErrorComplete()
                .then(Mono.error(
                        new ZmtpHandshakeException(failure, "expected " + expected + ", but " + came + " came")));
    }

    // ---- octets, on the event loop

    /** Takes what came. */
    void feed(ByteBuf in) {
        int size = pending.remaining() + in.readableBytes();
        if (size > pending.capacity()) {
            // Doubling, or a command that comes octet by octet would be copied again for each of them.
            pending =
                    ByteBuffer.allocate(Math.max(size, 2 * pending.capacity())).put(pending);
        } else {
            pending.compact();
        }
        in.readBytes(pending.limit(size));
        pending.flip();
        advance();
    }

    /** What came and belongs to the traffic behind the handshake. */
    ByteBuffer rest() {
        return pending;
    }

    /** What the conversation waits for, for error texts. */
    String awaiting() {
        return awaiting;
    }

    /** Whether what the conversation waited for has come, and an authenticator, or a supplier of keys, is asked. */
    boolean isOurTurn() {
        return awaitingSince == 0;
    }

    /** For how long it has been waiting for that; zero while it does not wait. */
    Duration waits(long now) {
        long since = awaitingSince;
        return since == 0 ? Duration.ZERO : Duration.ofNanos(now - since);
    }

    private static long since() {
        return System.nanoTime() | 1; // never zero
    }

    /** The peer closed, or the channel broke. */
    void fail(Throwable reason) {
        Wanted<?> waiting = wanted;
        wanted = null;
        if (waiting != null) {
            waiting.sink().error(reason);
        }
    }

    private void advance() {
        Wanted<?> waiting = wanted;
        if (waiting != null) {
            advance(waiting);
        }
    }

    private <T> void advance(Wanted<T> waiting) {
        T found;
        try {
            found = waiting.reader().apply(pending);
        } catch (ZmtpProtocolException malformed) {
            wanted = null;
            waiting.sink()
                    .error(new ZmtpHandshakeException(
                            Failure.MALFORMED, String.valueOf(malformed.getMessage()), 0, malformed));
            return;
        } catch (ZmtpException refused) {
            wanted = null;
            waiting.sink().error(refused);
            return;
        }
        if (found == null) {
            channel.read();
        } else {
            wanted = null;
            awaitingSince = 0;
            waiting.sink().success(found);
        }
    }

    private <T> Mono<T> next(String what, Function<ByteBuffer, @Nullable T> reader) {
        return Mono.create(sink -> onLoop(() -> {
            awaiting = what;
            awaitingSince = since();
            Wanted<T> waiting = new Wanted<>(reader, sink);
            wanted = waiting;
            if (!channel.isActive()) {
                sink.error(new java.nio.channels.ClosedChannelException());
            } else {
                advance(waiting);
            }
        }));
    }

    private Mono<Void> send(Bytes octets) {
        return Mono.create(sink -> onLoop(() -> context.writeAndFlush(Unpooled.wrappedBuffer(octets.asByteBuffer()))
                .addListener(future -> {
                    if (future.isSuccess()) {
                        sink.success();
                    } else {
                        sink.error(future.cause());
                    }
                })));
    }

    private void onLoop(Runnable action) {
        if (channel.eventLoop().inEventLoop()) {
            action.run();
        } else {
            channel.eventLoop().execute(action);
        }
    }

    // ---- what the mechanism sees

    @Override
    public Greeting local() {
        return local;
    }

    @Override
    public Greeting remote() {
        if (remote == null) {
            throw new IllegalStateException("the peer's greeting has not come yet");
        }
        return remote;
    }

    @Override
    public Metadata metadata() {
        return metadata;
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return PeerAddress.of(channel);
    }

    @Override
    public Optional<SSLSession> tls() {
        return Optional.ofNullable(Tls.session(channel));
    }

    @Override
    public Scheduler scheduler() {
        return scheduler;
    }

    @Override
    public Mono<Void> send(Command command) {
        return send(command.frame().octets());
    }

    @Override
    public Mono<Command> receive(String name) {
        return next(name, in -> {
                    Frame frame = Frame.read(in, Limits.MAX_HANDSHAKE_COMMAND);
                    if (frame != null && !frame.isCommand()) {
                        throw new ZmtpHandshakeException(
                                Failure.MALFORMED,
                                "expected the command " + name + ", but a message of "
                                        + frame.body().size() + " octets came before the handshake's end");
                    }
                    return frame == null ? null : Command.parse(frame);
                })
                .map(command -> expect(name, command));
    }

    private static Command expect(String name, Command command) {
        if (command.name().equals(name)) {
            return command;
        }
        if (command.name().equals(Command.ERROR)) {
            String reason = command.errorReason();
            int code =
                    reason.equals("300") || reason.equals("400") || reason.equals("500") ? Integer.parseInt(reason) : 0;
            throw new ZmtpHandshakeException(
                    Failure.PEER_ERROR,
                    "expected " + name + ", but the peer refused with ERROR \"" + reason + "\"",
                    code,
                    null);
        }
        throw new ZmtpHandshakeException(
                Failure.MALFORMED,
                "expected " + name + ", but " + command.name() + " came: the peer may have the same role");
    }
}
