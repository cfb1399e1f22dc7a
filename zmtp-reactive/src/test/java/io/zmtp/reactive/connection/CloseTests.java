package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelOption;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class CloseTests {

    private static final Message LARGE = Message.of(new byte[64 * 1024]);

    @Test
    void disposeNeverClosesWithinTheCall() {
        try (RawPair raw = RawPair.open()) {
            CompletableFuture<Boolean> within = new CompletableFuture<>();
            AtomicBoolean returned = new AtomicBoolean();
            raw.connection.onClose().subscribe(closed -> within.complete(!returned.get()));
            raw.connection.channel().eventLoop().execute(() -> {
                raw.connection.dispose();
                returned.set(true);
            });
            assertThat(Pair.get(within)).isFalse();
        }
    }

    @Test
    void disposeFromAHookOfAnotherConnectionClosesThatOne() {
        try (RawPair victim = RawPair.open()) {
            RawPair.open(Pair.client().doOnReady(c -> victim.connection.dispose()))
                    .close();
            assertThat(victim.connection.onClose().block(TIMEOUT).reason()).isEqualTo(Reason.LOCAL);
        }
    }

    @Test
    void disposeCountsExactlyWhatWasNotSent() {
        try (RawPair raw = RawPair.open()) {
            raw.connection.send(Message.of("sent")).then(raw.connection.flush()).block(TIMEOUT);
            Pair.pause(raw.connection);
            for (int i = 0; i < 10; i++) {
                raw.connection.send(Message.of("a", "bc")).block(TIMEOUT);
            }
            raw.connection.write(LARGE);
            raw.connection.dispose();
            Closed closed = raw.connection.onClose().block(TIMEOUT);
            assertThat(closed.unsentMessages()).isEqualTo(11);
            assertThat(closed.unsentBytes()).isEqualTo(10 * 7 + 64 * 1024 + 9);
        }
    }

    @Test
    void disposeCountsWhatAPeerThatDoesNotReadCouldNotGet() {
        try (RawPair raw = RawPair.open()) {
            int accepted = 0;
            CompletableFuture<Void> last;
            do {
                last = raw.connection.send(LARGE).toFuture();
                accepted++;
                Pair.settle(raw.connection);
            } while (last.isDone());
            accepted--;
            raw.connection.dispose();
            Closed closed = raw.connection.onClose().block(TIMEOUT);
            int frame = 64 * 1024 + 9;
            int came = raw.peer.readAll(TIMEOUT).length;
            assertThat(last).isCompletedExceptionally();
            // A piece that the kernel took in part counts as not sent.
            assertThat(accepted * (long) frame - closed.unsentBytes()).isBetween(came - 64 * 1024L, (long) came);
            assertThat(accepted - closed.unsentMessages()).isBetween(came / frame - 1L, (long) came / frame);
        }
    }

    @Test
    void closeWritesWhatWaitsAndRefusesMore() {
        try (RawPair raw = RawPair.open()) {
            Pair.pause(raw.connection);
            for (int i = 0; i < 4; i++) {
                raw.connection.send(LARGE).block(TIMEOUT);
            }
            CompletableFuture<Void> parked = raw.connection.send(LARGE).toFuture();
            CompletableFuture<Void> closing = raw.connection.close().toFuture();
            StepVerifier.create(raw.connection.send(LARGE))
                    .expectError(ZmtpClosedException.class)
                    .verify(TIMEOUT);
            raw.peer.read(5 * (64 * 1024 + 9));
            Pair.get(parked);
            raw.peer.close();
            Pair.get(closing);
            assertThat(raw.connection.onClose().block(TIMEOUT)).isEqualTo(new Closed(Reason.LOCAL, null, 0, 0));
        }
    }

    @Test
    void closeEndsAStreamThatIsStillBeingSent() {
        try (RawPair raw = RawPair.open()) {
            StepVerifier.create(raw.connection.send(Flux.never()))
                    .then(() -> raw.connection.close().subscribe())
                    .then(raw.peer::close)
                    .expectError(ZmtpClosedException.class)
                    .verify(TIMEOUT);
        }
    }

    @Test
    void closeIsIdempotentAndConcurrent() {
        try (Pair pair = Pair.open()) {
            Mono<Void> close = pair.client.close().subscribeOn(Schedulers.boundedElastic());
            Mono.when(close, close, close, pair.server.close()).block(TIMEOUT);
            pair.client.close().block(TIMEOUT);
            assertThat(pair.client.isDisposed()).isTrue();
        }
    }

    @Test
    void closeWorksBeforeTheHandshake() {
        try (RawListener listener = RawPeer.listen()) {
            CompletableFuture<ZmtpConnection> opening = new CompletableFuture<>();
            CompletableFuture<ZmtpConnection> connected = Pair.client()
                    .doOnInit(opening::complete)
                    .connect(listener.endpoint())
                    .toFuture();
            try (RawPeer peer = listener.accept()) {
                peer.expectGreeting();
                Pair.get(opening).close().block(TIMEOUT);
                assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
            }
            StepVerifier.create(Mono.fromFuture(connected))
                    .expectError(ZmtpClosedException.class)
                    .verify(TIMEOUT);
        }
    }

    @Test
    void closeDeliversALargeLastMessageToAPeerThatReadsLaterAndStillSends() {
        try (RawPair raw = RawPair.open(Pair.client().option(ChannelOption.SO_RCVBUF, 16 * 1024))) {
            raw.connection.send(Message.of(new byte[8 << 20])).block(TIMEOUT);
            CompletableFuture<Void> closing = raw.connection.close().toFuture();
            for (int i = 0; i < 100; i++) {
                raw.peer.writeFrame(0, new byte[10_000]); // nobody receives these
            }
            assertThat(closing).isNotDone();
            assertThat(raw.peer.readFrame().body()).hasSize(8 << 20);
            raw.peer.writeMessage("late");
            assertThat(raw.peer.awaitClosed(TIMEOUT)).isTrue();
            raw.peer.close();
            Pair.get(closing);
            assertThat(raw.connection.onClose().block(TIMEOUT)).isEqualTo(new Closed(Reason.LOCAL, null, 0, 0));
        }
    }

    @Test
    void closeDoesNotMisreadAPeerThatSentMoreThanIsHeld() {
        byte[] body = new byte[10_007];
        Arrays.fill(body, (byte) 5); // taken for flags, they break a rule
        try (RawPair raw = RawPair.open()) {
            raw.connection.send(Message.of(new byte[8 << 20])).block(TIMEOUT);
            CompletableFuture<Void> closing = raw.connection.close().toFuture();
            Pair.settle(raw.connection);
            for (int i = 0; i < 100; i++) {
                raw.peer.writeFrame(0, body);
            }
            awaitFull(raw);
            raw.connection.receive().take(20).blockLast(TIMEOUT);
            for (int i = 0; i < 200; i++) {
                raw.peer.writeFrame(0, body);
            }
            assertThat(raw.peer.readFrame().body()).hasSize(8 << 20);
            raw.peer.close();
            Pair.get(closing);
            assertThat(raw.connection.onClose().block(TIMEOUT)).isEqualTo(new Closed(Reason.LOCAL, null, 0, 0));
        }
    }

    /** Waits until the connection has taken what the peer wrote. */
    private static void awaitFull(RawPair raw) {
        Flux.interval(Duration.ofMillis(20))
                .filter(tick -> raw.connection.idleTime().toMillis() > 100)
                .blockFirst(TIMEOUT);
    }

    @Test
    void closeGivesUpWaitingForAPeerThatNeverClosesItsSide() {
        try (RawPair raw = RawPair.open()) {
            raw.connection.close().block(TIMEOUT);
            assertThat(raw.connection.onClose().block(TIMEOUT).reason()).isEqualTo(Reason.LOCAL);
        }
    }

    @Test
    void receivesWhatStillComesWhileClosing() {
        try (RawPair raw = RawPair.open()) {
            StepVerifier.create(raw.connection.receive().map(Message::text))
                    .then(() -> raw.connection.close().subscribe())
                    .then(() -> assertThat(raw.peer.awaitClosed(TIMEOUT)).isTrue())
                    .then(() -> raw.peer.writeMessage("late").shutdownOutput())
                    .expectNext("late")
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void disposeCutsAnOrderlyCloseShort() {
        try (RawPair raw = RawPair.open()) {
            for (int i = 0; i < 400; i++) {
                raw.connection.send(LARGE).subscribe(done -> {}, failed -> {});
            }
            CompletableFuture<Void> closing = raw.connection.close().toFuture();
            Pair.settle(raw.connection);
            assertThat(closing).isNotDone();
            raw.connection.dispose();
            Pair.get(closing);
            assertThat(raw.connection.onClose().block(TIMEOUT).unsentMessages()).isPositive();
        }
    }
}
