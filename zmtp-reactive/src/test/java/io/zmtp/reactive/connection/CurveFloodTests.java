package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.testing.RawPeer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Many peers that prove nothing, and a good one among them. */
class CurveFloodTests {
    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();
    private static final int MANY = 200;

    private final Rig rig = new Rig();

    @BeforeEach
    void serve() {
        rig.receive(Rig.pull().mechanism(CurveMechanism.server(SERVER, Authenticator.anyone())));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private CurvePeer client() {
        return CurvePeer.client(rig.peer(), SERVER, CLIENT);
    }

    private void assertServesAGoodPeer(String text) {
        client().handshake("PUSH").send(0, "'" + text + "'");
        assertThat(rig.text()).isEqualTo(text);
    }

    @Test
    void servesAGoodPeerBesideHandshakesThatNeverGoOnAfterWelcome() {
        for (int i = 0; i < MANY; i++) {
            client().welcome();
        }
        assertServesAGoodPeer("good");
    }

    @Test
    void servesAGoodPeerBesideHalvesOfInitiate() {
        for (int i = 0; i < MANY; i++) {
            CurvePeer half = client().welcome();
            byte[] initiate = RawPeer.command("INITIATE", half.curve.initiate(CurvePeer.metadata("PUSH")));
            half.peer.write(java.util.Arrays.copyOf(initiate, initiate.length / 2));
        }
        assertServesAGoodPeer("good");
    }

    @Test
    void servesAGoodPeerWhileHellosThatCannotBeOpenedComeWithoutEnd() {
        CurvePeer established = client().handshake("PUSH");
        List<RawPeer> flood = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            CurvePeer bad = client();
            byte[] hello = bad.curve.hello();
            hello[193] ^= 1;
            flood.add(bad.peer.sendCommand("HELLO", hello));
            if (i % 50 == 0) {
                assertServesAGoodPeer("good " + i);
                established.send(0, "'before'");
                assertThat(rig.text()).isEqualTo("before");
            }
        }
        for (RawPeer each : flood) {
            assertThat(each.awaitClosed(TIMEOUT)).isTrue();
            each.close();
        }
        assertServesAGoodPeer("last");
    }

    /** A reconnect storm: all handshakes at once, none of them lost. */
    @Test
    void letsManyClientsInAtOnce() {
        List<ZmtpConnection> in = Flux.range(0, MANY)
                .flatMap(
                        i -> ZmtpClient.create()
                                .socketType(io.zmtp.reactive.SocketType.PUSH)
                                .mechanism(CurveMechanism.client(SERVER.publicKey(), CLIENT))
                                .connect(rig.endpoint()),
                        MANY)
                .collectList()
                .block(TIMEOUT);
        assertThat(in).hasSize(MANY);
        in.forEach(ZmtpConnection::dispose);
    }
}
