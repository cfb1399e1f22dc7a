package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.awaitPeers;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpSendException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class PeerSocketTests {

    private static final String ANY = "tcp://127.0.0.1:*";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private PeerSocket peer() {
        return sockets.add(PeerSocket.create(Sockets::quick));
    }

    private static Message message(Bytes to, String text) {
        return Message.of(to, Bytes.utf8(text));
    }

    @Test
    void talksToWhomItConnectedBeforeItWasHeardOf() {
        PeerSocket one = peer();
        PeerSocket other = peer();
        Endpoint at = other.bindNow(ANY);
        Bytes id = one.connectPeer(at.toString()).block(TIMEOUT);
        assertThat(id.size()).isEqualTo(4);

        one.send(message(id, "hello")).block(TIMEOUT);

        Message came = other.receive().blockFirst(TIMEOUT);
        assertThat(came.text()).isEqualTo("hello");
        other.send(message(came.first(), "yourself")).block(TIMEOUT);
        assertThat(one.receive().blockFirst(TIMEOUT)).isEqualTo(message(id, "yourself"));
    }

    @Test
    void addressesEachOfMany() {
        PeerSocket hub = peer();
        PeerSocket[] spokes = IntStream.range(0, 5).mapToObj(i -> peer()).toArray(PeerSocket[]::new);
        for (PeerSocket spoke : spokes) {
            Bytes id = hub.connectPeer(spoke.bindNow(ANY)).block(TIMEOUT);
            hub.send(message(id, id.toString())).block(TIMEOUT);
        }

        assertThat(spokes).extracting(Sockets::receive).doesNotHaveDuplicates();
    }

    @Test
    void aConnectedPeerKeepsItsIdOverItsRestart() {
        PeerSocket one = peer();
        PeerSocket first = peer();
        Endpoint at = first.bindNow(ANY);
        Bytes id = one.connectPeer(at).block(TIMEOUT);
        awaitPeers(one, 1);
        first.close().block(TIMEOUT);
        awaitPeers(one, 0);
        one.send(Flux.range(0, 200).map(i -> message(id, "" + i))).block(TIMEOUT);

        PeerSocket second = peer();
        second.bindNow(at.toString());

        assertThat(receive(second, 200)).startsWith("0", "1").endsWith("199");
        assertThat(one.peers()).extracting(ConnectedPeer::routingId).containsExactly(id);
    }

    @Test
    void aDisconnectedPeersIdMeansNobody() {
        PeerSocket one = peer();
        PeerSocket other = peer();
        Endpoint at = other.bindNow(ANY);
        Bytes id = one.connectPeer(at).block(TIMEOUT);
        one.disconnect(at).block(TIMEOUT);

        StepVerifier.create(one.send(message(id, "late")))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);
    }

    /** Also if the connection opens in that very moment. */
    @Test
    void aDisconnectedPeersIdMeansNobodyWhateverItDoesMeanwhile() {
        PeerSocket one = peer();
        Endpoint at = peer().bindNow(ANY);
        for (int i = 0; i < 200; i++) {
            Bytes id = one.connectPeer(at)
                    .delayElement(Duration.ofNanos(i * 10_000L))
                    .block(TIMEOUT);
            one.disconnect(at).block(TIMEOUT);

            StepVerifier.create(one.send(message(id, "late")))
                    .expectError(ZmtpSendException.class)
                    .verify(TIMEOUT);
        }
    }

    @Test
    void connectingTwiceMakesTwoIds() {
        PeerSocket one = peer();
        PeerSocket other = peer();
        Endpoint at = other.bindNow(ANY);
        Bytes first = one.connectPeer(at).block(TIMEOUT);
        Bytes second = one.connectPeer(at).block(TIMEOUT);
        awaitPeers(one, 2);

        one.send(message(first, "1")).then(one.send(message(second, "2"))).block(TIMEOUT);

        assertThat(one.peers()).extracting(ConnectedPeer::routingId).containsExactlyInAnyOrder(first, second);
        assertThat(receive(other, 2)).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void talksWithinTheProcess() {
        PeerSocket one = peer();
        PeerSocket other = peer();
        other.bindNow("inproc://peer-socket-tests");
        Bytes id = one.connectPeer("inproc://peer-socket-tests").block(TIMEOUT);

        one.send(message(id, "hello")).block(TIMEOUT);

        Message came = other.receive().blockFirst(TIMEOUT);
        assertThat(came.text()).isEqualTo("hello");
        other.send(message(came.first(), "yourself")).block(TIMEOUT);
        assertThat(one.receive().blockFirst(TIMEOUT)).isEqualTo(message(id, "yourself"));
    }

    @Test
    void anEndpointThatCannotBeConnectedToGetsNoId() {
        StepVerifier.create(peer().connectPeer("tcp://*:5555"))
                .expectError(IllegalArgumentException.class)
                .verify(TIMEOUT);
    }
}
