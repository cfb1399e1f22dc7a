package io.zmtp.reactive.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.Exchange;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.Session;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.transport.PeerAddress;
import io.zmtp.reactive.transport.Tls;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Greeting;
import io.zmtp.reactive.wire.Limits;
import io.zmtp.reactive.wire.RoutingId;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.security.Principal;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

    /** The reason of an ERROR after which the peer may come again; it begins with the code of RFC 27 for that. */
    private static final String TRY_LATER = "300-no-place-now";

    /** Sockets that may have to refuse a peer of the right type for who it is. */
    private static final Set<SocketType> CHOOSING = EnumSet.of(SocketType.ROUTER, SocketType.PAIR, SocketType.CHANNEL);

    private final Channel channel;
    private final ChannelHandlerContext context;
    private final Mechanism mechanism;
    private final SocketType socketType;
    private final Metadata metadata;
    private final Greeting local;
    private final Scheduler scheduler;
    private final @Nullable ChannelPipe pipe;
    private final boolean connects;
    private final Runnable onGreeting;
    private volatile @Nullable Greeting remote;

    /** What the server's user said of the peer before the greeting. */
    private volatile Verdict.@Nullable Accept upgrade;

    /** The user that a web server took the peer for. */
    private volatile @Nullable Principal principal;

    /** The peer for which the socket was asked for a place; on the event loop. */
    private @Nullable Placed placed;

    /** Whether the socket was asked for a place for the peer. */
    private volatile boolean asked;

    /** Octets that came and were not looked at yet. */
    private ByteBuffer pending = ByteBuffer.allocate(0);

    private @Nullable Wanted<?> wanted;

    /** Whether nothing comes but what is pending. */
    private boolean inputEnded;

    private volatile String awaiting = "the greeting";

    /** Since when, in nanoseconds; zero while we do our part, and the peer waits for us. */
    private volatile long awaitingSince = since();

    /** Who was let in, and by what. */
    private record Placed(
            Metadata properties,
            @Nullable Bytes publicKey,
            @Nullable String userId,
            Peer peer) {

        @SuppressWarnings("ReferenceEquality") // comparing would take as long as making it again
        boolean isOf(Session agreed) {
            return properties == agreed.peer()
                    && Objects.equals(publicKey, agreed.publicKey())
                    && Objects.equals(userId, agreed.userId());
        }
    }

    /** What the conversation waits for. */
    private record Wanted<T>(Function<ByteBuffer, @Nullable T> reader, MonoSink<T> sink) {}

    /**
     * Makes one that has not begun.
     *
     * @param onGreeting called on the event loop when the peer's greeting has come and agrees with ours
     */
    Handshake(ChannelHandlerContext context, ConnectionSpec<?> spec, @Nullable ChannelPipe pipe, Runnable onGreeting) {
        this.context = context;
        this.channel = context.channel();
        this.mechanism = spec.mechanism;
        this.socketType = spec.requireSocketType();
        this.metadata = spec.announced();
        this.scheduler = spec.handshakeScheduler == null ? Schedulers.parallel() : spec.handshakeScheduler;
        this.local = Greeting.of(mechanism.name(), mechanism.asServer());
        this.pipe = pipe;
        this.connects = spec instanceof ZmtpClient;
        this.onGreeting = onGreeting;
    }

    /** The whole of it. */
    Mono<Session> run() {
        return (speaksFirst() ? sayGreeting() : exchangeGreetings())
                .then(Mono.defer(() -> mechanism.handshake(this)))
                .flatMap(this::admit);
    }

    /** A peer that awaits our READY has it with our greeting, so that waiting costs no round trip. */
    private boolean speaksFirst() {
        return connects && mechanism.speaksFirst() && !Collections.disjoint(socketType.peers(), CHOOSING);
    }

    /** Our greeting goes out with what the mechanism says at once, in one write; by itself if it says nothing yet. */
    private Mono<Void> sayGreeting() {
        return Mono.fromRunnable(() -> {
            context.write(Unpooled.wrappedBuffer(local.octets().asByteBuffer()));
            channel.eventLoop().execute(context::flush);
        });
    }

    private Mono<Greeting> exchangeGreetings() {
        return Mono.create(sink -> onLoop(() -> {
            context.writeAndFlush(Unpooled.wrappedBuffer(local.octets().asByteBuffer()))
                    .addListener(future -> {
                        if (!future.isSuccess()) {
                            fail(future.cause());
                        }
                    });
            await("the greeting", this::readGreeting, sink);
        }));
    }

    /** Emits when the peer's greeting has come, and it is one that we can talk to. */
    private Mono<Greeting> greeting() {
        return Mono.defer(() -> remote == null ? next("the greeting", this::readGreeting) : Mono.empty());
    }

    private @Nullable Greeting readGreeting(ByteBuffer in) {
        Greeting theirs = Greeting.read(in);
        if (theirs == null) {
            return null;
        }
        remote = theirs;
        if (!theirs.mechanism().equals(mechanism.name())) {
            throw new ZmtpHandshakeException(
                    Failure.MECHANISM,
                    "expected mechanism " + mechanism.name() + ", but the peer announces " + theirs.mechanism());
        }
        onGreeting.run();
        return theirs;
    }

    // ---- who may stay

    /** The peer may go on to the greeting, as somebody who is known already. */
    void upgraded(Verdict.Accept accepted, @Nullable Principal known) {
        upgrade = accepted;
        principal = known;
    }

    /** Before the greeting: what the peer keeps waiting, or null while it waits for us. */
    void awaits(@Nullable String what) {
        if (what == null) {
            awaitingSince = 0;
        } else {
            awaiting = what;
            awaitingSince = since();
        }
    }

    /** Who the peer of a session is. */
    Peer peer(Session agreed) {
        Placed known = placed;
        return known != null && known.isOf(agreed)
                ? known.peer
                : describe(agreed.peer(), agreed.publicKey(), agreed.userId());
    }

    private Peer describe(Metadata announced, @Nullable Bytes publicKey, @Nullable String authenticated) {
        Greeting greeting = remote();
        Verdict.Accept known = upgrade;
        Metadata properties = announced;
        if (known != null) {
            for (Map.Entry<String, Bytes> property : known.properties()) {
                properties = properties.with(property.getKey(), property.getValue());
            }
        }
        String userId = authenticated == null && known != null ? known.userId() : authenticated;
        return new Peer(
                PeerAddress.of(channel),
                properties.text(Metadata.SOCKET_TYPE).flatMap(SocketType::of).orElseThrow(),
                properties.get(Metadata.IDENTITY).orElse(Bytes.EMPTY),
                greeting.major(),
                greeting.minor(),
                properties,
                publicKey,
                userId,
                principal);
    }

    private Mono<Session> admit(Session session) {
        if (asked) {
            return Mono.just(session);
        }
        FrameCipher cipher = session.cipher();
        Sealer sealer = cipher.encrypts() ? new Sealer(cipher) : null; // the peer believes to be through
        return place(session.peer(), session.publicKey(), session.userId())
                .onErrorResume(failed -> (failed instanceof ZmtpHandshakeException refused
                                ? refuse(refused, sealer)
                                : Mono.<Void>error(failed))
                        .doOnError(refused -> cipher.close()))
                .thenReturn(session);
    }

    @Override
    public Mono<Void> admit(Metadata properties, @Nullable Bytes publicKey, @Nullable String userId) {
        asked = true;
        return place(properties, publicKey, userId)
                .onErrorResume(ZmtpHandshakeException.class, refused -> refuse(refused, null));
    }

    private Mono<Void> place(Metadata properties, @Nullable Bytes publicKey, @Nullable String userId) {
        Mono<Void> asking = Mono.defer(() -> {
            check(properties);
            if (!channel.isActive()) {
                return Mono.error(new ClosedChannelException());
            }
            if (pipe == null) {
                return Mono.empty();
            }
            Placed known = new Placed(properties, publicKey, userId, describe(properties, publicKey, userId));
            placed = known;
            return pipe.admit(known.peer);
        });
        return channel.eventLoop().inEventLoop()
                ? asking
                : Mono.<Void>create(sink -> onLoop(sink::success)).then(asking);
    }

    private void check(Metadata properties) {
        Bytes id = properties.get(Metadata.IDENTITY).orElse(Bytes.EMPTY);
        if (id.size() > RoutingId.MAX_SIZE) {
            throw new ZmtpHandshakeException(
                    Failure.MALFORMED,
                    "expected a routing id of at most " + RoutingId.MAX_SIZE + " octets, but one of " + id.size()
                            + " came");
        }
        String came = properties.text(Metadata.SOCKET_TYPE).orElse("");
        if (SocketType.of(came).filter(socketType::accepts).isEmpty()) {
            throw new ZmtpHandshakeException(
                    Failure.SOCKET_TYPE,
                    "expected for our " + socketType + " one of " + socketType.peers() + ", but "
                            + (came.isEmpty() ? "no Socket-Type" : Bytes.utf8(came)) + " came");
        }
    }

    /**
     * Answers with ERROR, as RFC 37 asks; libzmq closes without a word. A peer that may come again later hears nothing if
     * it is libzmq or one of its ports: those take every ERROR as final, and would never come back.
     */
    private Mono<Void> refuse(ZmtpHandshakeException refused, @Nullable Sealer sealer) {
        String reason = switch (refused.failure()) {
            case SOCKET_TYPE -> "invalid-socket-type";
            case REFUSED -> TRY_LATER;
            default -> "invalid-identity";
        };
        boolean silent = refused.failure() == Failure.REFUSED && remote().isCompatible();
        Frame error = Command.error(reason).frame();
        return (silent ? Mono.<Void>empty() : send(sealer == null ? error.octets() : sealer.seal(error)))
                .onErrorComplete()
                .then(Mono.error(refused));
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

    /** For how many nanoseconds it has been waiting for that; zero while it does not wait. */
    long waits(long now) {
        long since = awaitingSince;
        return since == 0 ? 0 : now - since;
    }

    private static long since() {
        return System.nanoTime() | 1; // never zero
    }

    /**
     * The peer has said all it has to say, and has come to its end, while we may still be at what it said first: that is
     * enough for a handshake, unless more was to come.
     */
    void inputEnded() {
        inputEnded = true;
        if (wanted != null) {
            channel.close();
        }
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
        if (found == null && inputEnded) {
            channel.close();
        } else if (found == null) {
            channel.read();
        } else {
            wanted = null;
            awaitingSince = 0;
            waiting.sink().success(found);
        }
    }

    private <T> Mono<T> next(String what, Function<ByteBuffer, @Nullable T> reader) {
        return Mono.create(sink -> onLoop(() -> await(what, reader, sink)));
    }

    private <T> void await(String what, Function<ByteBuffer, @Nullable T> reader, MonoSink<T> sink) {
        awaiting = what;
        awaitingSince = since();
        Wanted<T> waiting = new Wanted<>(reader, sink);
        wanted = waiting;
        if (!channel.isActive()) {
            sink.error(new ClosedChannelException());
        } else {
            advance(waiting);
        }
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
        Greeting come = remote;
        if (come == null) {
            throw new IllegalStateException("the peer's greeting has not come yet");
        }
        return come;
    }

    @Override
    public Verdict.@Nullable Accept upgrade() {
        return upgrade;
    }

    @Override
    public boolean connects() {
        return connects;
    }

    @Override
    public boolean awaitsPeer() {
        return !connects && pipe != null && CHOOSING.contains(socketType);
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
        Mono<Command> command = next(name, in -> {
            Frame frame = Frame.read(in, Limits.MAX_HANDSHAKE_COMMAND);
            if (frame != null && !frame.isCommand()) {
                throw new ZmtpHandshakeException(
                        Failure.MALFORMED,
                        "expected the command " + name + ", but a message of "
                                + frame.body().size() + " octets came before the handshake's end");
            }
            return frame == null ? null : expect(name, Command.parse(frame));
        });
        return remote == null ? greeting().then(command) : command;
    }

    private static Command expect(String name, Command command) {
        if (command.name().equals(name)) {
            return command;
        }
        if (command.name().equals(Command.ERROR)) {
            throw error(name, command);
        }
        throw new ZmtpHandshakeException(
                Failure.MALFORMED,
                "expected " + name + ", but " + command.name() + " came: the peer may have the same role");
    }

    /** What an ERROR command says that came instead of something else. */
    static ZmtpHandshakeException error(String expected, Command error) {
        String reason = error.errorReason();
        boolean temporary = reason.startsWith("300-");
        boolean known = reason.equals("300") || reason.equals("400") || reason.equals("500");
        return new ZmtpHandshakeException(
                temporary ? Failure.REFUSED : Failure.PEER_ERROR,
                "expected " + expected + ", but the peer refused with ERROR \"" + reason + "\"",
                temporary ? 300 : known ? Integer.parseInt(reason) : 0,
                null);
    }
}
