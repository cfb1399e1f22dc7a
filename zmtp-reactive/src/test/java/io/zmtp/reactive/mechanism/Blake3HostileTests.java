package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.crypto.KeyExchange;
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

/** Clients that know BLAKE3ZMQ and play it wrong. */
class Blake3HostileTests {
    static final List<Vectors> LOW_ORDER = Vectors.load("nacl-box").list("x25519_low_order_points_must_be_rejected");

    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();
    private static final byte[] METADATA =
            Command.writeMetadata(Line.metadata("DEALER", "")).toByteArray();

    private final Mechanism serving = Blake3Mechanism.server(SERVER, Authenticator.anyone());

    /** What a client keeps of a connection: its c', and S' and the cookie that it got for its HELLO. */
    private record Got(KeyPair transientKeys, byte[] serverTransientKey, byte[] cookie) {}

    /** One connection to the server, played by the test. */
    private final class Client {
        final Line line;
        final CompletableFuture<Session> session;
        byte[] hash;

        Client() {
            Line[] ends = Line.between("BLAKE3");
            line = ends[0];
            ends[1].scheduler = Schedulers.immediate();
            session = serving.handshake(ends[1]).toFuture();
            hash = Blake3Wire.begin(line.local(), line.remote());
        }

        private void send(String name, byte[] data) {
            Command command = Command.of(name, Bytes.wrap(data));
            hash = Blake3Wire.next(hash, command);
            line.send(command).block(Line.TIMEOUT);
        }

        /** A HELLO whose box is valid under what C' and S are said to agree upon. */
        void sayHello(byte[] transientKey, byte[] agreed, byte[] proof) {
            byte[] box = Blake3Wire.seal(
                    "HELLO", Blake3Wire.key("HELLO key", agreed), Blake3Wire.nonce("HELLO", transientKey), proof);
            send("HELLO", Step.concat(new byte[] {1, 0}, transientKey, new byte[96], box));
        }

        Got hello() {
            KeyPair transientKeys = KeyPair.generate();
            byte[] agreed = agree(transientKeys, SERVER.publicKey().toByteArray());
            sayHello(transientKeys.publicKey().toByteArray(), agreed, new byte[64]);
            Command welcome = line.receive("WELCOME").block(Line.TIMEOUT);
            byte[] opened = Blake3Wire.open(
                    "WELCOME",
                    Blake3Wire.key("WELCOME key", agreed),
                    Blake3Wire.nonce("WELCOME", hash),
                    welcome.data().toByteArray());
            hash = Blake3Wire.next(hash, welcome);
            return new Got(transientKeys, Arrays.copyOf(opened, 32), Arrays.copyOfRange(opened, 32, opened.length));
        }

        /** All of it is authentic, and made of what is given. */
        Client initiate(Got got) {
            return initiate(got, got.transientKeys.publicKey(), SERVER.publicKey());
        }

        /** With a vouch for these two keys. */
        Client initiate(Got got, Bytes transientKey, Bytes serverKey) {
            return initiate(
                    got,
                    CLIENT.publicKey().toByteArray(),
                    agree(CLIENT, got.serverTransientKey),
                    Step.concat(transientKey.toByteArray(), serverKey.toByteArray()));
        }

        Client initiate(Got got, byte[] key, byte[] vouching, byte[] vouched) {
            byte[] proof = Step.concat(key, Blake3Wire.sealed("VOUCH", vouched, vouching), METADATA);
            byte[] box = Blake3Wire.sealed("INITIATE", proof, agree(got.transientKeys, got.serverTransientKey), hash);
            send("INITIATE", Step.concat(got.cookie, box));
            return this;
        }

        void assertRefused() {
            Line.assertNotAuthentic(session);
            line.assertSilent();
        }

        private byte[] agree(KeyPair own, byte[] other) {
            return KeyExchange.agree(own.secretKey().toByteArray(), other);
        }
    }

    @Test
    void letsAGoodClientIn() {
        Client client = new Client();
        client.initiate(client.hello());
        assertThat(client.session)
                .isCompletedWithValueMatching(session -> session.publicKey().equals(CLIENT.publicKey()));
    }

    /** The box is valid under the key that everybody knows. */
    @ParameterizedTest
    @FieldSource("LOW_ORDER")
    void answersNoHelloWithATransientKeyOfLowOrder(Vectors point) {
        Client client = new Client();
        client.sayHello(point.hex("u"), new byte[32], new byte[64]);
        client.assertRefused();
    }

    @ParameterizedTest
    @FieldSource("LOW_ORDER")
    void acceptsNoVouchOfAKeyOfLowOrder(Vectors point) {
        Client client = new Client();
        Got got = client.hello();
        byte[] vouched = Step.concat(
                got.transientKeys.publicKey().toByteArray(), SERVER.publicKey().toByteArray());
        client.initiate(got, point.hex("u"), new byte[32], vouched).assertRefused();
    }

