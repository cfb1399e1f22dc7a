package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawCurve;
import io.zmtp.reactive.testing.Vectors;
import io.zmtp.reactive.wire.Command;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Peers that know the protocol and play it wrong. */
class CurveHostileTests {
    static final List<Vectors> LOW_ORDER = Vectors.load("nacl-box").list("x25519_low_order_points_must_be_rejected");

    private static final KeyPair SERVER = KeyPair.generate();
    private static final byte[] METADATA =
            Command.writeMetadata(Line.metadata("DEALER", "")).toByteArray();

    private final Mechanism serving = CurveMechanism.server(SERVER, Authenticator.anyone());

    /** A server of ours, and a client that the test plays. */
    private final class Client {
        final RawCurve raw = RawCurve.client(SERVER, KeyPair.generate());
        final Line line;
        final CompletableFuture<Session> session;

        Client() {
            Line[] ends = Line.between("CURVE");
            line = ends[0];
            ends[1].scheduler = Schedulers.immediate();
            session = serving.handshake(ends[1]).toFuture();
        }

        Client send(String name, byte[] data) {
            line.send(Command.of(name, Bytes.wrap(data))).block(Line.TIMEOUT);
            return this;
        }

        Client hello() {
            send("HELLO", raw.hello());
            raw.welcome(receive("WELCOME"));
            return this;
        }

        byte[] receive(String name) {
            return line.receive(name)
                    .map(command -> command.data().toByteArray())
                    .block(Line.TIMEOUT);
        }

        void assertRefused() {
            Line.assertNotAuthentic(session);
            line.assertSilent();
        }
    }

    @Test
    void letsAGoodClientIn() {
        Client client = new Client().hello();
        client.send("INITIATE", client.raw.initiate(METADATA));
        assertThat(client.raw.ready(client.receive("READY"))).isNotEmpty();
        assertThat(client.session).isCompleted();
    }

    /** The box is valid under the key that everybody knows. */
    @ParameterizedTest
    @FieldSource("LOW_ORDER")
    void answersNoHelloWithATransientKeyOfLowOrder(Vectors point) {
        Client client = new Client();
        client.raw.serverKey = new byte[32]; // what the kit agrees with is of low order too
        byte[] hello = client.raw.hello();
        System.arraycopy(point.hex("u"), 0, hello, 74, 32);
        client.send("HELLO", hello).assertRefused();
    }

    @ParameterizedTest
    @FieldSource("LOW_ORDER")
    void acceptsNoVouchOfAKeyOfLowOrder(Vectors point) {
        Client client = new Client().hello();
        byte[] initiate = client.raw.initiateAs(point.hex("u"), METADATA);
        client.send("INITIATE", initiate).assertRefused();
    }

    @ParameterizedTest
    @FieldSource("LOW_ORDER")
    void goesNoFurtherWithAServerWhoseTransientKeyIsOfLowOrder(Vectors point) {
        Line[] ends = Line.between("CURVE");
        ends[0].scheduler = Schedulers.immediate();
        CompletableFuture<Session> session =
                CurveMechanism.client(SERVER.publicKey()).handshake(ends[0]).toFuture();
        RawCurve raw = RawCurve.server(SERVER);
        raw.shownTransientKey = point.hex("u");
        byte[] hello = ends[1].receive("HELLO").block(Line.TIMEOUT).data().toByteArray();
        ends[1].send(Command.of("WELCOME", Bytes.wrap(raw.welcomeTo(hello)))).block(Line.TIMEOUT);
        Line.assertNotAuthentic(session);
        ends[1].assertSilent();
    }

    @ParameterizedTest
    @FieldSource("LOW_ORDER")
    void callsNoServerWithAKeyOfLowOrder(Vectors point) {
        Line[] ends = Line.between("CURVE");
        Line.assertNotAuthentic(
                CurveMechanism.client(point.bytes("u")).handshake(ends[0]).toFuture());
    }

