package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.util.RaceTestUtils;

class InboundPipeStressTests {

    private static final int ROUNDS = 1000;

    private final InboundPipe pipe = new InboundPipe(() -> {});

    /** Takes what it is given, even after it cancelled: that is what was handed out. */
    private static final class Recorder implements CoreSubscriber<Message> {
        final Queue<String> got = new ConcurrentLinkedQueue<>();
        final AtomicInteger ends = new AtomicInteger();
        Subscription subscription;

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(Message message) {
            got.add(message.text());
        }

        @Override
        public void onError(Throwable error) {
            ends.incrementAndGet();
        }

        @Override
        public void onComplete() {
            ends.incrementAndGet();
        }
    }

    private Recorder subscribe(long demand) {
        Recorder recorder = new Recorder();
        pipe.messages().subscribe(recorder);
        recorder.subscription.request(demand);
        return recorder;
    }

    private void push(int number) {
        pipe.push(Message.of("" + number));
        pipe.drain();
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    @Test
    void handsOutOnceWhenDemandAndMessageRace() {
        Recorder recorder = subscribe(1);
        for (int i = 0; i < ROUNDS; i++) {
            int number = i;
            assertThat(recorder.got).hasSize(i);
            RaceTestUtils.race(() -> push(number), () -> recorder.subscription.request(1));
        }
        assertThat(List.copyOf(recorder.got)).isEqualTo(numbers(ROUNDS));
    }

    @Test
    void losesNothingWhenCancelAndMessageRace() {
        for (int i = 0; i < ROUNDS; i++) {
            int number = i;
            Recorder first = subscribe(Long.MAX_VALUE);
            RaceTestUtils.race(() -> push(number), first.subscription::cancel);
            Recorder second = subscribe(Long.MAX_VALUE);
            assertThat(first.got.size() + second.got.size()).isOne();
            second.subscription.cancel();
        }
    }

    @Test
    void losesNothingWhenCancelAndDemandRace() {
        for (int i = 0; i < ROUNDS; i++) {
            Recorder first = subscribe(0);
            push(i);
            RaceTestUtils.race(() -> first.subscription.request(1), first.subscription::cancel);
            Recorder second = subscribe(1);
            assertThat(first.got.size() + second.got.size()).isOne();
            second.subscription.cancel();
        }
    }

    @Test
    void losesNothingWhenTheCancelOfAFusedConsumerAndAMessageRace() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < ROUNDS; i++) {
            int number = i;
            // What the operator took and threw away shows in the hook.
            Disposable fused = pipe.messages()
                    .publishOn(Schedulers.parallel())
                    .doOnDiscard(Message.class, message -> seen.add(message.text()))
                    .subscribe(message -> seen.add(message.text()));
            RaceTestUtils.race(() -> push(number), fused::dispose);
            Recorder second = subscribe(Long.MAX_VALUE);
            second.subscription.cancel();
            seen.addAll(second.got);
        }
        Flux.interval(Duration.ofMillis(1)).filter(t -> seen.size() >= ROUNDS).blockFirst(TIMEOUT);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(numbers(ROUNDS));
    }

    @Test
    void endsOnceAfterTheLastMessageWhenEndDemandAndCancelRace() {
        for (int i = 0; i < ROUNDS; i++) {
            InboundPipe each = new InboundPipe(() -> {});
            Recorder recorder = new Recorder();
            each.messages().subscribe(recorder);
            each.push(Message.of("m"));
            RaceTestUtils.race(() -> each.end(null), () -> recorder.subscription.request(1), each::drain);
            assertThat(recorder.got).hasSize(1);
            assertThat(recorder.ends).hasValue(1);
        }
    }

    @Test
    void handsOverBetweenSubscribersWhileMessagesFlow() throws Exception {
        int count = 200_000;
        CountDownLatch pushed = new CountDownLatch(1);
        Schedulers.parallel().schedule(() -> {
            for (int i = 0; i < count; i++) {
                push(i);
            }
            pushed.countDown();
        });
        List<Recorder> recorders = new ArrayList<>();
        while (pushed.getCount() > 0) {
            Recorder recorder = subscribe(Long.MAX_VALUE);
            recorders.add(recorder);
            recorder.subscription.cancel();
        }
        assertThat(pushed.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        recorders.add(subscribe(Long.MAX_VALUE));
        List<String> all = recorders.stream().flatMap(r -> r.got.stream()).toList();
        assertThat(all.equals(numbers(count))).isTrue();
        assertThat(recorders).allMatch(recorder -> recorder.ends.get() == 0);
    }
}
