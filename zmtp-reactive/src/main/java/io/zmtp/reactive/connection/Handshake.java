package io.zmtp.reactive.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
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
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.transport.PeerAddress;
import io.zmtp.reactive.transport.Tls;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Greeting;
import io.zmtp.reactive.wire.Limits;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * From the first octet to traffic: the greetings, the mechanism's conversation, the check of the socket types (RFC 37,
 * sections "Greeting" and "Handshake"). It reads no further than it must: what comes behind is for the decoder.
 */
final class Handshake implements Exchange {

    /** Sockets that may have to refuse a peer of the right type for who it is. */
    private static final Set<SocketType> CHOOSING = EnumSet.of(SocketType.ROUTER, SocketType.PAIR, SocketType.CHANNEL);

    /** Sockets that may have such a peer. */
    private static final Set<SocketType> CHOSEN = chosen();

    private static Set<SocketType> chosen() {
        Set<SocketType> chosen = EnumSet.allOf(SocketType.class);
        chosen.removeIf(type -> CHOOSING.stream().noneMatch(type::accepts));
        return chosen;
    }

    private final Channel channel;
    private final ChannelHandlerContext context;
    private final Mechanism mechanism;
    private final SocketType socketType;
    private final Metadata metadata;
    private final Greeting local;
    private final Scheduler scheduler;
    private final Admittance admittance;
    private final boolean awaitsPeer;
    private final boolean connects;
    private final Runnable onGreeting;
    private volatile @Nullable Greeting remote;

    /** Octets that came and were not looked at yet. */
    private ByteBuffer pending = ByteBuffer.allocate(0);

    private @Nullable Wanted<?> wanted;

    /** Whether nothing comes but what is pending. */
    private boolean inputEnded;

    private volatile String awaiting = "the greeting";

    /** Since when, in nanoseconds; zero while we do our part, and the peer waits for us. */
    private volatile long awaitingSince = since();

    /** What the conversation waits for, on the event loop; it begins to when that is asked for. */
    private final class Wanted<T> implements Subscription {

        private final String what;
        private final @Nullable Bytes first;
        private final Function<ByteBuffer, @Nullable T> reader;
        private final CoreSubscriber<? super T> subscriber;
        private boolean begun;
        private volatile boolean over;

        Wanted(
                String what,
                @Nullable Bytes first,
                Function<ByteBuffer, @Nullable T> reader,
                CoreSubscriber<? super T> subscriber) {
            this.what = what;
            this.first = first;
            this.reader = reader;
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            if (Operators.validate(count)) {
                onLoop(this::begin);
            }
        }

        @Override
        public void cancel() {
            over = true;
        }

        private void begin() {
            if (begun || over) {
                return;
            }
            begun = true;
            if (first != null) {
                context.writeAndFlush(Unpooled.wrappedBuffer(first.asByteBuffer()))
                        .addListener(Handshake.this::written);
            }
            awaits(remote == null ? "the greeting" : what);
            wanted = this;
            if (channel.isActive()) {
                advance();
            } else {
                fail(new ClosedChannelException());
            }
        }

        /** Looks whether it has come. */
        void advance() {
            T found;
            try {
                found = reader.apply(pending);
            } catch (ZmtpProtocolException malformed) {
                fail(new ZmtpHandshakeException(
                        Failure.MALFORMED, String.valueOf(malformed.getMessage()), 0, malformed));
                return;
            } catch (ZmtpException refused) {
                fail(refused);
                return;
            }
            if (found == null && inputEnded) {
                channel.close();
            } else if (found == null) {
                channel.read();
            } else {
                wanted = null;
                awaits(null);
                if (!over) {
                    over = true;
                    subscriber.onNext(found);
                    subscriber.onComplete();
                }
            }
        }