    @Test
    void vouchesWithANonceEachTime() {
        Set<Bytes> nonces = new HashSet<>();
        Set<Bytes> keys = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            Line[] ends = Line.between("CURVE");
            ends[0].scheduler = Schedulers.immediate();
            CompletableFuture<Session> session =
                    CurveMechanism.client(SERVER.publicKey()).handshake(ends[0]).toFuture();
            RawCurve raw = RawCurve.server(SERVER);
            byte[] hello = ends[1].receive("HELLO").block(Line.TIMEOUT).data().toByteArray();
            ends[1].send(Command.of("WELCOME", Bytes.wrap(raw.welcomeTo(hello))))
                    .block(Line.TIMEOUT);
            raw.initiateOf(
                    ends[1].receive("INITIATE").block(Line.TIMEOUT).data().toByteArray());
            assertThat(session).isNotDone();
            nonces.add(Bytes.wrap(raw.vouchNonce));
            keys.add(Bytes.wrap(raw.peerTransientKey));
        }
        assertThat(nonces).hasSize(3);
        assertThat(keys).hasSize(3);
    }

    @Test
    void answersNoHelloWhoseBoxHoldsAnythingButZeros() {
        byte[] proof = new byte[64];
        proof[63] = 1;
        Client client = new Client();
        client.send("HELLO", client.raw.hello(proof)).assertRefused();
    }

    @Test
    void acceptsNoCookieOfAnotherConnection() {
        Client first = new Client().hello();
        Client second = new Client().hello();
        byte[] initiate = first.raw.initiate(METADATA);
        second.send("INITIATE", initiate).assertRefused();
        second = new Client().hello();
        second.raw.cookie = first.raw.cookie;
        second.send("INITIATE", second.raw.initiate(METADATA)).assertRefused();
        first.send("INITIATE", initiate);
        assertThat(first.session).isCompleted();
    }

    @Test
    void acceptsNoInitiateTwice() {
        Client first = new Client();
        byte[] hello = first.raw.hello();
        first.send("HELLO", hello);
        first.raw.welcome(first.receive("WELCOME"));
        byte[] initiate = first.raw.initiate(METADATA);
        first.send("INITIATE", initiate);
        assertThat(first.session).isCompleted();
        Client again = new Client().send("HELLO", hello).send("INITIATE", initiate);
        again.receive("WELCOME");
        Line.assertNotAuthentic(again.session);
    }

    @Test
    void acceptsNoCookieOfAnotherServer() {
        Client client = new Client().hello();
        client.raw.cookie = new byte[96];
        client.send("INITIATE", client.raw.initiate(METADATA)).assertRefused();
    }

    @Test
    void acceptsNoCookieThatIsOlderThanAMinute() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try {
            Client early = new Client().hello();
            Client late = new Client().hello();
            time.advanceTimeBy(Duration.ofSeconds(59));
            early.send("INITIATE", early.raw.initiate(METADATA));
            assertThat(early.session).isCompleted();
            time.advanceTimeBy(Duration.ofSeconds(1));
            late.send("INITIATE", late.raw.initiate(METADATA));
            late.assertRefused();
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    @Test
    void hasATransientKeyAndNoncesForEachConnection() {
        Client one = new Client();
        Client other = new Client();
        byte[][] welcomes = new byte[2][];
        int i = 0;
        for (Client client : new Client[] {one, other}) {
            client.send("HELLO", client.raw.hello());
            welcomes[i] = client.receive("WELCOME");
            client.raw.welcome(welcomes[i++]);
        }
        assertThat(one.raw.peerTransientKey).isNotEqualTo(other.raw.peerTransientKey);
        assertThat(Arrays.copyOf(welcomes[0], 16)).as("nonce").isNotEqualTo(Arrays.copyOf(welcomes[1], 16));
        assertThat(Arrays.copyOf(one.raw.cookie, 16)).as("nonce").isNotEqualTo(Arrays.copyOf(other.raw.cookie, 16));
    }

    @Test
    void acceptsNoVouchForAnotherTransientKey() {
        Client client = new Client().hello();
        byte[] other = new byte[64];
        System.arraycopy(client.raw.serverKey, 0, other, 32, 32);
        client.send("INITIATE", client.raw.initiate(METADATA, other)).assertRefused();
    }

    @Test
    void acceptsNoVouchForAnotherServer() {
        Client client = new Client().hello();
        byte[] other = new byte[64];
        System.arraycopy(client.raw.transientKey(), 0, other, 0, 32);
        client.send("INITIATE", client.raw.initiate(METADATA, other)).assertRefused();
    }

    @Test
    void acceptsNoVouchOfSomebodyElse() {
        Client client = new Client().hello();
        client.send(
                        "INITIATE",
                        client.raw.initiateAs(KeyPair.generate().publicKey().toByteArray(), METADATA))
                .assertRefused();
    }

    @Test
    void refusesAHelloOfAnotherVersionOrWithoutZerosInItsPadding() {
        for (int at : new int[] {0, 1, 2, 40, 73}) {
            Client client = new Client();
            byte[] hello = client.raw.hello();
            hello[at] ^= 1;
            client.send("HELLO", hello);
            assertThat(client.session)
                    .failsWithin(Line.TIMEOUT)
                    .withThrowableThat()
                    .withMessageContaining("HELLO");
        }
    }

    @Test
    void refusesMetadataThatCannotBeRead() {
        Client client = new Client().hello();
        client.send("INITIATE", client.raw.initiate(Hex.parse("0b 'Socket-Type' 00000009 'DEALER'")));
        assertThat(client.session)
                .failsWithin(Line.TIMEOUT)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(ZmtpException.class);
    }
}
