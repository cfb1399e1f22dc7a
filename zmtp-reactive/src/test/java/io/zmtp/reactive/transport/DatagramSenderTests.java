package io.zmtp.reactive.transport;

import static io.zmtp.reactive.transport.Udp.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

class DatagramSenderTests {
    private final Udp udp = new Udp(true);

    @AfterEach
    void close() {
        udp.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp://*:5555", "udp://127.0.0.1:*", "tcp://127.0.0.1:5555", "ipc://@a"})
    void refusesEndpointsThatCannotBeSentTo(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DatagramSender.connect(Endpoint.parse(endpoint), udp.loops, Map.of(), 8))
                .withMessageContaining(endpoint);
    }

    @Test
    void refusesEndpointsThatCannotBeReceivedAt() {
        Endpoint tcp = Endpoint.parse("tcp://127.0.0.1:5555");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DatagramReceiver.bind(tcp, udp.loops, Map.of(), 8, group -> true))
                .withMessageContaining("expected udp, which datagrams go over, but it is tcp");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1_000_001})
    void refusesCapacitiesThatCannotBe(int capacity) {
        Endpoint endpoint = Endpoint.parse("udp://127.0.0.1:*");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DatagramReceiver.bind(endpoint, udp.loops, Map.of(), capacity, group -> true))
                .withMessageContaining(Integer.toString(capacity));
    }

    @Test
    void refusesToSendWithoutCapacity() {
        Endpoint endpoint = Endpoint.parse("udp://127.0.0.1:5555");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DatagramSender.connect(endpoint, udp.loops, Map.of(), 0))
                .withMessageContaining("at least 1");
    }

    @Test
    void failsWhenTheNameIsUnknown() {
        StepVerifier.create(DatagramSender.connect(Endpoint.parse("udp://nosuch.invalid:5"), udp.loops, Map.of(), 8))
                .expectError(UnknownHostException.class)
                .verify(TIMEOUT);
    }

    @Test
    void sendsOnTheSharedLoopsToo() throws IOException {
        DatagramSocket raw = udp.raw();
        Mono<DatagramSender> connected = DatagramSender.connect(Udp.endpoint(raw), Loops.SHARED, Map.of(), 8);
        StepVerifier.create(Mono.usingWhen(
                        connected, sender -> sender.send(Bytes.utf8("g"), Bytes.EMPTY), DatagramSender::close))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(Udp.receive(raw).hex()).isEqualTo("0167");
    }

    @Test
    void sendsNothingBeforeItIsSubscribedTo() throws IOException {
        DatagramSocket raw = udp.raw();
        DatagramSender sender = udp.sender(Udp.endpoint(raw));
        Mono<Void> never = sender.send(Bytes.utf8("never"), Bytes.EMPTY);
        Mono<Void> twice = sender.send(Bytes.utf8("g"), Bytes.EMPTY);
        StepVerifier.create(twice.then(twice)).expectComplete().verify(TIMEOUT);
        assertThat(never).isNotNull();
        assertThat(Udp.receive(raw).hex()).isEqualTo("0167");
        assertThat(Udp.receive(raw).hex()).isEqualTo("0167");
    }

    @Test
    void nobodyThereDoesNotShow() throws IOException {
        DatagramSocket raw = udp.raw();
        DatagramSender sender = udp.sender(Udp.endpoint(raw));
        raw.close();
        Mono<Void> send = sender.send(Bytes.utf8("g"), Bytes.EMPTY);
        StepVerifier.create(send.then(send).then(send)).expectComplete().verify(TIMEOUT);
    }

    @Test
    void dropsAndCountsWhatTheSystemDoesNotTakeInTime() throws IOException {
        DatagramSocket raw = udp.raw();
        DatagramSender sender = udp.sender(Udp.endpoint(raw), Map.of(), 1);
        AtomicBoolean isReleased = new AtomicBoolean();
        udp.loops.onServer(LoopResources.DEFAULT_NATIVE).execute(() -> {
            boolean isHeld = true; // by work, as everything that waits would be found here
            while (isHeld) {
                isHeld = !isReleased.get();
            }
        });
        Mono<Void> first = sender.send(Bytes.utf8("a"), Bytes.EMPTY).cache();
        first.subscribe();
        StepVerifier.create(sender.send(Bytes.utf8("b"), Bytes.EMPTY))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(sender.dropped()).isEqualTo(1);
        isReleased.set(true);
        StepVerifier.create(first).expectComplete().verify(TIMEOUT);
        StepVerifier.create(sender.send(Bytes.utf8("c"), Bytes.EMPTY))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(Udp.receive(raw).hex()).isEqualTo("0161");
        assertThat(Udp.receive(raw).hex()).isEqualTo("0163");
    }

    @Test
    void aSendIsGivenUpWithoutHarm() throws IOException {
        DatagramSender sender = udp.sender(Udp.endpoint(udp.raw()));
        for (int times = 0; times < 1_000; times++) {
            sender.send(Bytes.utf8("g"), Bytes.utf8("body")).subscribe().dispose();
        }
        StepVerifier.create(sender.close()).expectComplete().verify(TIMEOUT);
    }
}
