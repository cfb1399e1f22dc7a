package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.pipe.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.util.RaceTestUtils;

/** Senders who wait, against everything that may happen to them at once. */
class OutboxStressTests {

    private static final Bounds ONE = new Bounds(1, Long.MAX_VALUE, Duration.ZERO, 1);
    private static final int ROUNDS = 1000;
    private static final Message FILLING = Message.of(new byte[Outbox.HIGH]);
    private static final Message LARGE = Message.of(new byte[3000]);
    private static final ZmtpClosedException END =
            new ZmtpClosedException("closed", new Closed(Closed.Reason.LOCAL, null, 0, 0));

    private final AtomicInteger completed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    private static Outbox full() {
        Outbox outbox = new Outbox();
        outbox.offer(FILLING);
        return outbox;
    }

    private Disposable subscribe(Mono<Void> send) {
        completed.set(0);
        failed.set(0);
        return send.subscribe(nothing -> {}, error -> failed.incrementAndGet(), completed::incrementAndGet);
    }

    private Disposable park(Outbox outbox) {
        Disposable sender = subscribe(outbox.send(LARGE));
        assertThat(completed).hasValue(0);
        return sender;
    }

    /** What the event loop does when it can write. */
    private static void takeOne(Outbox outbox) {
        outbox.take();
        outbox.released();
    }

