package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.test.ScriptedListener;
import io.zmtp.reactive.test.ScriptedPeer;
import java.lang.ref.WeakReference;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Endpoints that are bound, connected, and left again. */
class EndpointLifeTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        open.dispose();
    }

    private PushSocket push() {
        PushSocket push = PushSocket.create(options -> options.reconnect(Duration.ofMillis(10)));
        open.add(push);
        return push;
    }

    private PullSocket pull() {
        PullSocket pull = PullSocket.create();
        open.add(pull);
        return pull;
    }

    private static Set<String> received(PullSocket pull, int count) {
        Set<String> texts = ConcurrentHashMap.newKeySet();
        pull.receive().map(Message::text).take(count).doOnNext(texts::add).blockLast(TIMEOUT);
        return texts;
    }

    @Test
    void bindsTheSamePortAgainAndAgain() {
        Endpoint endpoint = pull().bindNow("tcp://127.0.0.1:*");
        open.dispose();
        for (int i = 0; i < 100; i++) {
            PullSocket pull = PullSocket.create();
            PushSocket push = PushSocket.create(options -> options.reconnect(Duration.ofMillis(2)));
            pull.bind(endpoint)
                    .retryWhen(reactor.util.retry.Retry.fixedDelay(i == 0 ? 100 : 0, Duration.ofMillis(10)))
                    .block(TIMEOUT);
            push.connectNow(endpoint);
            push.send("" + i).block(TIMEOUT);
            assertThat(received(pull, 1)).containsExactly("" + i);
            push.close().block(TIMEOUT);
            pull.close().block(TIMEOUT);
        }
    }

    @Test
    void aNewPathOfIpcGoesWithItsBinding() {
        PullSocket pull = pull();
        Endpoint unbound = pull.bindNow("ipc://*");
        Endpoint closed = pull.bindNow("ipc://*");
        assertThat(pull.endpoints()).containsExactlyInAnyOrder(unbound, closed);
        PushSocket push = push();
        push.connectNow(unbound);
        push.send("1").block(TIMEOUT);
        assertThat(received(pull, 1)).containsExactly("1");

        pull.unbind(unbound).block(TIMEOUT);
        assertThat(Path.of(unbound.name()).getParent()).doesNotExist();
        assertThat(Path.of(closed.name())).exists();
        pull.close().block(TIMEOUT);
        assertThat(Path.of(closed.name()).getParent()).doesNotExist();
    }

    /** The interface may be up later. */
    @Test
    void connectsAgainWhenItsSourceIsNotThere() {
        PushSocket push = push();
        Endpoint endpoint = Endpoint.parse("tcp://nosuch0;127.0.0.1:1");
        StepVerifier.create(push.monitor().ofType(MonitorEvent.Retrying.class).take(2))
                .then(() -> assertThat(push.connectNow(endpoint)).isEqualTo(endpoint))
                .expectNextCount(2)
                .expectComplete()
                .verify(TIMEOUT);
        push.disconnect(endpoint).block(TIMEOUT);
        assertThat(push.endpoints()).isEmpty();
    }

    @Test
    void oneOfTwoWhoBindAtOnceWins() {
        for (int i = 0; i < 10; i++) {
            PullSocket one = pull();
            Endpoint endpoint = one.bindNow("tcp://127.0.0.1:*");
            one.close().block(TIMEOUT);
            AtomicInteger won = new AtomicInteger();
            AtomicInteger taken = new AtomicInteger();

            Flux.range(0, 2)
                    .parallel(2)
                    .runOn(Schedulers.boundedElastic())
                    .flatMap(each -> pull().bind(endpoint)
                            .doOnNext(bound -> won.incrementAndGet())
                            .then()
                            .onErrorResume(BindException.class, failure -> {
                                taken.incrementAndGet();
                                return Mono.empty();
                            }))
                    .sequential()
                    .blockLast(TIMEOUT);

            assertThat(won).hasValue(1);
            assertThat(taken).hasValue(1);
        }
    }

    @Test
    void tellsThatAnAddressIsTaken() {
        Endpoint taken = pull().bindNow("tcp://127.0.0.1:*");
        PullSocket late = pull();

        StepVerifier.create(late.monitor().ofType(MonitorEvent.BindFailed.class))
                .then(() -> StepVerifier.create(late.bind(taken))
                        .expectError(BindException.class)
                        .verify(TIMEOUT))
                .assertNext(failed -> assertThat(failed.endpoint()).isEqualTo(taken))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void takesPartInSeveralEndpointsAtOnce() {
        PullSocket pull = pull();
        PushSocket bound = push();
        PushSocket mixed = push();
        pull.connectNow(bound.bindNow("tcp://127.0.0.1:*"));
        pull.connectNow(mixed.bindNow("ipc://" + directory.resolve("a")));
        mixed.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        bound.connectNow(pull.bindNow("ipc://" + directory.resolve("b")));

        bound.send(Flux.range(0, 100).map(i -> Message.of("" + i))).block(TIMEOUT);
        mixed.send(Flux.range(100, 100).map(i -> Message.of("" + i))).block(TIMEOUT);

        assertThat(received(pull, 200)).hasSize(200);
        assertThat(pull.endpoints()).hasSize(4);
    }

    @Test
    void disconnectsOneEndpointWhileOthersGoOn() {
        PushSocket push = push();
        PullSocket left = pull();
        PullSocket stays = pull();
        Endpoint first = push.connectNow(left.bindNow("tcp://127.0.0.1:*").toString());
        push.connectNow(stays.bindNow("tcp://127.0.0.1:*"));
        push.onPeer().take(2).blockLast(TIMEOUT);

        push.disconnect(first).block(TIMEOUT);
        push.send(Flux.range(0, 50).map(i -> Message.of("" + i))).block(TIMEOUT);

        assertThat(received(stays, 50)).hasSize(50);
        assertThat(push.peers()).hasSize(1);
        Sockets.awaitPeers(left, 0);
    }

    @Test
    void disconnectWritesWhatWasAcceptedFirst() {
        PushSocket push = push();
        PullSocket pull = pull();
        Endpoint endpoint = push.connectNow(pull.bindNow("tcp://127.0.0.1:*").toString());
        push.send(Flux.range(0, 500).map(i -> Message.of("" + i))).block(TIMEOUT);

        Mono<Void> gone = push.disconnect(endpoint);

        StepVerifier.create(gone).expectComplete().verify(TIMEOUT);
        assertThat(received(pull, 500)).hasSize(500);
    }

    @Test
    void unbindsOneEndpointWhileOthersGoOn() {
        PullSocket pull = pull();
        PushSocket first = push();
        PushSocket second = push();
        Endpoint left = pull.bindNow("tcp://127.0.0.1:*");
        Endpoint stays = pull.bindNow("tcp://127.0.0.1:*");
        first.connectNow(left);
        second.connectNow(stays);
        pull.onPeer().take(2).blockLast(TIMEOUT);

        pull.unbind(left).block(TIMEOUT);
        second.send("on").block(TIMEOUT);

        assertThat(received(pull, 1)).containsExactly("on");
        assertThat(pull.endpoints()).isEqualTo(List.of(stays));
        assertThat(pull.peers()).hasSize(1);
    }

    @Test
    void refusesToLeaveWhatItDoesNotHave() {
        PullSocket pull = pull();
        Endpoint bound = pull.bindNow("tcp://127.0.0.1:*");

        StepVerifier.create(pull.disconnect(bound))
                .expectError(IllegalArgumentException.class)
                .verify(TIMEOUT);
        StepVerifier.create(pull.unbind(Endpoint.parse("tcp://127.0.0.1:1")))
                .expectError(IllegalArgumentException.class)
                .verify(TIMEOUT);
    }

    @Test
    void connectsAgainAfterDisconnecting() {
        PushSocket push = push();
        PullSocket pull = pull();
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        for (int i = 0; i < 20; i++) {
            push.connectNow(endpoint);
            push.send("" + i).block(TIMEOUT);
            push.disconnect(endpoint).block(TIMEOUT);
        }
        assertThat(received(pull, 20)).hasSize(20);
    }

    /** The second message waits behind one that the peer does not read; then the peer goes, and does not come back. */
    @Test
    void whatAnEndpointThatLeavesHoldsGoesToTheOthersWhenItsPeerGoes() {
        PushSocket push = PushSocket.create(options ->
                options.sendHwmBytes(64 << 20).reconnect(Duration.ofMillis(10)).linger(Duration.ofMinutes(5)));
        open.add(push);
        ScriptedListener absent = ScriptedPeer.listen();
        Mono<ScriptedPeer> accepted = absent.accept().cache();
        accepted.subscribe();
        Endpoint endpoint = push.connectNow(absent.endpoint());
        ScriptedPeer slow = accepted.block(TIMEOUT);
        slow.handshake(Metadata.EMPTY.with(Metadata.SOCKET_TYPE, Bytes.utf8("PULL")))
                .block(TIMEOUT);
        ConnectedPeer peer = push.onPeer().blockFirst(TIMEOUT);
        push.send(Message.of(Bytes.wrap(new byte[16 << 20]))).block(TIMEOUT);
        push.send("second").block(TIMEOUT);

        Mono<Void> gone = push.disconnect(endpoint).cache();
        gone.subscribe();
        PullSocket other = pull();
        push.connectNow(other.bindNow("tcp://127.0.0.1:*"));
        push.send("third").block(TIMEOUT);
        absent.dispose();
        slow.dispose();

        assertThat(peer.onClose().block(TIMEOUT)).isNotNull();
        assertThat(received(other, 2)).containsExactlyInAnyOrder("second", "third");
        gone.block(TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource
    void forgetsPeersOfEndpointsThatWereGivenUp(Function<UnaryOperator<SocketOptions>, ZmtpSocket> type) {
        ZmtpSocket bound = type.apply(options -> options);
        ZmtpSocket connecting = type.apply(options -> options.reconnect(Duration.ofMillis(10)));
        open.add(bound);
        open.add(connecting);
        Endpoint endpoint = bound.bindNow("tcp://127.0.0.1:*");
        connecting.connectNow(endpoint);
        WeakReference<Peer> peer =
                new WeakReference<>(connecting.onPeer().blockFirst(TIMEOUT).peer());

        connecting.disconnect(endpoint).block(TIMEOUT);

        StepVerifier.create(Flux.interval(Duration.ofMillis(20))
                        .doOnNext(tick -> System.gc())
                        .filter(tick -> peer.get() == null)
                        .next())
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }

    static Stream<Function<UnaryOperator<SocketOptions>, ZmtpSocket>> forgetsPeersOfEndpointsThatWereGivenUp() {
        return Stream.of(PairSocket::create, DealerSocket::create);
    }

    /** By a subscriber of the monitor, before the peer has joined. */
    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:*", "inproc://given-up-in-the-event"})
    void hasNoPeerWhenItsEndpointIsGivenUpInTheEventOfTheHandshake(String at) {
        PullSocket pull = PullSocket.create(options -> options.linger(Duration.ZERO));
        open.add(pull);
        Endpoint bound = pull.bindNow(at);
        Sinks.Empty<Void> gone = Sinks.empty();
        pull.monitor()
                .ofType(MonitorEvent.HandshakeSucceeded.class)
                .take(1)
                .subscribe(
                        event -> pull.unbind(bound).subscribe(nothing -> {}, gone::tryEmitError, gone::tryEmitEmpty));
        push().connectNow(bound);

        gone.asMono().block(TIMEOUT);

        StepVerifier.create(Flux.interval(Duration.ofMillis(5))
                        .filter(tick -> pull.peers().isEmpty())
                        .next())
                .expectNextCount(1)
                .expectComplete()
                .verify(Duration.ofSeconds(5));
    }
}
