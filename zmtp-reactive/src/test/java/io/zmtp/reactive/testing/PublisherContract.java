package io.zmtp.reactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * What holds for every publisher that registers something while it is subscribed to: it may be cancelled at any moment,
 * subscribed to twice, and have subscribers that break the rules. What it belongs to works afterwards, and of
 * subscribers that cancelled nothing is left: the garbage collector can take them.
 */
public interface PublisherContract {

    /** How often something is cancelled that may happen at any moment. */
    int ROUNDS = 50;

    /** The publisher, for one subscriber or several. */
    Publisher<?> publisher();

    /** Has those who are subscribed get something, or the end; nothing to do where that comes of itself. */
    default void signal() {}

    /** Fails if what the publisher belongs to does not work. */
    void works();

    /** Whether a second subscriber at a time is refused. */
    default boolean isExclusive() {
        return false;
    }

    /** Whether the signal is the end of what the publisher belongs to. */
    default boolean endsWithSignal() {
        return false;
    }

    @Test
    default void isCancelledInsideOnSubscribe() {
        for (int i = 0; i < 10; i++) {
            cancelInsideOnSubscribe();
        }
        works();
    }

    private WeakReference<?> cancelInsideOnSubscribe() {
        Probe probe = new Probe() {
            @Override
            void subscribed(Subscription subscription) {
                subscription.cancel();
            }
        };
        publisher().subscribe(probe);
        assertThat(probe.items).isZero();
        return new WeakReference<>(probe);
    }

    @Test
    default void leavesNothingWhenItIsCancelledAtAnyMoment() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            List<WeakReference<?>> probes = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                probes.add(i < 10 ? cancelInsideOnSubscribe() : cancelAfter(i * 100L, other));
            }
            assertGone(probes);
            for (int i = 0; i < ROUNDS && !endsWithSignal(); i++) {
                cancelAfter(i * 1_000L, other);
                if (i % 10 == 0) {
                    signal();
                }
            }
        } finally {
            other.shutdown();
        }
        assertThat(other.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        works();
    }

    private WeakReference<?> cancelAfter(long nanos, ExecutorService other) throws Exception {
        Probe probe = new Probe();
        Publisher<?> publisher = publisher();
        Future<?> subscribing = other.submit(() -> publisher.subscribe(probe));
        probe.await(probe.subscribed);
        for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) {
            Thread.onSpinWait();
        }
        probe.cancel();
        subscribing.get(10, TimeUnit.SECONDS);
        return new WeakReference<>(probe);
    }

    @Test
    default void isSubscribedToTwice() {
        Publisher<?> publisher = publisher();
        Probe first = new Probe();
        Probe second = new Probe();
        publisher.subscribe(first);
        publisher.subscribe(second);
        signal();
        second.await(second.told);
        if (isExclusive()) {
            assertThat(second.error).isInstanceOf(IllegalStateException.class);
        } else {
            assertThat(second.error).isNull();
        }
        first.await(first.told);
        assertThat(first.error).isNull();
        first.cancel();
        second.cancel();
        if (!endsWithSignal()) {
            works();
        }
    }

    @Test
    default void isAskedForMoreFromInsideOnNext() {
        Probe probe = new Probe() {
            @Override
            void subscribed(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            void came() {
                request(1);
                request(1);
            }
        };
        publisher().subscribe(probe);
        signal();
        probe.await(probe.told);
        if (!endsWithSignal()) {
            signal();
        }
        assertThat(probe.error).isNull();
        assertThat(probe.nested).isFalse();
        probe.cancel();
        if (!endsWithSignal()) {
            works();
        }
    }

    /** An exception that Reactor turns into an error, and an error that it lets through. */
    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, NoClassDefFoundError.class})
    default void goesOnWhenASubscriberThrows(Class<? extends Throwable> kind) {
        Publisher<?> publisher = publisher();
        Probe throwing = new Probe() {
            @Override
            void came() {
                throwOnPurpose();
            }

            @Override
            void ended() {
                throwOnPurpose();
            }

            private void throwOnPurpose() {
                if (kind == NoClassDefFoundError.class) {
                    throw new NoClassDefFoundError("thrown on purpose");
                }
                throw new IllegalStateException("thrown on purpose");
            }
        };
        Probe other = new Probe();
        try {
            publisher.subscribe(throwing);
        } catch (IllegalStateException | NoClassDefFoundError thrown) {
            assertThat(thrown).hasMessage("thrown on purpose"); // to who subscribed
        }
        if (!isExclusive()) {
            publisher.subscribe(other);
        }
        signal();
        throwing.await(throwing.told);
        if (isExclusive()) {
            awaitPlace();
        } else {
            other.await(other.told);
            assertThat(other.error).isNull();
            other.cancel();
        }
        if (!endsWithSignal()) {
            works();
        }
    }

    /** Whoever threw is cancelled in a moment. */
    private void awaitPlace() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        Probe next;
        do {
            next = new Probe() {
                @Override
                void subscribed(Subscription subscription) {}
            };
            publisher().subscribe(next);
        } while (next.error instanceof IllegalStateException && System.nanoTime() < end);
        assertThat(next.error).isNull();
        next.cancel();
    }

    private static void assertGone(List<WeakReference<?>> probes) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        long left = probes.size();
        while (left > 0 && System.nanoTime() < end) {
            System.gc();
            left = probes.stream().filter(probe -> probe.get() != null).count();
            if (left > 0) {
                Mono.delay(Duration.ofMillis(20)).block();
            }
        }
        assertThat(left).as("subscribers that are still known to somebody").isZero();
    }

    /** A subscriber that notes what it is told. */
    class Probe implements CoreSubscriber<Object> {

        final CountDownLatch subscribed = new CountDownLatch(1);
        final CountDownLatch told = new CountDownLatch(1);
        volatile @Nullable Subscription subscription;
        volatile @Nullable Throwable error;
        volatile int items;
        volatile boolean nested;
        private boolean inside;

        void subscribed(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        void came() {}

        void ended() {}

        @Override
        public final void onSubscribe(Subscription now) {
            subscription = now;
            subscribed.countDown();
            subscribed(now);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // signals come one at a time
        public final void onNext(Object item) {
            nested |= inside;
            inside = true;
            items++;
            try {
                came();
            } finally {
                inside = false;
                told.countDown();
            }
        }

        @Override
        public final void onError(Throwable failure) {
            error = failure;
            told.countDown();
            ended();
        }

        @Override
        public final void onComplete() {
            told.countDown();
            ended();
        }

        final void request(long count) {
            Subscription now = subscription;
            if (now != null) {
                now.request(count);
            }
        }

        final void cancel() {
            Subscription now = subscription;
            if (now != null) {
                now.cancel();
            }
        }

        final void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }
}
