package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.PublisherProbe;
import reactor.test.publisher.TestPublisher;

class SendPublisherTests {

    private final RawPair raw = RawPair.open();

    @AfterEach
    void close() {
        raw.close();
    }

    private static Flux<Message> large(int count) {
        return Flux.range(0, count).map(i -> Message.of(new byte[64 * 1024]));
    }

    @Test
    void hasNeverMoreThan256MessagesOutstanding() {
        Flux<Message> source = Flux.range(0, 50_000).map(i -> Message.of("m")).publishOn(Schedulers.parallel(), 256);
        AtomicLong asked = new AtomicLong();
        AtomicLong emitted = new AtomicLong();
        AtomicLong worst = new AtomicLong();
        CompletableFuture<Void> sent = raw.connection
                .send(source.doOnRequest(n -> worst.accumulateAndGet(asked.addAndGet(n) - emitted.get(), Math::max))
                        .doOnNext(message -> emitted.incrementAndGet()))
                .toFuture();
        raw.peer.read(50_000 * 3);
        Pair.get(sent);
        assertThat(worst).hasValueLessThanOrEqualTo(256);
    }

    @Test
    void asksForFewLargeMessagesAndNotAtAllWhileNothingIsWritten() {
        Pair.pause(raw.connection);
        AtomicLong asked = new AtomicLong();
        CompletableFuture<Void> sent = raw.connection
                .send(large(100).hide().doOnRequest(asked::addAndGet))
                .toFuture();
        assertThat(asked).hasValueBetween(1, 15);
        assertThat(sent).isNotDone();
        raw.connection.resume();
        raw.peer.read(100 * (64 * 1024 + 9));
        Pair.get(sent);
    }

    @Test
    void stopsAskingWhenThePeerDoesNotRead() {
        AtomicLong emitted = new AtomicLong();
        CompletableFuture<Void> sent = raw.connection
                .send(large(1000).hide().doOnNext(message -> emitted.incrementAndGet()))
                .toFuture();
        assertThat(sent).isNotDone();
        assertThat(emitted).hasValueLessThan(1000);
        raw.peer.read(1000 * (64 * 1024 + 9));
        Pair.get(sent);
    }

    @Test
    void completesOnlyAfterWriting() {
        Pair.pause(raw.connection);
        StepVerifier.create(raw.connection.send(Flux.just(Message.of("m"))))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(50))
                .then(raw.connection::resume)
                .expectComplete()
                .verify(TIMEOUT);
        raw.peer.expect("00 01 'm'");
    }

    @Test
    void passesThePublishersErrorOnAndSendsWhatCameBefore() {
        IllegalStateException mine = new IllegalStateException("mine");
        StepVerifier.create(raw.connection.send(
                        Flux.just(Message.of("a"), Message.of("b")).concatWith(Flux.error(mine))))
                .expectErrorMatches(mine::equals)
                .verify(TIMEOUT);
        raw.peer.expect("00 01 'a' 00 01 'b'");
        assertThat(raw.connection.isDisposed()).isFalse();
    }

    @Test
    void cancelsThePublisherWhenCancelled() {
        PublisherProbe<Message> probe = PublisherProbe.of(Flux.never());
        StepVerifier.create(raw.connection.send(probe.flux())).thenCancel().verify(TIMEOUT);
        probe.assertWasCancelled();
    }

    @Test
    void sendsWhatWasAcceptedBeforeTheCancel() {
        TestPublisher<Message> source = TestPublisher.create();
        StepVerifier.create(raw.connection.send(source.flux()))
                .then(() -> source.next(Message.of("a")))
                .thenCancel()
                .verify(TIMEOUT);
        raw.peer.expect("00 01 'a'");
    }

    @Test
    void completesAtOnceForAnEmptyPublisher() {
        StepVerifier.create(raw.connection.send(Flux.empty())).expectComplete().verify(TIMEOUT);
    }

    @Test
    void failsWhenTheConnectionClosesAlthoughThePublisherIsSilent() {
        PublisherProbe<Message> probe = PublisherProbe.of(Flux.never());
        StepVerifier.create(raw.connection.send(probe.flux()))
                .then(raw.peer::close)
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
        probe.assertWasCancelled();
    }

    @Test
    void doesNothingBeforeSubscription() {
        PublisherProbe<Message> probe = PublisherProbe.of(Flux.just(Message.of("m")));
        Mono<Void> unused = raw.connection.send(probe.flux());
        assertThat(unused).isNotNull();
        probe.assertWasNotSubscribed();
    }

    @Test
    void worksBehindFlatMapAndConcatMap() {
        Flux.range(0, 3000)
                .map(i -> Message.of("f"))
                .flatMap(raw.connection::send)
                .then()
                .block(TIMEOUT);
        Flux.range(0, 3000)
                .map(i -> Message.of("c"))
                .concatMap(raw.connection::send)
                .then()
                .block(TIMEOUT);
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 6000; i++) {
            bodies.add(new String(raw.peer.readFrame().body(), StandardCharsets.US_ASCII));
        }
        assertThat(bodies.subList(0, 3000)).containsOnly("f");
        assertThat(bodies.subList(3000, 6000)).containsOnly("c");
    }

    @Test
    void sendsTwoStreamsAtOnce() {
        CompletableFuture<Void> both = Mono.when(raw.connection.send(large(60)), raw.connection.send(large(60)))
                .toFuture();
        raw.peer.read(120 * (64 * 1024 + 9));
        Pair.get(both);
    }
}
