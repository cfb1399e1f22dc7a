package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.connection.Opened.Pair;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.wire.FrameEncoder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** {@code front.client -> front.server => back.client -> back.server}. */
class RelayTests {

    private final Opened opened = new Opened();
    private Pair front;
    private Pair back;

    @BeforeEach
    void open() {
        front = opened.pair("tcp://127.0.0.1:*");
        back = opened.pair("tcp://127.0.0.1:*");
    }

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void passesEverythingWithItsParts() {
        relay(0);
        front.client().send(Flux.range(0, 1000).map(RelayTests::message)).block(TIMEOUT);
        StepVerifier.create(back.server().receive().take(1000).collectList())
                .expectNext(Flux.range(0, 1000)
                        .map(RelayTests::message)
                        .collectList()
                        .block())
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void countsOctetsOfWire() {
        Relay relay = relay(0);
        Message large = Message.of(Bytes.wrap(new byte[1000]), Bytes.utf8("tail"));
        front.client().send(large).block(TIMEOUT);
        back.server().receive().blockFirst(TIMEOUT);
        assertThat(relay.bytes()).isEqualTo(FrameEncoder.size(large)).isEqualTo(9 + 1000 + 2 + 4);
    }

    @Test
    void completesAfterTheMessageThatReachesTheLimit() {
        Relay relay = relay(10); // four octets each: the third message reaches it
        front.client().send(Flux.range(0, 5).map(i -> Message.of("m" + i))).block(TIMEOUT);
        StepVerifier.create(relay.onComplete()).expectComplete().verify(TIMEOUT);
        assertThat(relay.bytes()).isEqualTo(12);
        StepVerifier.create(back.server().receive().take(3).map(Message::text))
                .expectNext("m0", "m1", "m2")
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(front.server().receive().take(2).map(Message::text))
                .expectNext("m3", "m4")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void givesTheSourceBackWithoutLoss() {
        Relay relay = relay(0);
        Sinks.Many<Integer> arrived = Sinks.many().replay().latest();
        back.server().receive().subscribe(message -> arrived.tryEmitNext(Integer.parseInt(message.text())));
        Disposable sending = front.client()
                .send(Flux.range(0, Integer.MAX_VALUE).map(i -> Message.of("" + i)))
                .subscribeOn(Schedulers.boundedElastic())
                .subscribe();
        arrived.asFlux().filter(i -> i > 2000).blockFirst(TIMEOUT);
        relay.dispose();
        StepVerifier.create(relay.onComplete()).expectComplete().verify(TIMEOUT);
        int next = Integer.parseInt(front.server().receive().blockFirst(TIMEOUT).text());
        StepVerifier.create(arrived.asFlux().filter(i -> i >= next - 1).next())
                .expectNext(next - 1)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(relay.isDisposed()).isTrue();
        sending.dispose();
    }

    @Test
    void completesWhenTheSourceEnds() {
        Relay relay = relay(0);
        front.client().send(Message.of("last")).then(front.client().close()).block(TIMEOUT);
        StepVerifier.create(relay.onComplete()).expectComplete().verify(TIMEOUT);
        StepVerifier.create(back.server().receive().take(1).map(Message::text))
                .expectNext("last")
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(back.client().isDisposed()).isFalse();
    }

    @Test
    void failsWithTheSource() {
        try (RawListener listener = RawPeer.listen()) {
            Sinks.One<ZmtpConnection> ready = Sinks.one();
            ZmtpClient.create()
                    .socketType(SocketType.PAIR)
                    .connect(listener.endpoint())
                    .subscribe(ready::tryEmitValue);
            try (RawPeer peer = listener.accept()) {
                peer.handshakeNull("PAIR");
                ZmtpConnection source = opened.keep(ready.asMono().block(TIMEOUT));
                Relay relay = source.relayTo(back.client(), 0);
                peer.write("00 05 'ab'").close();
                StepVerifier.create(relay.onComplete())
                        .expectError(ZmtpProtocolException.class)
                        .verify(TIMEOUT);
            }
        }
    }

    @Test
    void failsWhenTheTargetHasClosedBefore() {
        back.client().close().block(TIMEOUT);
        StepVerifier.create(relay(0).onComplete())
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
        front.client().send(Message.of("kept")).block(TIMEOUT);
        StepVerifier.create(front.server().receive().take(1).map(Message::text))
                .expectNext("kept")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void failsWhenTheTargetClosesMeanwhile() {
        Relay relay = relay(0);
        front.client().send(Message.of("one")).block(TIMEOUT);
        back.server().receive().blockFirst(TIMEOUT);
        back.server().dispose();
        StepVerifier.create(relay.onComplete())
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
        assertThat(front.server().isDisposed()).isFalse();
    }

    @Test
    void failsWhileSomebodyReceives() {
        front.server().receive().subscribe();
        StepVerifier.create(relay(0).onComplete())
                .expectError(IllegalStateException.class)
                .verify(TIMEOUT);
    }

    @Test
    void holdsTheSourcesPeerBackWhenTheTargetIsSlow() {
        relay(0);
        Bytes body = Bytes.wrap(new byte[16_384]);
        AtomicInteger sent = new AtomicInteger();
        StepVerifier.create(front.client().send(Flux.range(0, 5000).map(i -> {
                    sent.incrementAndGet();
                    return Message.of(body);
                })))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(700))
                .thenCancel()
                .verify(TIMEOUT);
        int passed = sent.get();
        assertThat(passed).isLessThan(4500);
        StepVerifier.create(back.server().receive().take(passed - 10L).count())
                .expectNext(passed - 10L)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void passesBothDirectionsAtOnce() {
        relay(0);
        back.client().relayTo(front.server(), 0);
        Mono<Message> echo =
                back.server().send(back.server().receive().take(100)).then(Mono.empty());
        StepVerifier.create(front.client()
                        .receive()
                        .take(100)
                        .mergeWith(echo)
                        .mergeWith(front.client()
                                .send(Flux.range(0, 100).map(RelayTests::message))
                                .then(Mono.empty()))
                        .count())
                .expectNext(100L)
                .expectComplete()
                .verify(TIMEOUT);
    }

    private Relay relay(long maxBytes) {
        return front.server().relayTo(back.client(), maxBytes);
    }

    private static Message message(int i) {
        return i % 3 == 0 ? Message.of("m" + i) : Message.of("m", "" + i, "");
    }
}
