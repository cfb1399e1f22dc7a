package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.wire.FrameEncoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class WriteTests {

    private static final Message M = Message.of("m");

    private final RawPair raw = RawPair.open();

    @AfterEach
    void close() {
        raw.close();
    }

    @Test
    void holdsSmallOnesUntilFlush() {
        assertThat(raw.connection.write(M)).isTrue();
        Pair.settle(raw.connection);
        assertThat(raw.peer.readAll(Duration.ofMillis(100))).isEmpty();
        raw.connection.flush().block(TIMEOUT);
        raw.peer.expect("00 01 'm'");
    }

    @Test
    void flushesByItselfWhen64KibWait() {
        raw.connection.write(Message.of(new byte[64 * 1024]));
        assertThat(raw.peer.readFrame().body()).hasSize(64 * 1024);
    }

    @Test
    void tellsWhenItIsAboveTheMarkAndRefusesFarAbove() {
        Pair.pause(raw.connection);
        Message message = Message.of(new byte[64 * 1024]);
        for (int i = 1; i < 256; i++) {
            assertThat(raw.connection.write(message)).isEqualTo(i < 4);
        }
        raw.connection.write(message);
        assertThatThrownBy(() -> raw.connection.write(message)).isInstanceOf(ZmtpSendException.class);
        CompletableFuture<Void> flushed = raw.connection.flush().toFuture();
        raw.connection.resume();
        raw.peer.read(256 * (64 * 1024 + 9));
        Pair.get(flushed);
        assertThat(raw.connection.write(message)).isTrue();
    }

    @Test
    void writesSeveralThatNoOtherThreadComesBetween() {
        int count = 500;
        Mono<Void> all = Flux.range(0, 4)
                .flatMap(thread -> Mono.fromRunnable(() -> {
                            List<Message> batch = IntStream.range(0, 10)
                                    .mapToObj(i -> Message.of("" + thread))
                                    .toList();
                            for (int i = 0; i < count; i++) {
                                raw.connection.write(batch);
                            }
                        })
                        .subscribeOn(Schedulers.boundedElastic()))
                .then(raw.connection.flush());
        CompletableFuture<Void> written = all.toFuture();
        for (int i = 0; i < 4 * count; i++) {
            byte first = raw.peer.readFrame().body()[0];
            for (int j = 1; j < 10; j++) {
                assertThat(raw.peer.readFrame().body()[0]).isEqualTo(first);
            }
        }
        Pair.get(written);
    }

    @Test
    void writesWhatWasEncodedOnceToMany() {
        try (RawPair other = RawPair.open()) {
            Bytes wire = FrameEncoder.encode(Message.of("a", "b".repeat(3000)));
            for (RawPair each : List.of(raw, other)) {
                each.connection.write(wire);
                each.connection.flush().block(TIMEOUT);
                assertThat(each.peer.readFrame()).hasToString("01: 61");
                assertThat(each.peer.readFrame().body()).hasSize(3000);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "00", "0002 61", "0101 61", "0002616200", "0401 61", "02ffffffffffffffff", "0200000000"})
    void refusesOctetsThatAreNotWholeMessages(String hex) {
        assertThatThrownBy(() -> raw.connection.write(Bytes.hex(hex.replace(" ", ""))))
                .isInstanceOf(IllegalArgumentException.class);
        raw.connection.send(M).block(TIMEOUT);
        raw.peer.expect("00 01 'm'");
    }

    @Test
    void refusesEncodedOctetsBeforeTheHandshake() {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        RawPair.open(Pair.client().doOnInit(c -> {
                    try {
                        c.write(FrameEncoder.encode(M));
                        thrown.complete(new AssertionError("taken"));
                    } catch (RuntimeException refused) {
                        thrown.complete(refused);
                    }
                }))
                .close();
        assertThat(Pair.get(thrown)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesAfterTheEnd() {
        raw.connection.dispose();
        raw.connection.onClose().block(TIMEOUT);
        assertThatThrownBy(() -> raw.connection.write(M)).isInstanceOf(ZmtpClosedException.class);
        assertThatThrownBy(() -> raw.connection.write(List.of(M, M))).isInstanceOf(ZmtpClosedException.class);
        assertThatThrownBy(() -> raw.connection.write(FrameEncoder.encode(M))).isInstanceOf(ZmtpClosedException.class);
    }

    @Test
    void flushCompletesAtOnceWhenNothingWaits() {
        StepVerifier.create(raw.connection.flush()).expectComplete().verify(TIMEOUT);
    }

    @Test
    void flushWaitsForWhatWasAccepted() {
        Pair.pause(raw.connection);
        raw.connection.write(M);
        StepVerifier.create(raw.connection.flush())
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(50))
                .then(raw.connection::resume)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void flushFailsWhenTheConnectionEnds() {
        Pair.pause(raw.connection);
        raw.connection.write(M);
        StepVerifier.create(raw.connection.flush())
                .then(raw.connection::dispose)
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
    }
}