    @ParameterizedTest
    @FieldSource("LOW_ORDER")
    void goesNoFurtherWithAServerWhoseTransientKeyIsOfLowOrder(Vectors point) {
        Line[] ends = Line.between("BLAKE3");
        ends[0].scheduler = Schedulers.immediate();
        CompletableFuture<Session> session =
                Blake3Mechanism.client(SERVER.publicKey()).handshake(ends[0]).toFuture();
        Command hello = ends[1].receive("HELLO").block(Line.TIMEOUT);
        byte[] hash = Blake3Wire.next(Blake3Wire.begin(ends[0].local(), ends[1].local()), hello);
        byte[] agreed = KeyExchange.agree(
                SERVER.secretKey().toByteArray(), hello.data().slice(2, 34).toByteArray());
        byte[] welcome = Blake3Wire.seal(
                "WELCOME",
                Blake3Wire.key("WELCOME key", agreed),
                Blake3Wire.nonce("WELCOME", hash),
                Step.concat(point.hex("u"), new byte[152]));
        ends[1].send(Command.of("WELCOME", Bytes.wrap(welcome))).block(Line.TIMEOUT);
        Line.assertNotAuthentic(session);
        ends[1].assertSilent();
    }

    @ParameterizedTest
    @FieldSource("LOW_ORDER")
    void callsNoServerWithAKeyOfLowOrder(Vectors point) {
        Line[] ends = Line.between("BLAKE3");
        Line.assertNotAuthentic(
                Blake3Mechanism.client(point.bytes("u")).handshake(ends[0]).toFuture());
        ends[1].assertSilent();
    }

    @Test
    void answersNoHelloWhoseBoxHoldsAnythingButZeros() {
        byte[] proof = new byte[64];
        proof[63] = 1;
        KeyPair transientKeys = KeyPair.generate();
        Client client = new Client();
        client.sayHello(
                transientKeys.publicKey().toByteArray(),
                client.agree(transientKeys, SERVER.publicKey().toByteArray()),
                proof);
        client.assertRefused();
    }

    @Test
    void acceptsNoVouchForAnotherTransientKey() {
        Client client = new Client();
        client.initiate(client.hello(), CLIENT.publicKey(), SERVER.publicKey()).assertRefused();
    }

    @Test
    void acceptsNoVouchForAnotherServer() {
        Client client = new Client();
        Got got = client.hello();
        client.initiate(got, got.transientKeys.publicKey(), CLIENT.publicKey()).assertRefused();
    }

    @Test
    void acceptsNoVouchOfSomebodyElse() {
        Client client = new Client();
        Got got = client.hello();
        byte[] vouched = Step.concat(
                got.transientKeys.publicKey().toByteArray(), SERVER.publicKey().toByteArray());
        byte[] other = client.agree(KeyPair.generate(), got.serverTransientKey);
        client.initiate(got, CLIENT.publicKey().toByteArray(), other, vouched).assertRefused();
    }

    @Test
    void acceptsNoCookieThatIsOlderThanAMinute() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try {
            Client early = new Client();
            Got earlyGot = early.hello();
            Client late = new Client();
            Got lateGot = late.hello();
            time.advanceTimeBy(Duration.ofSeconds(59));
            assertThat(early.initiate(earlyGot).session).isCompleted();
            time.advanceTimeBy(Duration.ofSeconds(1));
            late.initiate(lateGot).assertRefused();
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    /** With a fixed one two cookies under one key would tell what is in them. */
    @Test
    void makesCookiesWithANonceEach() {
        byte[] one = new Client().hello().cookie;
        byte[] other = new Client().hello().cookie;
        assertThat(Arrays.copyOf(one, 24)).isNotEqualTo(Arrays.copyOf(other, 24));
    }

    @Test
    void callsWithATransientKeyForEachConnection() {
        Set<Bytes> keys = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            Line[] ends = Line.between("BLAKE3");
            ends[0].scheduler = Schedulers.immediate();
            Blake3Mechanism.client(SERVER.publicKey(), CLIENT)
                    .handshake(ends[0])
                    .subscribe();
            keys.add(ends[1].receive("HELLO").block(Line.TIMEOUT).data().slice(2, 34));
        }
        assertThat(keys).hasSize(3);
    }

    @Test
    void hasATransientKeyForEachConnection() {
        assertThat(new Client().hello().serverTransientKey).isNotEqualTo(new Client().hello().serverTransientKey);
    }

    /** The cookie opens, and s' and c' in it fit the rest of INITIATE; but it answered another HELLO. */
    @Test
    void acceptsNoCookieOfAnotherConnection() {
        Client first = new Client();
        Got got = first.hello();
        Client second = new Client();
        second.hello();
        second.initiate(got);
        second.assertRefused();
        assertThat(first.initiate(got).session).isCompleted();
    }
}
