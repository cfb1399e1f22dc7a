package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class HookTests {

    private static final IllegalStateException MINE = new IllegalStateException("mine");

    @Test
    void runOnceEachInOrderOnTheEventLoop() {
        List<String> calls = new CopyOnWriteArrayList<>();
        CompletableFuture<Closed> ended = new CompletableFuture<>();
        try (RawPair raw = RawPair.open(Pair.client()
                .doOnInit(c -> note(calls, "init", c))
                .doOnConnected(c -> note(calls, "connected", c))
                .doOnReady(c -> note(calls, "ready " + c.peer().socketType(), c))
                .doOnDisconnected((c, closed) -> {
                    note(calls, "disconnected", c);
                    ended.complete(closed);
                }))) {
            raw.connection.dispose();
            Pair.get(ended);
            assertThat(calls).containsExactly("init", "connected", "ready PAIR", "disconnected");
        }
    }

    private static void note(List<String> calls, String name, ZmtpConnection connection) {
        calls.add(connection.channel().eventLoop().inEventLoop() ? name : name + " on the wrong thread");
    }

    static Stream<BiFunction<ZmtpServer, Consumer<ZmtpConnection>, ZmtpServer>> hooks() {
        return Stream.of(ZmtpServer::doOnInit, ZmtpServer::doOnConnected, ZmtpServer::doOnReady);
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void closeOnlyTheirConnectionWhenTheyThrow(BiFunction<ZmtpServer, Consumer<ZmtpConnection>, ZmtpServer> hook) {
        CompletableFuture<Closed> ended = new CompletableFuture<>();
        ZmtpServer server = Pair.server().doOnDisconnected((c, closed) -> ended.complete(closed));
        boolean[] thrown = {false};
        Binding binding = hook.apply(server, c -> {
                    if (!thrown[0]) {
                        thrown[0] = true;
                        throw MINE;
                    }
                })
                .bind("tcp://127.0.0.1:*")
                .block(TIMEOUT);
        try {
            Pair.client().connect(binding.endpoint()).subscribe(c -> {}, failed -> {});
            assertThat(Pair.get(ended).reason()).isEqualTo(Reason.LOCAL);
            assertThat(Pair.get(ended).cause()).isSameAs(MINE);
            Pair.client().connect(binding.endpoint()).block(TIMEOUT).dispose();
        } finally {
            binding.dispose();
        }
    }

    @Test
    void tellTheOthersTheEndWhenOneListenerThrows() {
        CompletableFuture<Closed> ended = new CompletableFuture<>();
        try (RawPair raw = RawPair.open(Pair.client().doOnDisconnected((c, closed) -> ended.complete(closed)))) {
            raw.connection.receive().subscribe(message -> {}, error -> {
                throw MINE;
            });
            raw.connection.onClose().subscribe(closed -> {
                throw MINE;
            });
            raw.peer.write("05 01 'x'");
            assertThat(Pair.get(ended).reason()).isEqualTo(Reason.PROTOCOL);
            assertThat(raw.connection.onClose().block(TIMEOUT)).isNotNull();
        }
    }

    private static Closed endOf(Function<ZmtpConnection, Publisher<Void>> handler, int expected) {
        CompletableFuture<Closed> ended = new CompletableFuture<>();
        Binding binding = Pair.server()
                .doOnDisconnected((c, closed) -> ended.complete(closed))
                .handle(handler)
                .bind("tcp://127.0.0.1:*")
                .block(TIMEOUT);
        ZmtpConnection client = Pair.client().connect(binding.endpoint()).block(TIMEOUT);
        try {
            StepVerifier.create(client.receive())
                    .expectNextCount(expected)
                    .expectComplete()
                    .verify(TIMEOUT);
            return Pair.get(ended);
        } finally {
            client.dispose();
            binding.dispose();
        }
    }

    @Test
    void aHandlerThatCompletesClosesAfterWriting() {
        Closed closed = endOf(c -> Flux.range(0, 1000).flatMap(i -> c.send(Message.of("x".repeat(1000)))), 1000);
        assertThat(closed).isEqualTo(new Closed(Reason.LOCAL, null, 0, 0));
    }

    @Test
    void aHandlerThatFailsClosesAtOnceWithItsError() {
        assertThat(endOf(c -> Mono.error(MINE), 0).cause()).isSameAs(MINE);
    }

    @Test
    void aHandlerThatThrowsClosesAtOnceWithItsError() {
        assertThat(endOf(
                                c -> {
                                    throw MINE;
                                },
                                0)
                        .cause())
                .isSameAs(MINE);
    }

    @Test
    void aHandlerThatReturnsNothingClosesAtOnce() {
        assertThat(endOf(c -> null, 0).cause()).isInstanceOf(NullPointerException.class);
    }

    @Test
    void theBindingForgetsAConnectionThatEnded() {
        try (Pair pair = Pair.open()) {
            awaitConnections(pair.binding, 1);
            pair.client.dispose();
            pair.server.onClose().block(TIMEOUT);
            awaitConnections(pair.binding, 0);
        }
    }

    private static void awaitConnections(Binding binding, int count) {
        Flux.interval(Duration.ofMillis(5))
                .filter(tick -> binding.connections().size() == count)
                .blockFirst(TIMEOUT);
    }
}
