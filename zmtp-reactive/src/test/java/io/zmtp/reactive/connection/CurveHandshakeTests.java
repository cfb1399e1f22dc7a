package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class CurveHandshakeTests {
    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    private CurvePeer client(Authenticator authenticator) {
        return client(authenticator, TIMEOUT);
    }

    private CurvePeer client(Authenticator authenticator, Duration limit) {
        rig.receive(Rig.pull().handshakeTimeout(limit).mechanism(CurveMechanism.server(SERVER, authenticator)));
        return CurvePeer.client(rig.peer(), SERVER, CLIENT);
    }

    private CompletableFuture<ZmtpConnection> connect() {
        return rig.connect(
                Rig.push().handshakeTimeout(TIMEOUT).mechanism(CurveMechanism.client(SERVER.publicKey(), CLIENT)));
    }

    @Test
    void letsAClientIn() {
        CurvePeer client = client(Authenticator.publicKeys(Set.of(CLIENT.publicKey())));
        client.handshake("PUSH").send(1, "'a'").send(0, "'b'");
        assertThat(rig.text()).isEqualTo("a|b");
        ZmtpConnection connection = rig.connection();
        assertThat(connection.isEncrypted()).isTrue();
        assertThat(connection.peer().publicKey()).isEqualTo(CLIENT.publicKey());
        assertThat(connection.peer().key().publicKey()).isEqualTo(CLIENT.publicKey());
    }

    @Test
    void callsAServer() {
        CompletableFuture<ZmtpConnection> attempt = connect();
        CurvePeer server = CurvePeer.server(rig.accepted(), SERVER, 1).accept("PULL");
        assertThat(attempt).succeedsWithin(TIMEOUT);
        attempt.join().send(io.zmtp.reactive.Message.of("a", "b")).subscribe();
        assertThat(server.receive()).isEqualTo("00/01: 61");
        assertThat(server.receive()).isEqualTo("00/00: 62");
        assertThat(attempt.join().peer().publicKey()).isEqualTo(SERVER.publicKey());
    }

    @Test
    void deliversWhatIsGluedToInitiate() {
        CurvePeer client = client(Authenticator.anyone()).welcome();
        client.peer.write(
                RawPeer.command("INITIATE", client.curve.initiate(CurvePeer.metadata("PUSH"))),
                RawPeer.frame(0, client.curve.message(0, Bytes.utf8("glue").toByteArray())));
        assertThat(rig.text()).isEqualTo("glue");
    }

    @Test
    void takesCommandsThatComeOctetByOctet() {
        CurvePeer client = client(Authenticator.anyone());
        client.peer.writeSlowly(RawPeer.command("HELLO", client.curve.hello()));
        client.curve.welcome(client.peer.expectCommand("WELCOME"));
        client.peer.writeSlowly(RawPeer.command("INITIATE", client.curve.initiate(CurvePeer.metadata("PUSH"))));
        client.peer.expectCommand("READY");
        client.peer.writeSlowly(
                RawPeer.frame(0, client.curve.message(0, Bytes.utf8("slow").toByteArray())));
        assertThat(rig.text()).isEqualTo("slow");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 500})
    void tellsARefusedClientTheCode(int code) {
        CurvePeer client = client(credentials -> Mono.just(new Verdict.Refuse(code, "not today")))
                .welcome();
        client.peer.sendCommand("INITIATE", client.curve.initiate(CurvePeer.metadata("PUSH")));
        client.peer.expect("04 0a 05'ERROR' 03'" + code + "'");
        ZmtpHandshakeException failure = rig.handshakeFailure(Failure.CREDENTIALS, client.peer);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure).hasMessageContaining("not today");
    }

    @Test
    void saysNothingToAClientThatMayTryLater() {
        CurvePeer client =
                client(credentials -> Mono.just(Verdict.tryLater("busy"))).welcome();
        client.peer.sendCommand("INITIATE", client.curve.initiate(CurvePeer.metadata("PUSH")));
        assertThat(client.peer.readAll(TIMEOUT)).isEmpty();
        assertThat(rig.handshakeFailure(Failure.CREDENTIALS, client.peer).isFatal())
                .isFalse();
    }

    @Test
    void closesAtTheHandshakeLimitWhenTheAuthenticatorNeverAnswers() {
        CurvePeer client =
                client(credentials -> Mono.never(), Duration.ofSeconds(2)).welcome();
        client.peer.sendCommand("INITIATE", client.curve.initiate(CurvePeer.metadata("PUSH")));
        rig.handshakeFailure(Failure.TIMEOUT, client.peer);
    }

    @ParameterizedTest
    @CsvSource({"HELLO, 80", "HELLO, 150", "INITIATE, 0", "INITIATE, 20", "INITIATE, 100", "INITIATE, 250"})
    void closesWithoutAWordOnWhatCannotBeOpened(String name, int at) {
        CurvePeer client = client(Authenticator.anyone());
        byte[] data = name.equals("HELLO")
                ? client.curve.hello()
                : client.welcome().curve.initiate(CurvePeer.metadata("PUSH"));
        data[at] ^= 1;
        client.peer.sendCommand(name, data);
        assertThat(client.peer.readAll(TIMEOUT)).isEmpty();
        assertThat(rig.handshakeFailure(Failure.CRYPTO, client.peer)).hasMessageContaining("cannot be opened");
    }

    @Test
    void closesAtOnceWhenAMessageComesInsteadOfInitiate() {
        CurvePeer client = client(Authenticator.anyone()).welcome();
        client.peer.writeFrame(0, client.curve.message(0, new byte[5]));
        rig.handshakeFailure(Failure.MALFORMED, client.peer);
    }

    @Test
    void showsNoPlainCommandBeforeReady() {
        CurvePeer client = client(Authenticator.anyone()).welcome();
        client.peer.sendCommand("READY", CurvePeer.metadata("PUSH"));
        rig.handshakeFailure(Failure.MALFORMED, client.peer);
    }

    @Test
    void tellsTheCallerThatTheServerRefused() {
        CompletableFuture<ZmtpConnection> attempt = connect();
        RawPeer peer = rig.accepted().sendGreeting("CURVE", true, 1);
        peer.expectGreeting();
        peer.expectCommand("HELLO");
        peer.write("04 0a 05'ERROR' 03'400'");
        ZmtpHandshakeException failure = rig.handshakeFailure(Failure.PEER_ERROR, peer, attempt);
        assertThat(failure.code()).isEqualTo(400);
    }

    @Test
    void tellsTheCallerThatTheServerIsAnother() {
        CompletableFuture<ZmtpConnection> attempt = connect();
        RawPeer peer = rig.accepted().sendGreeting("CURVE", true, 1);
        peer.expectGreeting();
        peer.expectCommand("HELLO");
        peer.sendCommand("WELCOME", new byte[160]);
        rig.handshakeFailure(Failure.CRYPTO, peer, attempt);
    }

    @Test
    void tellsTheCallerThatTheServerClosedWithoutAWord() {
        CompletableFuture<ZmtpConnection> attempt = connect();
        RawPeer peer = rig.accepted().sendGreeting("CURVE", true, 1);
        peer.expectGreeting();
        peer.expectCommand("HELLO");
        peer.close();
        assertThat(Rig.error(attempt))
                .isInstanceOfSatisfying(
                        ZmtpClosedException.class,
                        closed -> assertThat(closed.closed().reason()).isEqualTo(Reason.PEER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NULL", "PLAIN", "CURVEX", "curve", "BLAKE3"})
    void speaksToNobodyWithAnotherMechanism(String mechanism) {
        rig.receive(Rig.pull().mechanism(CurveMechanism.server(SERVER, Authenticator.anyone())));
        RawPeer peer = rig.peer().sendGreeting(mechanism, false, 1).sendReady("PUSH");
        peer.expectGreeting();
        peer.writeMessage("plain");
        assertThat(peer.readAll(TIMEOUT)).isEmpty();
        rig.handshakeFailure(Failure.MECHANISM, peer);
        assertThat(rig.hasMessage()).isFalse();
    }

    @Test
    void sendsNothingToAServerWithAnotherMechanism() {
        CompletableFuture<ZmtpConnection> attempt = connect();
        RawPeer peer = rig.accepted().sendGreeting("NULL", false, 1);
        peer.expectGreeting();
        peer.sendReady("PULL");
        assertThat(peer.readAll(TIMEOUT)).isEmpty();
        rig.handshakeFailure(Failure.MECHANISM, peer, attempt);
    }

    @Test
    void hintsAtTheRoleWhenTwoClientsFaceEachOther() {
        CompletableFuture<ZmtpConnection> attempt = connect();
        CurvePeer other = CurvePeer.client(rig.accepted(), SERVER, KeyPair.generate());
        other.peer.sendCommand("HELLO", other.curve.hello());
        assertThat(rig.handshakeFailure(Failure.MALFORMED, other.peer, attempt))
                .hasMessageContaining("the peer may have the same role");
    }
}
