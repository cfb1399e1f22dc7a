package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Streams of which the messages are at hand, polled instead of asked for. */
class SendPolledTests {

    private static final Message LARGE = Message.of(new byte[64 * 1024]);

    private final RawPair raw = RawPair.open();
    private final AtomicInteger polled = new AtomicInteger();

    @AfterEach
    void close() {
        raw.close();
    }

    private Flux<Message> large(int count) {
        return Flux.range(0, count).map(i -> {
            polled.incrementAndGet();
            return LARGE;
        });
    }

    @Test
    void goInOrder() {
        CompletableFuture<Void> sent = raw.connection
                .send(Flux.range(0, 20_000).map(i -> Message.of("" + i)))
                .toFuture();
        for (int i = 0; i < 20_000; i++) {
            assertThat(raw.peer.readFrame().body()).asString().isEqualTo("" + i);
        }
        Pair.get(sent);
    }

    @Test
    void areNotPolledWhileNothingIsWritten() {
        Pair.pause(raw.connection);
        CompletableFuture<Void> sent = raw.connection.send(large(100)).toFuture();
        assertThat(polled).hasValueBetween(4, 6); // 256 KiB, and what was under way
        assertThat(sent).isNotDone();
        raw.connection.resume();
        raw.peer.read(100 * (64 * 1024 + 9));
        Pair.get(sent);
        assertThat(polled).hasValue(100);
    }

    @Test
    void areNotPolledWhileThePeerDoesNotRead() {
        CompletableFuture<Void> sent = raw.connection.send(large(1000)).toFuture();
        assertThat(sent).isNotDone();
        assertThat(polled).hasValueLessThan(1000);
        raw.peer.read(1000 * (64 * 1024 + 9));
        Pair.get(sent);
    }

    @Test
    void thoseBeforeAnErrorAreSent() {
        IllegalStateException mine = new IllegalStateException("mine");
        StepVerifier.create(raw.connection.send(Flux.range(0, 100).map(i -> {
                    if (i == 50) {
                        throw mine;
                    }
                    return Message.of("m");
                })))
                .expectErrorMatches(mine::equals)
                .verify(TIMEOUT);
        raw.peer.expect("00 01 'm'".repeat(50));
        assertThat(raw.connection.isDisposed()).isFalse();
    }

    @Test
    void oneThatThrowsAtOnceFails() {
        IllegalStateException mine = new IllegalStateException("mine");
        Flux<Message> stream = Flux.fromIterable(() -> new Iterator<Message>() {
            private boolean asked;

            @Override
            public boolean hasNext() {
                if (asked) {
                    throw mine;
                }
                asked = true;
                return true;
            }

            @Override
            public Message next() {
                return Message.of("m");
            }
        });
        StepVerifier.create(raw.connection.send(stream))
                .expectErrorMatches(mine::equals)
                .verify(TIMEOUT);
        raw.connection.send(Message.of("next")).block(TIMEOUT);
    }

    @Test
    void areNotPolledAfterACancel() {
        Pair.pause(raw.connection);
        StepVerifier.create(raw.connection.send(large(100)))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(20))
                .thenCancel()
                .verify(TIMEOUT);
        int before = polled.get();
        raw.connection.resume();
        raw.peer.read(before * (64 * 1024 + 9)); // what was polled had left its source
        raw.connection.send(Message.of("next")).block(TIMEOUT);
        raw.peer.expect("00 04 'next'");
        assertThat(polled).hasValue(before);
    }

    @Test
    void anEmptyStreamCompletes() {
        StepVerifier.create(raw.connection.send(Flux.<Message>fromIterable(List.of())))
                .expectComplete()
                .verify(TIMEOUT);
    }
}
