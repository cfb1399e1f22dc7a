package io.zmtp.reactive.transport;

import static io.zmtp.reactive.transport.Udp.TIMEOUT;
import static io.zmtp.reactive.transport.Udp.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.io.IOException;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Fuseable;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What a receiver keeps, drops and refuses. */
class DatagramInboxTests {
    private static final Bytes END = Bytes.utf8("end");

    private final Udp udp = new Udp(true);
    private final Sinks.Empty<Void> end = Sinks.empty();
    private DatagramSocket raw;

    @BeforeEach
    void open() throws IOException {
        raw = udp.raw();
    }

    @AfterEach
    void close() {
        udp.close();
    }

    /** A receiver that can tell when it has seen all that was sent to it. */
    private DatagramReceiver receiver(Predicate<Bytes> wanted) {
        return udp.receiver("udp://127.0.0.1:*", 8, group -> {
            if (group.equals(END)) {
                end.tryEmitEmpty();
                return false;
            }
            return wanted.test(group);
        });
    }

    private void send(DatagramReceiver receiver, String hex) throws IOException {
        Udp.send(raw, receiver.endpoint(), Bytes.hex(hex));
    }

    private void sendNumbered(DatagramReceiver receiver, int from, int to) throws IOException {
        for (int number = from; number < to; number++) {
            send(receiver, "0167" + String.format("%02x", number));
        }
    }

    private void awaitAll(DatagramReceiver receiver) throws IOException {
        send(receiver, "03656e64");
        StepVerifier.create(end.asMono()).expectComplete().verify(TIMEOUT);
    }

    private static Message numbered(int number) {
        return Message.of(Bytes.utf8("g"), Bytes.of((byte) number));
    }

    @Test
    void dropsAndCountsWhatNobodyTakes() throws IOException {
        DatagramReceiver receiver = receiver(group -> true);
        sendNumbered(receiver, 0, 20);
        awaitAll(receiver);
        assertThat(receiver.dropped()).isEqualTo(12);
        List<Message> oldest = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            oldest.add(numbered(number));
        }
        StepVerifier.create(receiver.receive().take(8).collectList())
                .expectNext(oldest)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void goesOnOnceSomeoneTakes() throws IOException {
        DatagramReceiver receiver = receiver(group -> true);
        sendNumbered(receiver, 0, 9);
        awaitAll(receiver);
        StepVerifier.create(receiver.receive(), 8)
                .expectNextCount(8)
                .then(() -> {
                    try {
                        sendNumbered(receiver, 9, 10);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .thenRequest(1)
                .expectNext(numbered(9))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(receiver.dropped()).isEqualTo(1);
    }

    @Test
    void countsWhatComesAfterTheSubscriberIsGone() throws IOException {
        DatagramReceiver receiver = receiver(group -> true);
        Disposable subscription = receiver.receive().subscribe();
        subscription.dispose();
        sendNumbered(receiver, 0, 3);
        awaitAll(receiver);
        assertThat(receiver.dropped()).isEqualTo(3);
    }

    @Test
    void handsOutItsQueueToASubscriberThatPolls() throws IOException {
        DatagramReceiver receiver = receiver(group -> true);
        sendNumbered(receiver, 0, 2);
        StepVerifier.create(receiver.receive())
                .expectFusion(Fuseable.ASYNC)
                .expectNext(numbered(0), numbered(1))
                .then(receiver::dispose)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void hasOneSubscriberOnce() {
        DatagramReceiver receiver = receiver(group -> true);
        receiver.receive().subscribe().dispose();
        StepVerifier.create(receiver.receive())
                .expectError(IllegalStateException.class)
                .verify(TIMEOUT);
    }

    @Test
    void discardsGroupsThatAreNotWantedWithoutCountingThem() throws IOException {
        DatagramReceiver receiver = receiver(group -> group.equals(Bytes.utf8("mine")));
        send(receiver, "05746865697273" + "61");
        send(receiver, "046d696e65" + "62");
        awaitAll(receiver);
        StepVerifier.create(receiver.receive())
                .expectNext(message("mine", "b"))
                .then(receiver::dispose)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(receiver.dropped()).isZero();
        assertThat(receiver.refused()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "02", "0267", "ff6767", "036700676767"})
    void discardsAndCountsWhatIsMalformed(String hex) throws IOException {
        DatagramReceiver receiver = receiver(group -> true);
        send(receiver, hex);
        send(receiver, "0167");
        awaitAll(receiver);
        StepVerifier.create(receiver.receive())
                .expectNext(message("g", ""))
                .then(receiver::dispose)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(receiver.refused()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {8193, 8194, 9000, 65_000})
    void discardsAndCountsWhatIsTooLarge(int size) throws IOException {
        DatagramReceiver receiver = receiver(group -> true);
        send(receiver, "0167" + "78".repeat(size - 2));
        send(receiver, "0167" + "78".repeat(8190));
        awaitAll(receiver);
        StepVerifier.create(receiver.receive())
                .expectNext(message("g", "x".repeat(8190)))
                .then(receiver::dispose)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(receiver.refused()).isEqualTo(1);
    }

    @Test
    void outlivesAPredicateThatThrows() throws IOException {
        DatagramReceiver receiver = receiver(group -> {
            if (group.equals(Bytes.utf8("bad"))) {
                throw new IllegalStateException("thrown by the test");
            }
            return true;
        });
        send(receiver, "03626164");
        send(receiver, "0167");
        StepVerifier.create(receiver.receive())
                .expectNext(message("g", ""))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void deliversAFloodInOrderOrCountsWhatItDrops() {
        int count = 20_000;
        DatagramReceiver receiver = udp.receiver("udp://127.0.0.1:*", 1_024, group -> true);
        DatagramSender sender = udp.sender(receiver.endpoint());
        List<Integer> received = new ArrayList<>();
        receiver.receive().map(message -> Integer.parseInt(message.text())).subscribe(received::add);
        for (int number = 0; number < count; number++) {
            sender.send(Bytes.utf8("g"), Bytes.utf8(Integer.toString(number))).block(TIMEOUT);
        }
        StepVerifier.create(receiver.close()).expectComplete().verify(TIMEOUT);
        assertThat(received).isSorted().doesNotHaveDuplicates().isNotEmpty();
        assertThat(received.size() + receiver.dropped()).isLessThanOrEqualTo(count);
        assertThat(sender.dropped()).isZero();
    }
}
