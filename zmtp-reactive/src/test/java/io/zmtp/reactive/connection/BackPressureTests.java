package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class BackPressureTests {

    private static final int KIB_32 = 32 * 1024;

    @Test
    void holdsThePeerBackWhenNobodyAsksAndLosesNothing() {
        AtomicInteger written = new AtomicInteger();
        try (RawPair raw = RawPair.open(Pair.client().option(ChannelOption.SO_RCVBUF, 64 * 1024))) {
            byte[] frame = RawPeer.frame(0, new byte[KIB_32]);
            Mono<Void> flood = Mono.<Void>fromRunnable(() -> {
                        for (int i = 0; i < 1024; i++) {
                            raw.peer.write(frame);
                            written.incrementAndGet();
                        }
                    })
                    .subscribeOn(Schedulers.boundedElastic());
            CompletableFuture<Void> flooding = flood.toFuture();
            awaitStill(written);
            assertThat(written.get() * (long) KIB_32).isLessThan(8L << 20);
            StepVerifier.create(raw.connection.receive())
                    .expectNextCount(1024)
                    .thenCancel()
                    .verify(TIMEOUT);
            assertThat(flooding).succeedsWithin(TIMEOUT);
        }
    }

    @Test
    void holdsMoreForAPeerThatTakesAllAtOnceAndLessForOneThatDoesNot() {
        try (RawPair raw = RawPair.open(Pair.client().option(ChannelOption.SO_SNDBUF, 64 * 1024))) {
            raw.connection
                    .send(Message.of("taken"))
                    .then(raw.connection.flush())
                    .block(TIMEOUT);
            assertThat(held(raw)).isEqualTo(1024 * 1024);
            raw.connection
                    .send(Message.of(new byte[32 << 20]))
                    .onErrorComplete()
                    .subscribe();
            Flux.interval(Duration.ofMillis(10), Schedulers.boundedElastic())
                    .filter(tick -> held(raw) == 256 * 1024)
                    .blockFirst(TIMEOUT);
            assertThat(raw.connection.channel().unsafe().outboundBuffer().totalPendingWriteBytes())
                    .isBetween(1L, (1024L + 64) * 1024);
        }
    }

    /** As the event loop sees it, when it is done with what it does now. */
    private static int held(RawPair raw) {
        return raw.connection
                .channel()
                .eventLoop()
                .submit(() -> raw.connection.option(ChannelOption.WRITE_BUFFER_WATER_MARK))
                .syncUninterruptibly()
                .getNow()
                .high();
    }

    @Test
    void leavesWaterMarksOfTheUsersAlone() {
        WriteBufferWaterMark marks = new WriteBufferWaterMark(1000, 2000);
        try (RawPair raw = RawPair.open(Pair.client().option(ChannelOption.WRITE_BUFFER_WATER_MARK, marks))) {
            raw.connection
                    .send(Message.of("taken"))
                    .then(raw.connection.flush())
                    .block(TIMEOUT);
            assertThat(held(raw)).isEqualTo(2000);
        }
    }

    /** Returns when the number has stopped growing. */
    private static void awaitStill(AtomicInteger number) {
        Flux.interval(Duration.ofMillis(100))
                .map(tick -> number.get())
                .filter(now -> now > 0)
                .buffer(3, 1)
                .filter(last -> last.get(0).equals(last.get(2)))
                .blockFirst(TIMEOUT);
    }

    @Test
    void deliversToAConsumerThatAsksOneByOne() {
        try (Pair pair = Pair.open()) {
            pair.client
                    .send(Flux.range(0, 2000).map(i -> Message.of("" + i, "x".repeat(1000))))
                    .subscribe();
            StepVerifier.create(pair.server
                            .receive()
                            .limitRate(1)
                            .map(m -> m.part(0).utf8())
                            .take(2000)
                            .collectList())
                    .assertNext(all ->
                            assertThat(all).hasSize(2000).startsWith("0", "1").endsWith("1999"))
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void answersPingWhileASubscriberBlocksOnAnotherThread() {
        try (RawPair raw = RawPair.open()) {
            Sinks.Empty<Void> release = Sinks.empty();
            Disposable blocked = raw.connection
                    .receive()
                    .publishOn(Schedulers.boundedElastic())
                    .subscribe(message -> release.asMono().block(TIMEOUT));
            raw.peer.writeMessage("stuck");
            for (int i = 0; i < 100; i++) {
                raw.peer.sendCommand("PING", new byte[] {0, 0, (byte) i});
                assertThat(raw.peer.expectCommand("PONG")).containsExactly(i);
            }
            release.tryEmitEmpty();
            blocked.dispose();
        }
    }

    @Test
    void emitsNothingWhilePausedAndLosesNothing() {
        try (Pair pair = Pair.open()) {
            pair.server.pause();
            assertThat(pair.server.isPaused()).isTrue();
            pair.client.send(Message.of("held")).block(TIMEOUT);
            StepVerifier.create(pair.server.receive().map(Message::text))
                    .expectSubscription()
                    .expectNoEvent(Duration.ofMillis(100))
                    .then(pair.server::resume)
                    .expectNext("held")
                    .thenCancel()
                    .verify(TIMEOUT);
            assertThat(pair.server.isPaused()).isFalse();
        }
    }

    @Test
    void emitsNothingToAFusedSubscriberWhilePaused() {
        try (Pair pair = Pair.open()) {
            pair.server.pause();
            pair.client.send(Message.of("held")).block(TIMEOUT);
            StepVerifier.create(pair.server
                            .receive()
                            .publishOn(Schedulers.parallel())
                            .map(Message::text))
                    .expectSubscription()
                    .expectNoEvent(Duration.ofMillis(100))
                    .then(pair.server::resume)
                    .expectNext("held")
                    .thenCancel()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void sendsNothingWhilePausedButAnswersPing() {
        try (RawPair raw = RawPair.open()) {
            Pair.pause(raw.connection);
            raw.connection.send(Message.of("held")).block(TIMEOUT);
            raw.peer.sendCommand("PING", new byte[] {0, 0, 7});
            assertThat(raw.peer.expectCommand("PONG")).containsExactly(7);
            raw.connection.resume();
            raw.peer.expect("00 04 'held'");
        }
    }

    @Test
    void isNotPausedByAMissingDemand() {
        try (Pair pair = Pair.open()) {
            pair.client.send(Message.of("m")).block(TIMEOUT);
            StepVerifier.create(pair.server.receive(), 0)
                    .then(() -> assertThat(pair.server.isPaused()).isFalse())
                    .thenCancel()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void resumesTwiceWithoutHarm() {
        try (Pair pair = Pair.open()) {
            pair.server.pause();
            pair.server.pause();
            pair.server.resume();
            pair.server.resume();
            pair.client.send(Message.of("m")).block(TIMEOUT);
            assertThat(pair.server.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("m"));
        }
    }
}
