package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.wire.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class SendTests {

    /** Together they reach the mark above which senders wait. */
    private static final int FULL = 4;

    private static Message large(int number) {
        byte[] body = new byte[64 * 1024];
        body[0] = (byte) number;
        return Message.of(body);
    }

    /** Fills a paused connection up to the mark. */
    private static void fill(ZmtpConnection connection) {
        Pair.pause(connection);
        for (int i = 0; i < FULL; i++) {
            connection.send(large(i)).block(TIMEOUT);
        }
    }

    private static List<Integer> readNumbers(RawPeer peer, int count) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add((int) peer.readFrame().body()[0]);
        }
        return numbers;
    }

    @Test
    void completesWhenAcceptedAlthoughThePeerDoesNotRead() {
        try (RawPair raw = RawPair.open()) {
            StepVerifier.create(raw.connection.send(Message.of("m")))
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void writesWhatAnswersAReadAtItsEndBeforeTheEventLoopTurnsToOtherTasks() {
        try (Pair pair = Pair.open()) {
            AtomicInteger written = new AtomicInteger();
            CompletableFuture<Integer> writtenBeforeTasks = new CompletableFuture<>();
            Disposable echo = pair.server
                    .receive()
                    .doOnNext(message -> {
                        Runnable task = () -> writtenBeforeTasks.complete(written.get());
                        pair.server.channel().eventLoop().execute(task);
                        pair.server.send(message).subscribe();
                        pair.server.flush().subscribe(nothing -> {}, failed -> {}, written::incrementAndGet);
                    })
                    .subscribe();
            StepVerifier.create(pair.client.send(Message.of("m")).thenMany(pair.client.receive(TIMEOUT)))
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(Pair.get(writtenBeforeTasks)).isOne();
            echo.dispose();
        }
    }

    @Test
    void parksAboveTheMarkAndGoesOnInTheOrderOfAsking() {
        try (RawPair raw = RawPair.open()) {
            fill(raw.connection);
            List<CompletableFuture<Void>> parked = new ArrayList<>();
            for (int i = FULL; i < 50; i++) {
                parked.add(raw.connection.send(large(i)).toFuture());
            }
            assertThat(parked).noneMatch(CompletableFuture::isDone);
            raw.connection.resume();
            assertThat(readNumbers(raw.peer, 50)).isSorted().doesNotHaveDuplicates();
            parked.forEach(Pair::get);
        }
    }

    @Test
    void parksWhenThePeerDoesNotReadUntilItDoes() {
        try (RawPair raw = RawPair.open()) {
            List<CompletableFuture<Void>> sent = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                sent.add(raw.connection.send(large(i % 100)).toFuture());
            }
            assertThat(sent.get(399)).isNotDone();
            for (int i = 0; i < 400; i++) {
                assertThat(raw.peer.readFrame().body()[0]).isEqualTo((byte) (i % 100));
            }
            sent.forEach(Pair::get);
        }
    }

    @Test
    void doesNotSendWhatWasCancelledWhileParked() {
        try (RawPair raw = RawPair.open()) {
            fill(raw.connection);
            CompletableFuture<Void> before = raw.connection.send(large(10)).toFuture();
            StepVerifier.create(raw.connection.send(large(11))).thenCancel().verify(TIMEOUT);
            CompletableFuture<Void> after = raw.connection.send(large(12)).toFuture();
            raw.connection.resume();
            assertThat(readNumbers(raw.peer, FULL + 2)).endsWith(10, 12);
            Pair.get(before);
            Pair.get(after);
        }
    }

    @Test
    void acceptsAtOnceAgainAfterAllParkedOnesWereCancelled() {
        try (RawPair raw = RawPair.open()) {
            fill(raw.connection);
            for (int i = 0; i < 100; i++) {
                StepVerifier.create(raw.connection.send(large(11))).thenCancel().verify(TIMEOUT);
            }
            raw.connection.resume();
            readNumbers(raw.peer, FULL);
            StepVerifier.create(raw.connection.send(large(12))).expectComplete().verify(TIMEOUT);
            assertThat(readNumbers(raw.peer, 1)).containsExactly(12);
        }
    }

    @Test
    void sendsWholeWhatWasCancelledAfterAcceptance() {
        try (RawPair raw = RawPair.open()) {
            Pair.pause(raw.connection);
            raw.connection.send(Message.of("a", "b")).subscribe().dispose();
            raw.connection.resume();
            raw.peer.expect("01 01 'a' 00 01 'b'");
        }
    }

    @Test
    void failsParkedOnesWhenTheConnectionEnds() {
        try (RawPair raw = RawPair.open()) {
            fill(raw.connection);
            StepVerifier.create(raw.connection.send(large(9)))
                    .then(raw.connection::dispose)
                    .expectError(ZmtpClosedException.class)
                    .verify(TIMEOUT);
        }
    }

    @Test
    void failsAfterTheEnd() {
        try (RawPair raw = RawPair.open()) {
            raw.connection.dispose();
            raw.connection.onClose().block(TIMEOUT);
            StepVerifier.create(raw.connection.send(Message.of("m")))
                    .expectError(ZmtpClosedException.class)
                    .verify(TIMEOUT);
            StepVerifier.create(raw.connection.send(Flux.just(Message.of("m"))))
                    .expectError(ZmtpClosedException.class)
                    .verify(TIMEOUT);
            StepVerifier.create(raw.connection.send(Command.of("JOIN", Bytes.EMPTY)))
                    .expectError(ZmtpClosedException.class)
                    .verify(TIMEOUT);
            StepVerifier.create(raw.connection.flush())
                    .expectError(ZmtpClosedException.class)
                    .verify(TIMEOUT);
        }
    }

    @Test
    void neverInterleavesTheMessagesOfManyThreads() {
        int threads = 8;
        int each = 2000;
        try (Pair pair = Pair.open()) {
            Flux<Message> all = Flux.merge(
                            Flux.range(0, threads)
                                    .map(t -> Flux.range(0, each)
                                            .concatMap(i -> pair.client.send(message(t, i)))
                                            .cast(Message.class)
                                            .subscribeOn(Schedulers.boundedElastic())),
                            threads)
                    .mergeWith(pair.server.receive().take((long) threads * each));
            int[] next = new int[threads];
            StepVerifier.create(all.doOnNext(message -> {
                        int thread = Integer.parseInt(message.part(0).utf8());
                        assertThat(message).isEqualTo(message(thread, next[thread]++));
                    }))
                    .expectNextCount((long) threads * each)
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    private static Message message(int thread, int number) {
        String rest = "x".repeat(number % 50 == 0 ? 5000 : number % 300);
        return number % 2 == 0 ? Message.of("" + thread, "" + number, rest) : Message.of("" + thread, "" + number);
    }

    @Test
    void sendsCommandsInOrderWithMessages() {
        try (RawPair raw = RawPair.open()) {
            Mono.when(
                            raw.connection.send(Message.of("a")),
                            raw.connection.send(Command.join(Bytes.utf8("g"))),
                            raw.connection.send(Message.of("b")))
                    .block(TIMEOUT);
            raw.peer.expect("00 01 'a' 04 06 04'JOIN' 'g' 00 01 'b'");
        }
    }

    @Test
    void sendsAfterTheHandshakeWhatWasSentInTheFirstHook() {
        try (RawPair raw = RawPair.open(
                Pair.client().doOnInit(c -> c.send(Message.of("early")).subscribe()))) {
            raw.peer.expect("00 05 'early'");
        }
    }
}
