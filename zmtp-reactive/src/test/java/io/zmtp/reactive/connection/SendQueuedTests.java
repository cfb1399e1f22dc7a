package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** Streams that have a queue into which messages come by and by, which is polled. */
class SendQueuedTests {

    private static final Message LARGE = Message.of(new byte[64 * 1024]);

    private final RawPair raw = RawPair.open();

    @AfterEach
    void close() {
        raw.close();
    }

    private static Sinks.Many<Message> sink() {
        return Sinks.many().unicast().onBackpressureBuffer(new ConcurrentLinkedQueue<>());
    }

    private void expectNumbers(int from, int to) {
        IntStream.range(from, to)
                .forEach(i -> assertThat(raw.peer.readFrame().body()).asString().isEqualTo("" + i));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 256, 20_000})
    void goInOrder(int prefetch) {
        CompletableFuture<Void> sent = raw.connection
                .send(Flux.range(0, 20_000).map(i -> Message.of("" + i)).publishOn(Schedulers.parallel(), prefetch))
                .toFuture();
        expectNumbers(0, 20_000);
        Pair.get(sent);
    }

    @Test
    void goOutWhileOthersAreEmitted() {
        Sinks.Many<Message> sink = sink();
        CompletableFuture<Void> sent = raw.connection.send(sink.asFlux()).toFuture();
        for (int i = 0; i < 1000; i++) {
            sink.tryEmitNext(Message.of("" + i)).orThrow();
            expectNumbers(i, i + 1);
        }
        assertThat(sent).isNotDone();
        sink.tryEmitComplete().orThrow();
        Pair.get(sent);
    }

    @Test
    void goInTheOrderOfEachThatEmits() {
        Sinks.Many<Message> sink = Sinks.many().unicast().onBackpressureBuffer();
        CompletableFuture<Void> sent = raw.connection.send(sink.asFlux()).toFuture();
        CompletableFuture<Void> emitted = Flux.range(0, 4)
                .flatMap(thread -> Flux.range(0, 2000)
                        .subscribeOn(Schedulers.boundedElastic())
                        .doOnNext(i -> sink.emitNext(
                                Message.of(thread + " " + i), Sinks.EmitFailureHandler.busyLooping(TIMEOUT))))
                .then()
                .toFuture();
        int[] next = new int[4];
        for (int i = 0; i < 8000; i++) {
            String[] came = new String(raw.peer.readFrame().body(), StandardCharsets.UTF_8).split(" ");
            int thread = Integer.parseInt(came[0]);
            assertThat(Integer.parseInt(came[1])).isEqualTo(next[thread]++);
        }
        Pair.get(emitted);
        sink.tryEmitComplete().orThrow();
        Pair.get(sent);
    }

    @Test
    void stayInTheQueueWhileNothingIsWritten() {
        Pair.pause(raw.connection);
        Sinks.Many<Message> sink = Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(8));
        CompletableFuture<Void> sent = raw.connection.send(sink.asFlux()).toFuture();
        int taken = 0;
        while (sink.tryEmitNext(LARGE).isSuccess()) {
            taken++;
        }
        assertThat(taken).isBetween(8 + 4, 8 + 6); // 256 KiB, and what was under way
        sink.tryEmitComplete().orThrow();
        assertThat(sent).isNotDone();
        raw.connection.resume();
        raw.peer.read(taken * (64 * 1024 + 9));
        Pair.get(sent);
    }

    @Test
    void thoseBeforeAnErrorAreSent() {
        Pair.pause(raw.connection);
        Sinks.Many<Message> sink = sink();
        CompletableFuture<Void> sent = raw.connection.send(sink.asFlux()).toFuture();
        for (int i = 0; i < 100; i++) {
            sink.tryEmitNext(LARGE).orThrow();
        }
        IllegalStateException mine = new IllegalStateException("mine");
        sink.tryEmitError(mine).orThrow();
        assertThat(sent).isNotDone();
        raw.connection.resume();
        raw.peer.read(100 * (64 * 1024 + 9));
        assertThat(sent).failsWithin(TIMEOUT).withThrowableThat().withCause(mine);
        assertThat(raw.connection.isDisposed()).isFalse();
    }

    @Test
    void thoseLeftInTheQueueAreDiscardedWhenItIsCancelled() {
        Pair.pause(raw.connection);
        List<Object> discarded = new CopyOnWriteArrayList<>();
        Sinks.Many<Message> sink = sink();
        Disposable sending = raw.connection
                .send(sink.asFlux())
                .contextWrite(Operators.enableOnDiscard(Context.empty(), discarded::add))
                .subscribe();
        for (int i = 0; i < 100; i++) {
            sink.tryEmitNext(LARGE).orThrow();
        }
        sending.dispose();
        assertThat(discarded).hasSizeBetween(94, 96);
        raw.connection.resume();
        raw.peer.read((100 - discarded.size()) * (64 * 1024 + 9)); // what was polled had left its source
        raw.connection.send(Message.of("next")).block(TIMEOUT);
        raw.peer.expect("00 04 'next'");
    }

    @Test
    void codeOfTheApplicationRunsWhereItAsksForThat() {
        List<String> threads = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> sent = raw.connection
                .send(Flux.range(0, 1000).publishOn(Schedulers.boundedElastic()).map(i -> {
                    threads.add(Thread.currentThread().getName());
                    return Message.of("" + i);
                }))
                .toFuture();
        expectNumbers(0, 1000);
        Pair.get(sent);
        assertThat(threads).hasSize(1000).allMatch(name -> name.startsWith("boundedElastic"));
    }

    private void isSentWithoutAnEventLoop(Flux<Message> stream, List<String> threads) {
        Pair.pause(raw.connection); // so that the event loop finds room, and wants more
        CompletableFuture<Void> sent = raw.connection.send(stream).toFuture();
        raw.connection.resume();
        raw.peer.read(400 * (64 * 1024 + 9));
        Pair.get(sent);
        assertThat(threads).hasSize(400);
        assertThat(new HashSet<>(threads))
                .allMatch(name -> name.equals(Thread.currentThread().getName()) || name.startsWith("boundedElastic"));
    }

    private static Message large(List<String> threads) {
        threads.add(Thread.currentThread().getName());
        return LARGE;
    }

    @Test
    void whatIsBeforePublishOnRunsOnNoEventLoop() {
        List<String> threads = new CopyOnWriteArrayList<>();
        Flux<Message> stream = Flux.range(0, 400).map(i -> large(threads));
        isSentWithoutAnEventLoop(stream.publishOn(Schedulers.boundedElastic(), 8), threads);
    }

    @Test
    void norDoesAnIterator() {
        List<String> threads = new CopyOnWriteArrayList<>();
        Flux<Message> stream = Flux.fromStream(IntStream.range(0, 400).mapToObj(i -> large(threads)));
        isSentWithoutAnEventLoop(stream.publishOn(Schedulers.boundedElastic()), threads);
    }

    @Test
    void norDoesThatWithAContext() {
        List<String> threads = new CopyOnWriteArrayList<>();
        Flux<Message> stream = Flux.fromStream(IntStream.range(0, 400).mapToObj(i -> large(threads)));
        isSentWithoutAnEventLoop(
                stream.publishOn(Schedulers.boundedElastic()).contextWrite(Context.of("key", "value")), threads);
    }

    static Stream<UnaryOperator<Flux<Message>>> queuesBehindPublishOn() {
        return Stream.of(
                stream -> stream.replay().autoConnect(),
                stream -> stream.onBackpressureBuffer(),
                stream -> stream.publishOn(Schedulers.boundedElastic(), 4),
                stream -> stream.limitRate(16),
                stream -> stream.map(message -> message).publishOn(Schedulers.immediate(), 1));
    }

    @ParameterizedTest
    @MethodSource("queuesBehindPublishOn")
    void goOnWhenThereIsRoomAgain(UnaryOperator<Flux<Message>> queued) {
        goOn(stream -> raw.connection.send(queued.apply(stream)));
    }

    @Test
    void goOnInGroups() {
        goOn(stream ->
                stream.groupBy(message -> 1).concatMap(raw.connection::send).then());
    }

    @Test
    void goOnInWindows() {
        goOn(stream -> stream.window(100).concatMap(raw.connection::send).then());
    }

    private void goOn(Function<Flux<Message>, Mono<Void>> sending) {
        Pair.pause(raw.connection);
        Flux<Message> stream = Flux.range(0, 400).map(i -> LARGE).hide().publishOn(Schedulers.parallel());
        CompletableFuture<Void> sent = sending.apply(stream).toFuture();
        raw.connection.resume();
        raw.peer.read(400 * (64 * 1024 + 9));
        Pair.get(sent);
    }

    @Test
    void anEmptyStreamCompletes() {
        StepVerifier.create(raw.connection.send(Flux.<Message>empty().publishOn(Schedulers.parallel())))
                .expectComplete()
                .verify(TIMEOUT);
    }
}
