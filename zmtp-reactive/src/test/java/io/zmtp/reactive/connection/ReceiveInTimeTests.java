package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.NextMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.util.RaceTestUtils;

/** Messages that are taken in the moment when nobody wants them any more. */
class ReceiveInTimeTests {

    private Runnable meanwhile = () -> {};
    private final InboundPipe pipe = new InboundPipe(() -> meanwhile.run());

    /** Cancels while the next item is being taken. */
    private final class Leaver<T> implements CoreSubscriber<T> {
        final List<T> got = new ArrayList<>();
        Subscription subscription;

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            pipe.watch();
            meanwhile = given::cancel;
        }

        @Override
        public void onNext(T item) {
            got.add(item);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}
    }

    private <T> List<T> leave(Flux<T> received) {
        Leaver<T> leaver = new Leaver<>();
        received.subscribe(leaver);
        leaver.subscription.request(1);
        meanwhile = () -> {};
        return leaver.got;
    }

    @Test
    void aMessageThatWasTakenForASubscriberThatCancelsIsTheNextOnes() {
        pipe.push(Message.of("one"));

        assertThat(leave(pipe.messages())).isEmpty();
        assertThat(pipe.isEmpty()).isFalse();
        assertThat(pipe.count()).isEqualTo(1);
        pipe.push(Message.of("two"));
        StepVerifier.create(pipe.messages().map(Message::text))
                .expectNext("one", "two")
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(pipe.isEmpty()).isTrue();
        assertThat(pipe.count()).isZero();
    }

    @Test
    void theFirstFrameOfAMessageIsTheNextOnesWithTheWholeMessage() {
        pipe.push(Message.of("one", "more"));

        assertThat(leave(pipe.frames())).isEmpty();
        StepVerifier.create(pipe.messages())
                .expectNext(Message.of("one", "more"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    @SuppressWarnings("unchecked") // it is one of messages
    void aFusedSubscriberThatCancelsHasNotGotWhatItPolls() {
        pipe.push(Message.of("one"));
        Leaver<Message> leaver = new Leaver<>();
        pipe.messages().subscribe(leaver);
        Fuseable.QueueSubscription<Message> queue = (Fuseable.QueueSubscription<Message>) leaver.subscription;
        queue.requestFusion(Fuseable.ASYNC);

        assertThat(queue.poll()).isNull();
        meanwhile = () -> {};
        StepVerifier.create(pipe.messages().map(Message::text))
                .expectNext("one")
                .thenCancel()
                .verify(TIMEOUT);
    }

    /** A cancel and a message that come at once: either it was emitted, or it is still there. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eitherEmitsOrLeavesWhatComesWithACancel(boolean atEnd) {
        for (int i = 0; i < 500; i++) {
            String text = "" + i;
            Queue<String> got = new ConcurrentLinkedQueue<>();
            Duration timeout =
                    atEnd ? Duration.ofNanos(ThreadLocalRandom.current().nextInt(20_000)) : TIMEOUT;
            Disposable waiting = NextMessage.of(pipe.messages(), timeout)
                    .doOnNext(message -> got.add(message.text()))
                    .subscribe();
            RaceTestUtils.race(
                    () -> {
                        pipe.push(Message.of(text));
                        pipe.drain();
                    },
                    () -> {
                        if (!atEnd) {
                            waiting.dispose();
                        }
                    });
            waiting.dispose();
            NextMessage.of(pipe.messages(), Duration.ZERO)
                    .doOnNext(message -> got.add(message.text()))
                    .block(TIMEOUT);
            assertThat(got).containsExactly(text);
        }
    }

    /** Who cancels may subscribe anew at once, also while the end of the time is just letting go of the source. */
    @Test
    void theSourceIsFreeAfterACancelThatComesWithTheEndOfTheTime() throws InterruptedException {
        AtomicBoolean isFree = new AtomicBoolean();
        CountDownLatch isEnding = new CountDownLatch(1);
        CountDownLatch isCancelled = new CountDownLatch(1);
        Flux<Message> source = Flux.from(subscriber -> subscriber.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {
                if (isEnding.getCount() == 1) { // that of the time, which the other one overtakes
                    isEnding.countDown();
                    await(isCancelled);
                }
                isFree.set(true);
            }
        }));
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try {
            Disposable waiting = NextMessage.of(source, Duration.ofSeconds(1)).subscribe();
            Thread ending = new Thread(() -> time.advanceTimeBy(Duration.ofSeconds(1)));
            ending.start();
            isEnding.await();
            waiting.dispose();

            assertThat(isFree).isTrue();
            isCancelled.countDown();
            ending.join();
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void aConnectionEmitsTheNextMessageOrNone() {
        try (Pair pair = Pair.open()) {
            StepVerifier.create(pair.server.receive(Duration.ofMillis(1)))
                    .expectComplete()
                    .verify(TIMEOUT);
            pair.client.send(Message.of("one")).block(TIMEOUT);
            StepVerifier.create(pair.server.receive(TIMEOUT))
                    .expectNext(Message.of("one"))
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }
}