        void fail(Throwable reason) {
            wanted = null;
            if (!over) {
                over = true;
                subscriber.onError(reason);
            }
        }
    }

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
        this.connects = spec instanceof ZmtpClient;
        this.awaitsPeer = !connects && pipe != null && CHOOSING.contains(socketType);
        this.admittance = new Admittance(this, channel, socketType, pipe);
        this.onGreeting = onGreeting;
    }

    /** Says our greeting, on the event loop; the rest follows when it is subscribed to. */
    Mono<Session> run() {
        Bytes greeting = local.octets();
        if (!speaksFirst()) {
            return next("the greeting", greeting, this::readGreeting)
                    .flatMap(theirs -> mechanism.handshake(this))
                    .flatMap(admittance::admit);
        }
        // It goes out with what the mechanism says at once, in one write; by itself if that says nothing yet.
        context.write(Unpooled.wrappedBuffer(greeting.asByteBuffer()));
        channel.eventLoop().execute(context::flush);
        return mechanism.handshake(this).flatMap(admittance::admit);
    }

    /** A peer that awaits our READY has it with our greeting, so that waiting costs no round trip. */
    private boolean speaksFirst() {
        return connects && mechanism.speaksFirst() && CHOSEN.contains(socketType);
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

    /** What the peer keeps waiting; null while it waits for us. */
    void awaits(@Nullable String what) {
        if (what == null) {
            awaitingSince = 0;
        } else {
            awaiting = what;
            awaitingSince = since();
        }
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
        if (waiting != null) {
            waiting.fail(reason);
        }
    }

    private void written(Future<?> writing) {
        if (!writing.isSuccess()) {
            fail(writing.cause());
        }
    }

    private void advance() {
        Wanted<?> waiting = wanted;
        if (waiting != null) {
            waiting.advance();
        }
    }

    /** Emits what comes next, once it is whole; what is to be said first is written when that is asked for. */
    private <T> Mono<T> next(String what, @Nullable Bytes first, Function<ByteBuffer, @Nullable T> reader) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> subscriber) {
                subscriber.onSubscribe(new Wanted<>(what, first, reader, subscriber));
            }
        };
    }

    Mono<Void> send(Bytes octets) {
        return Mono.create(sink -> onLoop(() -> context.writeAndFlush(Unpooled.wrappedBuffer(octets.asByteBuffer()))
                .addListener(future -> {
                    if (future.isSuccess()) {
                        sink.success();
                    } else {
                        sink.error(future.cause());
                    }
                })));
    }

    void onLoop(Runnable action) {
        if (channel.eventLoop().inEventLoop()) {
            action.run();
        } else {
            channel.eventLoop().execute(action);
        }
    }

    /** Who the peer is, and whether it may stay. */
    Admittance admittance() {
        return admittance;
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
        return admittance.upgrade();
    }

    @Override
    public boolean connects() {
        return connects;
    }

    @Override
    public boolean awaitsPeer() {
        return awaitsPeer;
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
    public Mono<Void> admit(Metadata properties, @Nullable Bytes publicKey, @Nullable String userId) {
        return admittance.ask(properties, publicKey, userId);
    }

    @Override
    public Mono<Command> receive(String name) {
        return receive(name, null);
    }

    @Override
    public Mono<Command> ask(Command command, String name) {
        return receive(name, command.frame().octets());
    }

    private Mono<Command> receive(String name, @Nullable Bytes first) {
        return next(name, first, in -> readCommand(name, in));
    }

    private @Nullable Command readCommand(String name, ByteBuffer in) {
        if (remote == null) {
            if (readGreeting(in) == null) {
                return null;
            }
            awaits(name);
        }
        Frame frame = Frame.read(in, Limits.MAX_HANDSHAKE_COMMAND);
        if (frame == null) {
            return null;
        }
        if (!frame.isCommand()) {
            throw new ZmtpHandshakeException(
                    Failure.MALFORMED,
                    "expected the command " + name + ", but a message of "
                            + frame.body().size() + " octets came before the handshake's end");
        }
        return expect(name, Command.parse(frame));
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
