package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Greeting;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** One end of a line between two mechanisms: octets go through it, and may be changed on the way. */
final class Line implements Exchange {
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Greeting local;
    private final Greeting remote;
    private final Metadata metadata;
    private final Deque<Frame> come = new ArrayDeque<>();
    private @Nullable MonoSink<Frame> waiting;
    private boolean cut;
    private @Nullable Line other;
    private UnaryOperator<Frame> onTheWay = frame -> frame;
    Scheduler scheduler = Schedulers.parallel();

    private Line(Greeting local, Greeting remote, Metadata metadata) {
        this.local = local;
        this.remote = remote;
        this.metadata = metadata;
    }

    /** How a handshake between two mechanisms went: one of both for each side. */
    record Outcome(@Nullable Session session, @Nullable Throwable error) {}

    /** Both ends, the client's first. */
    static Line[] between(String mechanism) {
        Greeting client = Greeting.of(mechanism, false);
        Greeting server = Greeting.of(mechanism, true);
        Line[] ends = {
            new Line(client, server, metadata("DEALER", "client-1")), new Line(server, client, metadata("ROUTER", ""))
        };
        ends[0].other = ends[1];
        ends[1].other = ends[0];
        return ends;
    }

    static Metadata metadata(String socketType, String identity) {
        return Metadata.EMPTY
                .with(Metadata.SOCKET_TYPE, Bytes.utf8(socketType))
                .with(Metadata.IDENTITY, Bytes.utf8(identity));
    }

    /** Runs both sides; when one fails the other hears that the line is cut. */
    static Outcome[] talk(Line[] ends, Mechanism client, Mechanism server) {
        Mono<Outcome> serving = outcome(ends[1], server).cache();
        serving.subscribe();
        Outcome called = outcome(ends[0], client).block(TIMEOUT);
        return new Outcome[] {called, serving.block(TIMEOUT)};
    }

    private static Mono<Outcome> outcome(Line end, Mechanism mechanism) {
        return Mono.defer(() -> mechanism.handshake(end))
                .map(session -> new Outcome(session, null))
                .onErrorResume(error -> Mono.just(new Outcome(null, error)))
                .doOnNext(outcome -> {
                    if (outcome.error() != null) {
                        end.cut();
                    }
                });
    }

    /** One outcome for all that is wrong with keys, boxes, cookies and vouches. */
    static void assertNotAuthentic(CompletableFuture<Session> session) {
        assertThat(session)
                .failsWithin(TIMEOUT)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(ZmtpHandshakeException.class, thrown -> {
                    assertThat(thrown.failure()).isEqualTo(Failure.CRYPTO);
                    assertThat(thrown.code()).isZero();
                })
                .withMessageMatching("expected an authentic (server key|[A-Z]+), but what came cannot be opened: it was"
                        + " made with another key, or changed, or came too late")
                .withNoCause();
    }

    /** Nothing has come to this end. */
    synchronized void assertSilent() {
        assertThat(come).isEmpty();
    }

    /** Changes what this end sends. */
    Line onTheWay(UnaryOperator<Frame> change) {
        onTheWay = change;
        return this;
    }

    private synchronized void cut() {
        if (other != null) {
            other.arrive(null);
        }
    }

    /** Gives a frame to this end, or tells it that nothing more comes. */
    void arrive(@Nullable Frame frame) {
        MonoSink<Frame> sink;
        synchronized (this) {
            if (frame != null) {
                come.add(frame);
            }
            cut |= frame == null;
            sink = waiting;
            waiting = null;
        }
        if (sink != null) {
            next(sink);
        }
    }

    private void next(MonoSink<Frame> sink) {
        Frame next;
        synchronized (this) {
            next = come.poll();
            if (next == null && !cut) {
                waiting = sink;
                return;
            }
        }
        if (next == null) {
            sink.error(new IllegalStateException("cut"));
        } else {
            sink.success(next);
        }
    }

    @Override
    public Mono<Void> send(Command command) {
        return Mono.fromRunnable(() -> {
            if (other != null) {
                other.arrive(onTheWay.apply(command.frame()));
            }
        });
    }

    @Override
    public Mono<Command> receive(String name) {
        return Mono.<Frame>create(this::next).map(Command::parse).doOnNext(command -> {
            if (!command.name().equals(name)) {
                throw new ZmtpHandshakeException(
                        command.name().equals(Command.ERROR) ? Failure.PEER_ERROR : Failure.MALFORMED,
                        "expected " + name + ", but " + command.name() + " came");
            }
        });
    }

    @Override
    public Greeting local() {
        return local;
    }

    @Override
    public Greeting remote() {
        return remote;
    }

    @Override
    public Metadata metadata() {
        return metadata;
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return null;
    }

    @Override
    public Optional<SSLSession> tls() {
        return Optional.empty();
    }

    @Override
    public Scheduler scheduler() {
        return scheduler;
    }
}
