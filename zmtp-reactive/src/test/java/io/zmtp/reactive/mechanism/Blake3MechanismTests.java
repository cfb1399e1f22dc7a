package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Line.Outcome;
import io.zmtp.reactive.mechanism.crypto.ChaChaBox;
import io.zmtp.reactive.testing.Vectors;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class Blake3MechanismTests {
    private final KeyPair server = KeyPair.generate();
    private final KeyPair client = KeyPair.generate();
    private final Line[] ends = Line.between("BLAKE3");

    private Outcome[] talk(Authenticator authenticator) {
        return Line.talk(
                ends,
                Blake3Mechanism.client(server.publicKey(), client),
                Blake3Mechanism.server(server, authenticator));
    }

    private static void assertFailed(Outcome outcome, Failure failure) {
        assertThat(outcome.error())
                .isInstanceOfSatisfying(
                        ZmtpHandshakeException.class,
                        thrown -> assertThat(thrown.failure()).isEqualTo(failure));
    }

    @Test
    void agreesOnKeysAndTellsWhoIsThere() {
        Outcome[] both = talk(Authenticator.publicKeys(Set.of(client.publicKey())));
        Session called = both[0].session();
        Session serving = both[1].session();
        assertThat(called.publicKey()).isEqualTo(server.publicKey());
        assertThat(called.peer()).isEqualTo(Line.metadata("ROUTER", ""));
        assertThat(serving.publicKey()).isEqualTo(client.publicKey());
        assertThat(serving.peer()).isEqualTo(Line.metadata("DEALER", "client-1"));
        byte[] octets = new byte[40];
        octets[0] = 7;
        called.cipher().encrypt(0, octets, 0, 40);
        assertThat(octets[0]).isNotEqualTo((byte) 7);
        serving.cipher().decrypt(0, octets, 0, 40);
        assertThat(octets[0]).isEqualTo((byte) 7);
    }

    @Test
    void tellsARefusedClientTheCode() {
        Outcome[] both = talk(Authenticator.publicKeys(Set.of(server.publicKey())));
        assertFailed(both[0], Failure.PEER_ERROR);
        assertFailed(both[1], Failure.CREDENTIALS);
    }

    @Test
    void isClosedWithoutAWordOnAClientThatCallsAnotherServer() {
        Outcome[] both = Line.talk(
                ends,
                Blake3Mechanism.client(KeyPair.generate().publicKey(), client),
                Blake3Mechanism.server(server, Authenticator.anyone()));
        assertThat(both[0].error()).hasMessage("cut");
        assertFailed(both[1], Failure.CRYPTO);
    }

    @Test
    void answersTheKnownHello() {
        Vectors known = Vectors.load("blake3zmq-handshake");
        KeyPair knownServer = KeyPair.of(known.bytes("keys", "server_permanent_secret"));
        AtomicReference<Frame> answer = new AtomicReference<>();
        ends[1].scheduler = Schedulers.immediate();
        ends[1].onTheWay(frame -> {
            answer.set(frame);
            return frame;
        });
        CompletableFuture<Session> session = Blake3Mechanism.server(knownServer, Authenticator.anyone())
                .handshake(ends[1])
                .toFuture();
        Frame hello = Frame.read(ByteBuffer.wrap(known.hex("hello_wire")), 1000);
        ends[0].send(Command.parse(hello)).block(Line.TIMEOUT);
        assertThat(session).isNotDone();
        byte[] welcome = Command.parse(answer.get()).data().toByteArray();
        assertThat(Blake3Wire.key("WELCOME key", known.hex("dh1"))).isEqualTo(known.hex("welcome_key"));
        assertThat(ChaChaBox.open(
                        known.hex("welcome_key"), known.hex("welcome_nonce"), welcome, Blake3Wire.ascii("WELCOME")))
                .hasSize(184);
    }

    /** All of a connection recorded and played to the server again. */
    @Test
    void letsNobodyInWithTheSameHelloAndInitiateAgain() {
        AtomicReference<Frame> hello = new AtomicReference<>();
        AtomicReference<Frame> initiate = new AtomicReference<>();
        ends[0].onTheWay(frame -> {
            (hello.get() == null ? hello : initiate).set(frame);
            return frame;
        });
        Mechanism serving = Blake3Mechanism.server(server, Authenticator.anyone());
        Line.talk(ends, Blake3Mechanism.client(server.publicKey(), client), serving);
        Line[] again = Line.between("BLAKE3");
        CompletableFuture<Session> session = serving.handshake(again[1]).toFuture();
        again[0].send(Command.parse(hello.get())).block(Line.TIMEOUT);
        again[0].receive("WELCOME").block(Line.TIMEOUT);
        again[0].send(Command.parse(initiate.get())).block(Line.TIMEOUT);
        assertThat(session).failsWithin(Line.TIMEOUT).withThrowableThat().withMessageContaining("authentic INITIATE");
    }

    @Test
    void printsNoKeys() {
        assertThat(Blake3Mechanism.client(server.publicKey(), client)).hasToString("BLAKE3 client");
        assertThat(Blake3Mechanism.server(server, Authenticator.anyone())).hasToString("BLAKE3 server");
    }
}
