package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.QUIET;
import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.awaitPeers;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawPeer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ServerTests {

    private static final String ANY = "tcp://127.0.0.1:*";
    private static final Bytes NOBODY = Bytes.hex("00000000");

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final ServerSocket server = ServerSocket.create(options -> options.sendHwm(1));
    private final Endpoint at = sockets.add(server).bindNow(ANY);

    private ClientSocket client() {
        ClientSocket client = sockets.add(ClientSocket.create(Sockets::quick));
        client.connectNow(at);
        return client;
    }

    private Message received() {
        return server.receive().blockFirst(TIMEOUT);
    }

    private void reply(Bytes to, String text) {
        server.send(Message.of(to, Bytes.utf8(text))).block(TIMEOUT);
    }

    /** Sends to a peer that does not read until it can take no more. */
    private void fill(Bytes to) {
        Sockets.fill(message -> server.send(message.prepend(to)));
    }

    @Test
    void repliesToWhoAsked() {
        ClientSocket one = client();
        ClientSocket other = client();
        one.send("one").then(other.send("other")).block(TIMEOUT);

        for (int i = 0; i < 2; i++) {
            Message asked = received();
            reply(asked.first(), "re: " + asked.text());
        }

        assertThat(receive(one)).isEqualTo("re: one");
        assertThat(receive(other)).isEqualTo("re: other");
    }

    @Test
    void sendsAnswersInAnyNumberAndLater() {
        ClientSocket client = client();
        client.send("count").block(TIMEOUT);
        Bytes id = received().first();
        sockets.add(server.send(Flux.range(0, 1000).map(i -> Message.of(id, Bytes.utf8("" + i))))
                .subscribe());

        assertThat(receive(client, 1000)).startsWith("0", "1").endsWith("999");
    }

    @Test
    void makesRoutingIdsItselfWhateverPeersAnnounce() {
        try (RawPeer one = RawPeer.connect(at.toString());
                RawPeer other = RawPeer.connect(at.toString())) {
            for (RawPeer peer : new RawPeer[] {one, other}) {
                peer.sendGreeting("NULL", false, 1).expectGreeting();
                peer.sendReady("CLIENT", Map.of("Identity", "same".getBytes())).expectCommand("READY");
                peer.writeMessage("hello");
            }

            Bytes first = received().first();
            Bytes second = received().first();

            assertThat(first.size()).isEqualTo(4);
            assertThat(second.size()).isEqualTo(4);
            assertThat(first).isNotEqualTo(second).isNotEqualTo(NOBODY);
            assertThat(server.peers()).extracting(ConnectedPeer::routingId).containsExactlyInAnyOrder(first, second);
        }
    }

    @Test
    void writesTheBodyWithoutTheRoutingId() {
        try (RawPeer peer = RawPeer.connect(at.toString())) {
            peer.handshakeNull("CLIENT");
            peer.writeMessage("ask");

            reply(received().first(), "answer");

            peer.expect("00 06 'answer'");
        }
    }

    @Test
    void failsToSendToNobody() {
        StepVerifier.create(server.send(Message.of(NOBODY, Bytes.utf8("lost"))))
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(ZmtpSendException.class).hasMessageContaining("routing id"))
                .verify(TIMEOUT);
    }

    @Test
    void failsToSendOtherThanAnIdAndOnePart() {
        StepVerifier.create(server.send("alone"))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);
        StepVerifier.create(server.send(Flux.just(Message.of("id", "two", "parts"))))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ZmtpSendException.class)
                        .hasMessageContaining("expected a message of 2 parts, but it has 3"))
                .verify(TIMEOUT);
    }

    @Test
    void aGoneClientsIdMeansNobodyElse() {
        ClientSocket first = client();
        first.send("hello").block(TIMEOUT);
        Bytes gone = received().first();
        first.close().block(TIMEOUT);
        awaitPeers(server, 0);
        ClientSocket next = client();
        next.send("hello").block(TIMEOUT);

        assertThat(received().first()).isNotEqualTo(gone);
        StepVerifier.create(server.send(Message.of(gone, Bytes.utf8("late"))))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);
    }

    @Test
    void aClientThatDoesNotReadHoldsUpNobodyElse() {
        try (RawPeer stuck = RawPeer.connect(at.toString())) {
            stuck.handshakeNull("CLIENT");
            stuck.writeMessage("hello");
            Bytes id = received().first();
            fill(id);
            Mono<Void> waiting =
                    server.send(Message.of(id, Bytes.utf8("waits"))).cache();
            sockets.add(waiting.onErrorComplete().subscribe());
            ClientSocket well = client();
            well.send("hello").block(TIMEOUT);

            reply(received().first(), "welcome");

            assertThat(receive(well)).isEqualTo("welcome");
            StepVerifier.create(waiting.timeout(QUIET)).expectTimeout(QUIET).verify(TIMEOUT);
        }
    }

    @Test
    void whoWaitsForAClientIsToldThatItHasGone() {
        RawPeer stuck = RawPeer.connect(at.toString());
        stuck.handshakeNull("CLIENT");
        stuck.writeMessage("hello");
        Bytes id = received().first();
        Mono<MonitorEvent.Dropped> dropped = sockets.next(server, MonitorEvent.Dropped.class);
        fill(id);

        StepVerifier.create(server.send(Message.of(id, Bytes.utf8("waits"))))
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(stuck::closeWithReset)
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
        StepVerifier.create(dropped)
                .assertNext(event -> assertThat(event.reason()).isEqualTo(DropReason.PEER_GONE))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void readsFromClientsInTurn() {
        ClientSocket busy = client();
        ClientSocket quiet = client();
        awaitPeers(server, 2);
        busy.send(Flux.range(0, 500).map(i -> Message.of("busy"))).block(TIMEOUT);
        busy.flush().block(TIMEOUT);
        quiet.send("quiet").block(TIMEOUT);
        quiet.flush().block(TIMEOUT);

        assertThat(receive(server, 501)).contains("quiet");
    }
}
