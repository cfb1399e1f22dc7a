package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** {@code receive()} behind operators that fuse with it, that prefetch, and that do neither. */
class ReceiveOperatorTests {

    private static final int COUNT = 5000;

    private final Pair pair = Pair.open();

    @AfterEach
    void close() {
        pair.close();
    }

    private static Named<UnaryOperator<Flux<Message>>> named(String name, UnaryOperator<Flux<Message>> operator) {
        return Named.of(name, operator);
    }

    static Stream<Named<UnaryOperator<Flux<Message>>>> operators() {
        return Stream.of(
                named("publishOn", flux -> flux.publishOn(Schedulers.parallel())),
                named("publishOn with prefetch 1", flux -> flux.publishOn(Schedulers.parallel(), 1)),
                named("filter and publishOn", flux -> flux.filter(m -> true).publishOn(Schedulers.single())),
                named("map", flux -> flux.map(m -> m)),
                named("concatMap", flux -> flux.concatMap(Mono::just)),
                named(
                        "concatMap, asynchronous",
                        flux -> flux.concatMap(m -> Mono.just(m).subscribeOn(Schedulers.parallel()))),
                named("concatMap without prefetch", flux -> flux.concatMap(Mono::just, 0)),
                named("concatMapIterable", flux -> flux.concatMapIterable(List::of)),
                named("flatMap one at a time", flux -> flux.flatMap(Mono::just, 1)),
                named("zip", flux -> flux.zipWith(Flux.range(0, Integer.MAX_VALUE), (m, i) -> m)),
                named("limitRate", flux -> flux.limitRate(7)),
                named("hide", Flux::hide));
    }

    @ParameterizedTest
    @MethodSource("operators")
    void deliversAllInOrderAndCompletes(UnaryOperator<Flux<Message>> operator) {
        Mono<Void> sent = pair.client.send(messages()).then(pair.client.close());
        StepVerifier.create(operator.apply(pair.server.receive())
                        .map(Message::text)
                        .collectList()
                        .zipWith(sent.thenReturn(true)))
                .assertNext(both -> assertThat(both.getT1())
                        .isEqualTo(IntStream.range(0, COUNT)
                                .mapToObj(String::valueOf)
                                .toList()))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource("operators")
    void leavesThePipeToTheNextSubscriberAfterCancel(UnaryOperator<Flux<Message>> operator) {
        pair.client.send(messages()).subscribe();
        int last = -1;
        for (int round = 0; round < 20; round++) {
            // What the operator has prefetched is lost with it; order and the rest are not.
            List<Integer> some = operator.apply(pair.server.receive())
                    .takeUntil(m -> m.text().endsWith("3"))
                    .map(m -> Integer.valueOf(m.text()))
                    .collectList()
                    // flatMap completes before it cancels its source, which may then be still taken for a moment.
                    .retryWhen(Retry.fixedDelay(100, Duration.ofMillis(10))
                            .filter(taken -> taken instanceof IllegalStateException))
                    .block(TIMEOUT);
            assertThat(some).isSorted().first().matches(first -> first > -1);
            assertThat(some.get(0)).isGreaterThan(last);
            last = some.get(some.size() - 1);
        }
    }

    @Test
    void losesNothingWhenAFusedConsumerCancelsFromItsOwnThread() {
        pair.client.send(messages()).subscribe();
        for (int next = 0; next < COUNT; next += 10) {
            int until = next + 9;
            Integer first = pair.server
                    .receive()
                    .publishOn(Schedulers.parallel())
                    .map(m -> Integer.valueOf(m.text()))
                    .takeUntil(i -> i == until)
                    .collectList()
                    .map(list -> list.get(0))
                    .block(TIMEOUT);
            assertThat(first).isEqualTo(next);
        }
    }

    @Test
    void asksAFusedPipeOnlyForWhatIsWanted() {
        pair.client.send(Flux.range(0, 10).map(i -> Message.of("" + i))).block(TIMEOUT);
        StepVerifier.create(
                        pair.server.receive().publishOn(Schedulers.parallel()).map(Message::text), 3)
                .expectNext("0", "1", "2")
                .expectNoEvent(Duration.ofMillis(50))
                .thenCancel()
                .verify(TIMEOUT);
        StepVerifier.create(pair.server.receive().take(1).map(Message::text))
                .expectNext("3")
                .expectComplete()
                .verify(TIMEOUT);
    }

    private static Flux<Message> messages() {
        return Flux.range(0, COUNT).map(i -> Message.of("" + i));
    }
}