    @Test
    void acceptsOrDropsWhenCancelAndRoomRace() {
        int accepted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Outbox outbox = full();
            Disposable sender = park(outbox);
            if (i % 2 == 0) {
                RaceTestUtils.race(sender::dispose, () -> takeOne(outbox));
            } else {
                RaceTestUtils.race(() -> takeOne(outbox), sender::dispose);
            }
            long held = outbox.backlog.bytes();
            assertThat(held).isIn(0L, 3000L);
            assertThat(completed.get()).isLessThanOrEqualTo(held == 0 ? 0 : 1);
            assertThat(outbox.offer(LARGE)).isTrue();
            accepted += held == 0 ? 0 : 1;
        }
        assertThat(accepted).isPositive();
    }

    @Test
    void endsEachSenderOnceWhenRoomAndCloseRace() {
        for (int i = 0; i < ROUNDS; i++) {
            Outbox outbox = full();
            park(outbox);
            RaceTestUtils.race(() -> outbox.close(END), () -> takeOne(outbox));
            assertThat(completed.get() + failed.get()).isOne();
        }
    }

    @Test
    void endsEachSenderAtMostOnceWhenCancelRoomAndCloseRace() {
        for (int i = 0; i < ROUNDS; i++) {
            Outbox outbox = full();
            Disposable sender = park(outbox);
            RaceTestUtils.race(sender::dispose, () -> outbox.close(END), () -> takeOne(outbox));
            assertThat(completed.get() + failed.get()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void acceptsOrTurnsAwayWhenRoomAndTurningAwayRace() {
        for (int i = 0; i < ROUNDS; i++) {
            Outbox outbox = full();
            park(outbox);
            RaceTestUtils.race(() -> outbox.turnAway(END), () -> takeOne(outbox));
            assertThat(completed.get() + failed.get()).isOne();
            assertThat(outbox.backlog.bytes()).isEqualTo(completed.get() * 3000L);
            assertThat(outbox.waiting()).isZero();
        }
    }

    @Test
    void takesBackWhatWasNotAcceptedWhenCancelRoomAndTurningAwayRace() {
        for (int i = 0; i < ROUNDS; i++) {
            Outbox outbox = full();
            Disposable sender = park(outbox);
            RaceTestUtils.race(sender::dispose, () -> outbox.turnAway(END), () -> takeOne(outbox));
            assertThat(completed.get() + failed.get()).isLessThanOrEqualTo(1);
            assertThat(outbox.backlog.bytes()).isIn(failed.get() == 0 ? List.of(0L, 3000L) : List.of(0L));
            assertThat(outbox.waiting()).isZero();
        }
    }

    /** As a publisher that asks first: what found no room hears when there is some, and finds it at once. */
    @Test
    void isFullNoLongerThanThereIsNoRoom() {
        AtomicInteger heard = new AtomicInteger();
        for (int i = 0; i < ROUNDS; i++) {
            heard.set(0);
            Outbox outbox = new Outbox(ONE, new Outbox.Owner() {
                @Override
                public void room() {
                    heard.incrementAndGet();
                }

                @Override
                public void written(long messages, long bytes) {}

                @Override
                public void expired(List<Message> messages, long count) {}
            });
            assertThat(outbox.offerNow(LARGE)).isTrue();
            assertThat(outbox.offerNow(LARGE)).isFalse();
            assertThat(outbox.isFull()).isTrue();
            AtomicBoolean accepted = new AtomicBoolean();

            RaceTestUtils.race(() -> accepted.set(!outbox.isFull() && outbox.offerNow(LARGE)), () -> takeOne(outbox));

            assertThat(heard.get()).isPositive();
            assertThat(outbox.isFull()).isFalse();
            assertThat(outbox.offerNow(LARGE)).isEqualTo(!accepted.get());
        }
    }

    @Test
    void isNotFullWhenWhatItHeldIsTakenBack() {
        for (Consumer<Outbox> frees : List.<Consumer<Outbox>>of(
                Outbox::takeBack,
                outbox -> outbox.flowing(true),
                outbox -> outbox.displace(LARGE, true),
                outbox -> outbox.attach(() -> {}, true))) {
            Outbox outbox = new Outbox(ONE, null);
            outbox.offerNow(LARGE);
            outbox.offerNow(LARGE);
            assertThat(outbox.isFull()).isTrue();

            frees.accept(outbox);

            assertThat(outbox.isFull()).isFalse();
        }
    }

    @Test
    void keepsTheOrderOfThoseThatAreTriedInVain() {
        Outbox outbox = full();
        List<Integer> sent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            outbox.send(LARGE).subscribe(nothing -> {}, error -> {}, () -> sent.add(number));
        }
        outbox.release();
        assertThat(sent).isEmpty();
        assertThat(outbox.waiting()).isEqualTo(3);
        outbox.send(LARGE).subscribe(nothing -> {}, error -> {}, () -> sent.add(3));
        takeOne(outbox);
        assertThat(sent).containsExactly(0, 1, 2, 3);
    }

    /** As where several sends are merged: the first error cancels the others. */
    @Test
    void reportsNoErrorToSendersThatTheErrorOfAnotherHasCancelled() {
        List<Throwable> errors = new ArrayList<>();
        List<Consumer<Outbox>> ends = List.of(outbox -> outbox.turnAway(END), outbox -> outbox.close(END));
        for (Consumer<Outbox> end : ends) {
            Outbox outbox = full();
            BaseSubscriber<Void> second = new BaseSubscriber<>() {
                @Override
                protected void hookOnError(Throwable error) {
                    errors.add(error);
                }
            };
            outbox.send(LARGE).subscribe(nothing -> {}, error -> second.cancel());
            outbox.send(LARGE).subscribe(second);
            Hooks.onErrorDropped(errors::add);
            try {
                end.accept(outbox);
            } finally {
                Hooks.resetOnErrorDropped();
            }
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void endsASenderWhoComesWhileRoomIsMade() {
        for (int i = 0; i < ROUNDS; i++) {
            Outbox outbox = full();
            RaceTestUtils.race(() -> subscribe(outbox.send(LARGE)), () -> takeOne(outbox));
            assertThat(completed).hasValue(1);
        }
    }

    @Test
    void endsASenderWhoComesWhileItCloses() {
        for (int i = 0; i < ROUNDS; i++) {
            Outbox outbox = full();
            RaceTestUtils.race(() -> subscribe(outbox.send(LARGE)), () -> outbox.close(END));
            assertThat(failed).hasValue(1);
        }
    }

    @Test
    void completesAFlushThatComesWhileItIsWritten() {
        for (int i = 0; i < ROUNDS; i++) {
            Outbox outbox = full();
            outbox.take();
            RaceTestUtils.race(() -> subscribe(outbox.flush()), () -> outbox.written(Outbox.HIGH + 9, 1));
            assertThat(completed).hasValue(1);
        }
    }

    @Test
    void endsAStreamOnceWhenRoomCancelAndCloseRace() {
        for (int i = 0; i < ROUNDS; i++) {
            Outbox outbox = full();
            AtomicInteger cancelled = new AtomicInteger();
            Disposable stream =
                    subscribe(outbox.sendMany(Flux.just(LARGE).repeat().doOnCancel(cancelled::incrementAndGet)));
            RaceTestUtils.race(stream::dispose, () -> outbox.close(END), () -> takeOne(outbox));
            assertThat(failed.get()).isLessThanOrEqualTo(1);
            assertThat(completed).hasValue(0);
            assertThat(cancelled).hasValue(1);
        }
    }

    @Test
    void goesOnWithAStreamWhenItRunsDryWhileRoomIsMade() {
        for (int i = 0; i < ROUNDS; i++) {
            Outbox outbox = full();
            RaceTestUtils.race(() -> subscribe(outbox.sendMany(Flux.just(LARGE).repeat(20))), () -> takeOne(outbox));
            while (outbox.take() != null) {
                outbox.released();
            }
            outbox.written(Outbox.HIGH + 9 + 21 * 3009, 22);
            assertThat(completed).hasValue(1);
        }
    }

    @Test
    void forgetsSendersWhoCancelledWhileTheyWaited() {
        Outbox outbox = full();
        for (int i = 0; i < ROUNDS; i++) {
            park(outbox).dispose();
        }
        assertThat(outbox.waiting()).isZero();
    }
}
