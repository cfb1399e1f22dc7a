package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class IdleTests {

    private static final Duration LIMIT = Duration.ofMillis(800);

    @Test
    void closesAnIdleConnection() {
        try (RawPair raw = RawPair.open(Pair.client().idleTimeout(LIMIT))) {
            assertThat(raw.connection.idleTimeout()).isEqualTo(LIMIT);
            assertThat(raw.connection.onClose().block(TIMEOUT).reason()).isEqualTo(Reason.IDLE);
            assertThat(raw.connection.error()).isPresent();
        }
    }

    @Test
    void staysOpenWhileSomethingComes() {
        try (RawPair raw = RawPair.open(Pair.client().idleTimeout(LIMIT))) {
            for (int i = 0; i < 12; i++) {
                raw.peer.sendCommand("PONG");
                assertThat(raw.peer.awaitClosed(LIMIT.dividedBy(8))).isFalse();
            }
            raw.connection.onClose().block(TIMEOUT);
        }
    }

    @Test
    void staysOpenWhileSomethingGoes() {
        try (RawPair raw = RawPair.open(Pair.client().idleTimeout(LIMIT))) {
            for (int i = 0; i < 12; i++) {
                raw.connection.send(Message.of("m")).block(TIMEOUT);
                assertThat(raw.peer.awaitClosed(LIMIT.dividedBy(8))).isFalse();
            }
            raw.connection.onClose().block(TIMEOUT);
        }
    }

    @Test
    void canBeSwitchedOffWhileOpen() {
        try (RawPair raw = RawPair.open(Pair.client().idleTimeout(LIMIT))) {
            raw.connection.idleTimeout(Duration.ZERO);
            assertThat(raw.connection.idleTimeout()).isZero();
            assertThat(raw.peer.awaitClosed(LIMIT.multipliedBy(2))).isFalse();
        }
    }

    @Test
    void canBeSwitchedOnWhileOpen() {
        try (RawPair raw = RawPair.open()) {
            assertThat(raw.connection.idleTimeout()).isZero();
            raw.connection.idleTimeout(LIMIT);
            assertThat(raw.connection.onClose().block(TIMEOUT).reason()).isEqualTo(Reason.IDLE);
        }
    }

    @Test
    void canBeSwitchedOnBeforeItOpens() {
        try (RawPair raw = RawPair.open(Pair.client().doOnInit(opening -> opening.idleTimeout(LIMIT)))) {
            assertThat(raw.connection.idleTimeout()).isEqualTo(LIMIT);
            assertThat(raw.connection.onClose().block(TIMEOUT).reason()).isEqualTo(Reason.IDLE);
        }
    }

    @Test
    void refusesANegativeLimit() {
        try (RawPair raw = RawPair.open()) {
            assertThatThrownBy(() -> raw.connection.idleTimeout(Duration.ofMillis(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void measuresHowLongNothingCame() {
        try (RawPair raw = RawPair.open()) {
            assertThat(raw.peer.awaitClosed(Duration.ofMillis(60))).isFalse();
            assertThat(raw.connection.idleTime()).isGreaterThanOrEqualTo(Duration.ofMillis(50));
            long before = System.nanoTime();
            raw.connection.send(Message.of("m")).then(raw.connection.flush()).block(TIMEOUT);
            assertThat(raw.connection.idleTime()).isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - before));
        }
    }

    @Test
    void knowsNoLastReceiptBeforeAnyOctet() {
        CompletableFuture<Boolean> known = new CompletableFuture<>();
        ZmtpClient client = Pair.client()
                .doOnInit(c ->
                        known.complete(c.lastReceivedAt().isPresent() || c.isHeartbeatExpired(Duration.ofNanos(1))));
        try (RawPair raw = RawPair.open(client)) {
            assertThat(Pair.get(known)).isFalse();
            assertThat(raw.connection.lastReceivedAt()).isPresent();
        }
    }

    @Test
    void saysWhetherTheHeartbeatIsExpiredUntilTouched() {
        try (RawPair raw = RawPair.open()) {
            assertThat(raw.peer.awaitClosed(Duration.ofMillis(60))).isFalse();
            assertThat(raw.connection.isHeartbeatExpired(Duration.ofMillis(50))).isTrue();
            assertThat(raw.connection.isHeartbeatExpired(TIMEOUT)).isFalse();
            long before = raw.connection.lastReceivedAt().orElseThrow();
            assertThat(Stream.generate(() -> isExpiredAfterTouching(raw.connection))
                            .limit(100))
                    .as("at least once it is not, however slow the machine")
                    .contains(false);
            assertThat(raw.connection.lastReceivedAt().orElseThrow()).isGreaterThan(before);
        }
    }

    private static boolean isExpiredAfterTouching(ZmtpConnection connection) {
        connection.touchHeartbeat();
        return connection.isHeartbeatExpired(Duration.ofMillis(50));
    }

    @Test
    void readableTellsTheCurrentValueThenEachChangeAndCompletes() {
        try (Pair pair = Pair.open()) {
            StepVerifier.create(pair.server.readable())
                    .expectNext(false)
                    .then(() -> pair.client.send(Message.of("m")).subscribe())
                    .expectNext(true)
                    .then(() -> pair.server.receive().blockFirst(TIMEOUT))
                    .expectNext(false)
                    .then(pair.server::dispose)
                    .expectComplete()
                    .verify(TIMEOUT);
            StepVerifier.create(pair.server.readable())
                    .thenConsumeWhile(value -> true)
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void writableTellsTheCurrentValueThenEachChangeAndCompletes() {
        try (RawPair raw = RawPair.open()) {
            StepVerifier.create(raw.connection.writable())
                    .expectNext(true)
                    .then(() -> Pair.pause(raw.connection))
                    .then(() -> raw.connection.write(Message.of(new byte[300_000])))
                    .expectNext(false)
                    .then(raw.connection::resume)
                    .then(() -> raw.peer.read(300_009))
                    .expectNext(true)
                    .then(raw.connection::dispose)
                    .thenConsumeWhile(value -> true)
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void writableStopsWhenCancelled() {
        try (RawPair raw = RawPair.open()) {
            Flux<Boolean> writable = raw.connection.writable();
            StepVerifier.create(writable).expectNext(true).thenCancel().verify(TIMEOUT);
            StepVerifier.create(writable).expectNext(true).thenCancel().verify(TIMEOUT);
        }
    }
}
