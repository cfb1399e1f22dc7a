package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.testing.RawPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

class ReceiveTests {

    private final Pair pair = Pair.open();

    @AfterEach
    void close() {
        pair.close();
    }

    private static Flux<Message> numbers(int from, int count) {
        return Flux.range(from, count).map(i -> Message.of("" + i));
    }

    private static List<String> strings(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(String::valueOf).toList();
    }

    private static Mono<List<String>> texts(Flux<Message> messages, int count) {
        return messages.take(count).map(Message::text).collectList();
    }

    @Test
    void emitsExactlyWhatIsAskedFor() {
        pair.client.send(numbers(0, 100)).block(TIMEOUT);
        StepVerifier.create(pair.server.receive().map(Message::text), 0)
                .thenRequest(1)
                .expectNext("0")
                .then(() -> Pair.settle(pair.server))
                .thenRequest(2)
                .expectNext("1", "2")
                .then(() -> Pair.settle(pair.server))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(texts(pair.server.receive(), 1).block(TIMEOUT)).containsExactly("3");
    }

    @Test
    void keepsTheOrderOfTwentyThousandMessagesEachWay() {
        int count = 20_000;
        Mono<List<String>> there = texts(pair.server.receive(), count);
        Mono<List<String>> back = texts(pair.client.receive().publishOn(Schedulers.parallel()), count);
        Mono<Void> sent = Mono.when(pair.client.send(numbers(0, count)), pair.server.send(numbers(count, count)));
        StepVerifier.create(Mono.zip(there, back, sent.thenReturn(true)))
                .assertNext(both -> {
                    assertThat(both.getT1().equals(strings(0, count))).isTrue();
                    assertThat(both.getT2().equals(strings(count, count))).isTrue();
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void refusesASecondSubscriberAndGoesOnWithTheFirst() {
        StepVerifier.create(pair.server.receive().map(Message::text))
                .then(() -> StepVerifier.create(pair.server.receive())
                        .expectError(IllegalStateException.class)
                        .verify(TIMEOUT))
                .then(() -> pair.client.send(Message.of("still")).block(TIMEOUT))
                .expectNext("still")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void continuesWithTheNextMessageForTheNextSubscriber() {
        pair.client.send(numbers(0, 1000)).block(TIMEOUT);
        for (int i = 0; i < 1000; i += 10) {
            assertThat(texts(pair.server.receive(), 10).block(TIMEOUT)).isEqualTo(strings(i, 10));
        }
    }

    @Test
    void completesAfterWhatWasHeldWhenThePeerClosed() {
        pair.client.send(numbers(0, 500)).block(TIMEOUT);
        pair.client.close().block(TIMEOUT);
        pair.server.onClose().block(TIMEOUT);
        StepVerifier.create(pair.server.receive(), 499)
                .expectNextCount(499)
                .thenRequest(1)
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void completesWithoutDemandWhenNothingIsHeld() {
        StepVerifier.create(pair.server.receive(), 0)
                .then(() -> pair.client.close().subscribe())
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void completesWhenThisSideDisposes() {
        StepVerifier.create(pair.server.receive())
                .then(pair.server::dispose)
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(pair.server.receive()).expectComplete().verify(TIMEOUT);
    }

    @Test
    void failsAfterWholeMessagesWhenThePeerLeavesInTheMiddleOfOne() {
        try (RawPair raw = RawPair.open()) {
            raw.peer.writeMessage("whole").writeFrame(RawPeer.MORE, new byte[3]).close();
            StepVerifier.create(raw.connection.receive().map(Message::text))
                    .expectNext("whole")
                    .expectError(ZmtpProtocolException.class)
                    .verify(TIMEOUT);
        }
    }

    @Test
    void failsAfterWholeMessagesWhenThePeerBreaksARule() {
        try (RawPair raw = RawPair.open()) {
            raw.peer.write("00 01 'a' 05 01 'x'"); // a command with MORE
            StepVerifier.create(raw.connection.receive().map(Message::text))
                    .expectNext("a")
                    .expectError(ZmtpProtocolException.class)
                    .verify(TIMEOUT);
        }
    }

    @Test
    void failsWhenTheConnectionIsReset() {
        try (RawPair raw = RawPair.open()) {
            StepVerifier.create(raw.connection.receive())
                    .then(raw.peer::closeWithReset)
                    .expectError(IOException.class)
                    .verify(TIMEOUT);
        }
    }

    @Test
    void failsOnlyTheSubscriptionWhoseLambdaThrows() {
        pair.client.send(numbers(0, 5)).block(TIMEOUT);
        StepVerifier.create(pair.server.receive().doOnNext(message -> {
                    throw new IllegalArgumentException("mine");
                }))
                .expectError(IllegalArgumentException.class)
                .verify(TIMEOUT);
        assertThat(texts(pair.server.receive(), 4).block(TIMEOUT)).isEqualTo(strings(1, 4));
    }

    @Test
    void survivesASubscriberThatThrowsAgainstTheRules() {
        pair.server.receive().subscribe(new CoreSubscriber<Message>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Message message) {
                throw new IllegalStateException("against the rules");
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onComplete() {}
        });
        pair.client.send(Message.of("lost")).block(TIMEOUT);
        pair.client.send(Message.of("kept")).block(TIMEOUT);
        Message kept = Flux.defer(pair.server::receive)
                .retryWhen(Retry.fixedDelay(500, Duration.ofMillis(10)))
                .filter(message -> message.text().equals("kept"))
                .blockFirst(TIMEOUT);
        assertThat(kept).isNotNull();
        assertThat(pair.server.isDisposed()).isFalse();
    }

    @Test
    void tellsWhoSentAMessage() {
        pair.client.send(Message.of("m")).block(TIMEOUT);
        Message came = pair.server.receive().blockFirst(TIMEOUT);
        assertThat(came.peer()).containsSame(pair.server.peer());
    }
}
