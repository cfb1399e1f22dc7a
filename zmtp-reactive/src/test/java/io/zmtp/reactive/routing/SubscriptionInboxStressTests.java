package io.zmtp.reactive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Receivers that ask, come and go on many threads, while messages come on another one. */
class SubscriptionInboxStressTests {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final int RECEIVERS = 3;
    private static final int EACH = 300;

    private final Queue<Message> source = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unwanted = new AtomicInteger();
    private final SubscriptionInbox inbox =
            new SubscriptionInbox(source::poll, message -> true, false, message -> unwanted.incrementAndGet());
    private final CountDownLatch served = new CountDownLatch(RECEIVERS * EACH);

    private Flux<Message> feed(String prefix) {
        return inbox.feed(List.of(Bytes.utf8(prefix)), () -> {}, () -> {});
    }

    @RepeatedTest(50)
    void eachGetsWhatItWantsHoweverTheyAsk() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < RECEIVERS; i++) {
            Receiver receiver = new Receiver();
            feed("topic " + i).subscribe(receiver);
            threads.add(new Thread(() -> {
                for (int j = 0; j < EACH; j++) {
                    receiver.request(1);
                }
            }));
        }
        threads.add(new Thread(() -> {
            for (int j = 0; j < EACH; j++) {
                feed("other").subscribe().dispose();
            }
        }));
        threads.add(new Thread(() -> {
            for (int j = 0; j < RECEIVERS * EACH; j++) {
                source.add(Message.of("topic " + j % RECEIVERS));
                inbox.drain();
            }
        }));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(served.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(source).isEmpty();
        assertThat(unwanted).hasValue(0);
    }

    private final class Receiver extends BaseSubscriber<Message> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(Message message) {
            served.countDown();
        }
    }
}
