package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.awaitPeers;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawPeer;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The types whose messages have exactly one part; how peers are addressed is tested elsewhere. */
class SinglePartTests {

    private static final String ANY = "tcp://127.0.0.1:*";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    static Stream<Supplier<ZmtpSocket>> senders() {
        return Stream.of(ScatterSocket::create, ClientSocket::create, ChannelSocket::create);
    }

    static Stream<Supplier<ZmtpSocket>> receivers() {
        return Stream.of(
                GatherSocket::create,
                ClientSocket::create,
                ChannelSocket::create,
                ServerSocket::create,
                PeerSocket::create);
    }

    @ParameterizedTest
    @MethodSource("senders")
    void refusesToSendSeveralParts(Supplier<ZmtpSocket> type) {
        Sender sender = (Sender) sockets.add(type.get());

        StepVerifier.create(sender.send("two", "parts"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ZmtpSendException.class)
                        .hasMessageContaining("expected a message of 1 part, but it has 2"))
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource("senders")
    void refusesSeveralPartsAtOnceAlthoughOthersWait(Supplier<ZmtpSocket> type) {
        Sender sender = (Sender) sockets.add(type.get());
        Disposable waiting = sender.send("waits for a peer").subscribe(nothing -> {}, ended -> {});

        StepVerifier.create(sender.send("two", "parts"))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);
        assertThat(waiting.isDisposed()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("senders")
    void failsAStreamAtTheFirstMessageOfSeveralParts(Supplier<ZmtpSocket> type) {
        ZmtpSocket socket = sockets.add(type.get());
        socket.connectNow("tcp://127.0.0.1:1");

        StepVerifier.create(((Sender) socket).send(Flux.just(Message.of("fine"), Message.of("not", "fine"))))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource("receivers")
    void dropsAndTellsWhatComesInSeveralParts(Supplier<ZmtpSocket> type) {
        ZmtpSocket socket = sockets.add(type.get());
        Endpoint at = socket.bindNow(ANY);
        Mono<MonitorEvent.Dropped> dropped = sockets.next(socket, MonitorEvent.Dropped.class);
        try (RawPeer peer = RawPeer.connect(at.toString())) {
            peer.handshakeNull(socket.type().peers().iterator().next().name());
            peer.writeMessage("two", "parts").writeMessage("one");

            assertThat(receive((Receiver) socket)).isEqualTo("one");
            StepVerifier.create(dropped)
                    .assertNext(event -> {
                        assertThat(event.reason()).isEqualTo(DropReason.MALFORMED);
                        assertThat(event.message()).isEqualTo(Message.of("two", "parts"));
                        assertThat(event.peer()).isNotNull();
                    })
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(socket.peers()).hasSize(1);
        }
    }

    @Test
    void servesOthersWhileAPeerSendsNothingButSeveralParts() {
        GatherSocket gather = sockets.add(GatherSocket.create());
        Endpoint at = gather.bindNow(ANY);
        ScatterSocket good = sockets.add(ScatterSocket.create());
        try (RawPeer bad = RawPeer.connect(at.toString())) {
            bad.handshakeNull("SCATTER");
            byte[] pair = "\1\0\0\0".getBytes();
            byte[] flood = new byte[400_000];
            for (int i = 0; i < flood.length; i++) {
                flood[i] = pair[i % 4];
            }
            bad.write(flood);
            good.connectNow(at);
            good.send("good").block(TIMEOUT);

            assertThat(receive(gather)).isEqualTo("good");
        }
    }

    @Test
    void scattersInTurns() {
        ScatterSocket scatter = sockets.add(ScatterSocket.create());
        Endpoint at = scatter.bindNow(ANY);
        List<GatherSocket> gathers = Stream.generate(() -> sockets.add(GatherSocket.create()))
                .limit(4)
                .toList();
        gathers.forEach(gather -> gather.connectNow(at));
        awaitPeers(scatter, 4);

        scatter.send(Flux.range(0, 400).map(i -> Message.of("" + i))).block(TIMEOUT);

        gathers.forEach(gather -> assertThat(receive(gather, 60)).hasSize(60));
    }

    @Test
    void gathersFairly() {
        GatherSocket gather = sockets.add(GatherSocket.create());
        Endpoint at = gather.bindNow(ANY);
        for (int i = 0; i < 4; i++) {
            ScatterSocket scatter = sockets.add(ScatterSocket.create());
            scatter.connectNow(at);
            String name = "" + i;
            scatter.send(Flux.range(0, 250).map(n -> Message.of(name))).block(TIMEOUT);
            scatter.flush().block(TIMEOUT);
        }
        awaitPeers(gather, 4);

        StepVerifier.create(gather.receive()
                        .map(Message::text)
                        .take(1000)
                        .groupBy(name -> name)
                        .flatMap(Flux::count))
                .expectNext(250L, 250L, 250L, 250L)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void clientAsksEachServerInTurn() {
        ClientSocket client = sockets.add(ClientSocket.create());
        Endpoint at = client.bindNow(ANY);
        try (RawPeer one = RawPeer.connect(at.toString());
                RawPeer other = RawPeer.connect(at.toString())) {
            one.handshakeNull("SERVER");
            other.handshakeNull("SERVER");
            awaitPeers(client, 2);

            client.send("a").then(client.send("b")).block(TIMEOUT);

            assertThat(List.of((char) one.readFrame().body()[0], (char)
                            other.readFrame().body()[0]))
                    .containsExactlyInAnyOrder('a', 'b');
            one.writeMessage("1");
            other.writeMessage("2");
            assertThat(receive(client, 2)).containsExactlyInAnyOrder("1", "2");
        }
    }

    @Test
    void channelRefusesASecondPeer() {
        ChannelSocket bound = sockets.add(ChannelSocket.create());
        Endpoint at = bound.bindNow(ANY);
        ChannelSocket first = sockets.add(ChannelSocket.create());
        first.connectNow(at);
        awaitPeers(bound, 1);
        try (RawPeer second = RawPeer.connect(at.toString())) {
            second.sendGreeting("NULL", false, 1).expectGreeting();
            second.sendReady("CHANNEL").expectCommand("ERROR");
            assertThat(second.awaitClosed(TIMEOUT)).isTrue();
        }
        bound.send("still here").block(TIMEOUT);
        assertThat(receive(first)).isEqualTo("still here");
    }
}
