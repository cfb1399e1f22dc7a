package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Ends that come at any moment; what leaks fails the run. */
class ConnectionFaultTests {

    private static final int ROUNDS = 100;
    private static final Message LARGE = Message.of(new byte[64 * 1024]);

    private enum State {
        SILENT_PEER((peer, connection) -> {}),
        GREETING_UNDER_WAY((peer, connection) -> peer.write("ff 00000000 00000001 7f 03")),
        READY_UNDER_WAY(
                (peer, connection) -> peer.sendGreeting("NULL", false, 1).write("04 26 05 'REA'")),
        OPEN((peer, connection) -> peer.handshakeNull("PAIR")),
        SEND_UNDER_WAY((peer, connection) -> {
            peer.handshakeNull("PAIR");
            for (int i = 0; i < 10; i++) {
                connection.send(LARGE).subscribe(sent -> {}, failed -> {});
            }
        }),
        RECEIVE_UNDER_WAY((peer, connection) -> {
            peer.handshakeNull("PAIR");
            connection.receive().subscribe(message -> {}, failed -> {});
            peer.writeMessage("whole").write("02 00000000 00010000 'part'");
        });

        final BiConsumer<RawPeer, ZmtpConnection> reach;

        State(BiConsumer<RawPeer, ZmtpConnection> reach) {
            this.reach = reach;
        }
    }

    private static void endsIn(State state, BiConsumer<RawPeer, ZmtpConnection> end) {
        try (RawListener listener = RawPeer.listen()) {
            for (int i = 0; i < ROUNDS; i++) {
                CompletableFuture<ZmtpConnection> opening = new CompletableFuture<>();
                Disposable connect = Pair.client()
                        .doOnInit(opening::complete)
                        .connect(listener.endpoint())
                        .subscribe(connection -> {}, failed -> {});
                try (RawPeer peer = listener.accept()) {
                    ZmtpConnection connection = Pair.get(opening);
                    state.reach.accept(peer, connection);
                    end.accept(peer, connection);
                    connection.onClose().block(TIMEOUT);
                    assertThat(connection.isDisposed()).isTrue();
                    assertThat(connection.channel().isOpen()).isFalse();
                }
                connect.dispose();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void disposes(State state) {
        endsIn(state, (peer, connection) -> connection.dispose());
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void closes(State state) {
        endsIn(state, (peer, connection) -> {
            CompletableFuture<Void> closing = connection.close().toFuture();
            assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
            peer.close();
            Pair.get(closing);
        });
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void survivesAPeerThatResets(State state) {
        endsIn(state, (peer, connection) -> peer.closeWithReset());
    }

    @Test
    void givesUpWhenConnectIsCancelledAtAnyMoment() {
        Binding binding = Pair.server().bind("tcp://127.0.0.1:*").block(TIMEOUT);
        try {
            for (int i = 0; i < ROUNDS; i++) {
                Mono<ZmtpConnection> connect = Pair.client().connect(binding.endpoint());
                Duration moment = Duration.ofNanos(i * 30_000L);
                connect.doOnNext(Disposable::dispose)
                        .timeout(moment)
                        .onErrorComplete()
                        .block(TIMEOUT);
            }
            Flux.interval(Duration.ofMillis(5))
                    .filter(tick -> binding.connections().isEmpty())
                    .blockFirst(TIMEOUT);
        } finally {
            binding.dispose();
        }
    }

    @Test
    void bindsTheSamePortAgainAndAgain() {
        Binding first = Pair.server().bind("tcp://127.0.0.1:*").block(TIMEOUT);
        for (int i = 0; i < 200; i++) {
            ZmtpConnection client = Pair.client().connect(first.endpoint()).block(TIMEOUT);
            first.dispose();
            first.onDispose().block(TIMEOUT);
            assertThat(first.isDisposed()).isTrue();
            first = Pair.server().bind(first.endpoint()).block(TIMEOUT);
            client.dispose();
        }
        first.dispose();
    }

    @Test
    void letsOnlyOneBindAnAddress() {
        Binding first = Pair.server().bind("tcp://127.0.0.1:*").block(TIMEOUT);
        StepVerifier.create(Pair.server().bind(first.endpoint()))
                .expectError(BindException.class)
                .verify(TIMEOUT);
        Pair.client().connect(first.endpoint()).block(TIMEOUT).dispose();
        first.dispose();
    }
}
