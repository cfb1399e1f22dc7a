package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelOption;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** A connecting socket, and a peer that is not there, comes back, or is no good. */
class ReconnectTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();
    private final RawListener listener = RawPeer.listen();

    @AfterEach
    void close() {
        open.dispose();
        listener.close();
    }

    private PushSocket push(UnaryOperator<SocketOptions> options) {
        PushSocket push = PushSocket.create(options);
        open.add(push);
        return push;
    }

    private static UnaryOperator<SocketOptions> every(int millis) {
        return options -> options.reconnect(Duration.ofMillis(millis), Duration.ofMillis(millis));
    }

    private static <T extends MonitorEvent> Flux<T> events(ZmtpSocket socket, Class<T> type) {
        return socket.monitor().ofType(type);
    }

    @Test
    void slowsDownWithAServerThatAcceptsAndCloses() {
        PushSocket push = push(options -> options.reconnect(Duration.ofMillis(10)));
        CompletableFuture<List<Duration>> delays = events(push, MonitorEvent.Retrying.class)
                .map(MonitorEvent.Retrying::delay)
                .take(6)
                .collectList()
                .toFuture();
        push.connectNow(listener.endpoint());
        for (int i = 0; i < 6; i++) {
            listener.accept().close();
        }

        assertThat(delays).succeedsWithin(TIMEOUT);
        List<Duration> waited = delays.join();
        for (int i = 0; i < waited.size(); i++) {
            assertThat(waited.get(i)).isBetween(Duration.ofMillis(5L << i), Duration.ofMillis(15L << i));
        }
    }

    @Test
    void slowsDownWithAServerThatClosesAfterTheHandshake() {
        PushSocket push = push(options -> options.reconnect(Duration.ofMillis(200)));
        push.connectNow(listener.endpoint());
        CompletableFuture<List<Integer>> attempts = events(push, MonitorEvent.Retrying.class)
                .map(MonitorEvent.Retrying::attempt)
                .take(3)
                .collectList()
                .toFuture();
        for (int i = 0; i < 3; i++) {
            RawPeer peer = listener.accept();
            peer.sendGreeting("NULL", false, 1).sendReady("PULL").shutdownOutput(); // at once, however slow this is
            peer.expectGreeting();
            peer.expectCommand("READY");
            peer.close();
        }

        assertThat(attempts).succeedsWithin(TIMEOUT).isEqualTo(List.of(1, 2, 3));
    }

    @Test
    void beginsAnewWhenAConnectionHasHeld() {
        PushSocket push = push(options -> options.reconnect(Duration.ofMillis(20)));
        push.connectNow(listener.endpoint());
        for (int i = 0; i < 3; i++) {
            listener.accept().close();
        }
        RawPeer peer = listener.accept();
        peer.handshakeNull("PULL");
        Sockets.awaitPeers(push, 1);
        CompletableFuture<MonitorEvent.Retrying> next =
                events(push, MonitorEvent.Retrying.class).next().toFuture();
        Mono.delay(Duration.ofMillis(50)).block(TIMEOUT);

        peer.close();

        assertThat(next).succeedsWithin(TIMEOUT);
        assertThat(next.join().attempt()).isEqualTo(1);
        assertThat(next.join().delay()).isLessThanOrEqualTo(Duration.ofMillis(30));
    }

    @Test
    void isSlowAtOnceWhenThePeerRefuses() {
        PushSocket push = push(options -> options);
        CompletableFuture<MonitorEvent.Retrying> next =
                events(push, MonitorEvent.Retrying.class).next().toFuture();
        push.connectNow(listener.endpoint());
        RawPeer peer = listener.accept();
        peer.sendGreeting("NULL", false, 1).expectGreeting();
        peer.sendCommand("ERROR", Hex.parse("03'400'"));

        assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
        peer.close();

        assertThat(next).succeedsWithin(TIMEOUT);
        assertThat(next.join().delay()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(30));
    }

    private PullSocket pull(Mono<Verdict> verdict) {
        PullSocket pull =
                PullSocket.create(options -> options.mechanism(PlainMechanism.server(credentials -> verdict)));
        open.add(pull);
        return pull;
    }

    @Test
    void givesUpWhenToldToAndGivesTheMessagesToOthers() {
        PushSocket push = push(options -> options.stopAfterFatal().mechanism(PlainMechanism.client("user", "wrong")));
        CompletableFuture<MonitorEvent.GaveUp> given =
                events(push, MonitorEvent.GaveUp.class).next().toFuture();
        Sinks.One<Verdict> verdict = Sinks.one();
        Endpoint strict = pull(verdict.asMono()).bindNow("tcp://127.0.0.1:*");
        push.connectNow(strict);
        push.send("kept").block(TIMEOUT);

        verdict.tryEmitValue(Verdict.refuse("no")).orThrow();

        assertThat(given).succeedsWithin(TIMEOUT);
        assertThat(given.join().endpoint()).isEqualTo(strict);
        PullSocket mild = pull(Mono.just(Verdict.accept()));
        push.connectNow(mild.bindNow("tcp://127.0.0.1:*"));
        StepVerifier.create(mild.receive().map(Message::text).next())
                .expectNext("kept")
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(push.endpoints()).doesNotContain(strict);
    }

    @Test
    void doesNotGiveUpAPeerThatAnsweredRubbishOnce() {
        PushSocket push = push(every(10));
        push.connectNow(listener.endpoint());
        RawPeer rubbish = listener.accept();
        rubbish.write("'HTTP/1.1 400 Bad Request' 0d0a0d0a").awaitClosed(TIMEOUT);
        rubbish.close();

        RawPeer peer = listener.accept();
        peer.handshakeNull("PULL");
        push.send("after all").block(TIMEOUT);

        peer.expect("0009'after all'");
        peer.close();
    }

    @Test
    void dialsOnceAtATimeWithAServerThatStalls() {
        PushSocket push = push(options -> every(10).apply(options).handshakeTimeout(Duration.ofMillis(300)));
        CompletableFuture<MonitorEvent.HandshakeFailed> over =
                events(push, MonitorEvent.HandshakeFailed.class).next().toFuture();
        push.connectNow(listener.endpoint());
        RawPeer stalled = listener.accept();

        assertThat(listener.isDialledWithin(TIMEOUT)).isTrue();
        assertThat(over).as("the first attempt had ended").isCompleted();
        stalled.close();
    }

    @Test
    void keepsWhatIsQueuedOverThreeLivesOfThePeer() {
        PushSocket push = push(every(10));
        PullSocket first = PullSocket.create();
        Endpoint endpoint = first.bindNow("tcp://127.0.0.1:*");
        push.connectNow(endpoint);
        push.onPeer().blockFirst(TIMEOUT);
        first.close().block(TIMEOUT);
        for (int life = 0; life < 3; life++) {
            Flux.interval(Duration.ofMillis(5))
                    .filter(tick -> push.peers().isEmpty())
                    .blockFirst(TIMEOUT);
            push.send(Flux.range(0, 200).map(i -> Message.of("" + i))).block(TIMEOUT);
            PullSocket next = PullSocket.create();
            open.add(next);
            next.bindNow(endpoint.toString());

            StepVerifier.create(next.receive().take(200).map(Message::text).collectList())
                    .assertNext(all -> assertThat(all)
                            .containsExactlyElementsOf(IntStream.range(0, 200)
                                    .mapToObj(String::valueOf)
                                    .toList()))
                    .expectComplete()
                    .verify(TIMEOUT);
            next.close().block(TIMEOUT);
        }
    }

    @Test
    void timesOutConnecting() {
        // A backlog of one that is full: what else dials is neither accepted nor refused.
        PullSocket full = PullSocket.create(
                options -> options.option(ChannelOption.SO_BACKLOG, 1).server(server -> server.maxConnections(1)));
        open.add(full);
        Endpoint endpoint = full.bindNow("tcp://127.0.0.1:*");
        PushSocket push = push(options -> every(10).apply(options).connectTimeout(Duration.ofMillis(100)));
        CompletableFuture<MonitorEvent.Retrying> retrying = events(push, MonitorEvent.Retrying.class)
                .filter(event -> String.valueOf(event.cause()).contains("timed out"))
                .next()
                .toFuture();

        for (int i = 0; i < 6; i++) {
            push.connectNow(endpoint);
        }

        assertThat(retrying).succeedsWithin(TIMEOUT);
    }
}
