package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.wire.Command;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After the handshake of CURVE. */
class CurveTrafficTests {
    private static final KeyPair SERVER = KeyPair.generate();

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    private static ZmtpServer server(SocketType type) {
        return ZmtpServer.create().socketType(type).mechanism(CurveMechanism.server(SERVER, Authenticator.anyone()));
    }

    private CurvePeer client(ZmtpServer server, String type, int minor) {
        rig.receive(server);
        return CurvePeer.client(rig.peer(), SERVER, KeyPair.generate(), minor).handshake(type);
    }

    private CurvePeer pusher() {
        return client(server(SocketType.PULL), "PUSH", 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void answersPingInsideTheEncryption(int minor) {
        CurvePeer peer = client(server(SocketType.PULL), "PUSH", minor);
        peer.send(2, "04'PING' 0000 'ctx'");
        assertThat(peer.receive()).isEqualTo("00/02: " + Hex.of(Hex.parse("04'PONG' 'ctx'")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void sendsItsOwnPingsInsideTheEncryption(int minor) {
        CurvePeer peer = client(server(SocketType.PULL).heartbeat(Duration.ofMillis(30), TIMEOUT), "PUSH", minor);
        assertThat(peer.receive()).isEqualTo("00/02: " + Hex.of(Hex.parse("04'PING' 0000")));
    }

    @Test
    void sendsSubscriptionsInsideTheEncryptionAsCommandOrMessage() {
        CurvePeer peer = client(server(SocketType.SUB), "PUB", 0);
        ZmtpConnection sub = rig.connection();
        sub.send(Command.subscribe(Bytes.utf8("a"))).subscribe();
        sub.send(Message.of(io.zmtp.reactive.wire.Subscription.body(Bytes.utf8("b"), false)))
                .subscribe();
        assertThat(peer.receive()).isEqualTo("00/02: " + Hex.of(Hex.parse("09'SUBSCRIBE' 'a'")));
        assertThat(peer.receive()).isEqualTo("00/00: 01 62");
    }

    @Test
    void takesTheFlagCommandOnTheFrameAroundAMessage() {
        CurvePeer peer = pusher();
        peer.peer.writeFrame(4, peer.curve.message(0, Hex.parse("'around'")));
        assertThat(rig.text()).isEqualTo("around");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x08, 0x10, 0x20, 0x40, 0x80, 0x0c})
    void closesOnReservedFlagsOnTheFrameAroundAMessage(int flags) {
        CurvePeer peer = pusher().send(0, "'before'");
        peer.peer.writeFrame(flags, peer.curve.message(0, Hex.parse("'around'")));
        assertThat(rig.text()).isEqualTo("before");
        assertThat(peer.peer.readAll(TIMEOUT)).as("no word").isEmpty();
        assertThat(rig.violation(Reason.PROTOCOL, peer.peer))
                .hasMessageContaining(
                        String.format("reserved flags (bits 3 to 7) are zero, but its flags are 0x%02x", flags));
        assertThat(rig.hasMessage()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x0a})
    void closesOnReservedFlagsInsideTheEncryption(int flags) {
        CurvePeer peer = pusher().send(0, "'before'").send(flags, "'inside'");
        assertThat(rig.text()).isEqualTo("before");
        assertThat(peer.peer.readAll(TIMEOUT)).as("no word").isEmpty();
        assertThat(rig.violation(Reason.PROTOCOL, peer.peer))
                .hasMessageContaining("flags MORE or COMMAND, but they are " + flags);
        assertThat(rig.hasMessage()).isFalse();
    }

    @Test
    void deliversAcrossAGapInTheNonces() {
        CurvePeer peer = pusher().send(0, "'one'");
        peer.curve.nextNonce += 1000;
        peer.send(0, "'two'");
        assertThat(rig.text()).isEqualTo("one");
        assertThat(rig.text()).isEqualTo("two");
    }

    @Test
    void closesOnAReplayedMessageAndDeliversItOnce() {
        CurvePeer peer = pusher();
        byte[] message = peer.curve.message(0, Hex.parse("'once'"));
        peer.peer.writeFrame(0, message).writeFrame(0, message);
        assertThat(rig.text()).isEqualTo("once");
        assertThat(peer.peer.readAll(TIMEOUT)).as("no word").isEmpty();
        rig.violation(Reason.PROTOCOL, peer.peer);
        assertThat(rig.hasMessage()).isFalse();
    }

    /** The counter goes on from the handshake: INITIATE had 2. */
    @Test
    void closesOnAMessageWithTheNonceOfInitiate() {
        CurvePeer peer = pusher();
        peer.curve.nextNonce = 2;
        peer.send(0, "'late'");
        assertThat(peer.peer.readAll(TIMEOUT)).as("no word").isEmpty();
        rig.violation(Reason.PROTOCOL, peer.peer);
        assertThat(rig.hasMessage()).isFalse();
    }

    /** READY had 1. */
    @Test
    void closesOnAMessageWithTheNonceOfReady() {
        CompletableFuture<ZmtpConnection> attempt = rig.connect(
                ZmtpClient.create().socketType(SocketType.PULL).mechanism(CurveMechanism.client(SERVER.publicKey())));
        CurvePeer server = CurvePeer.server(rig.accepted(), SERVER, 1).accept("PUSH");
        assertThat(attempt).succeedsWithin(TIMEOUT);
        server.curve.nextNonce = 1;
        server.send(0, "'late'");
        assertThat(attempt.join().receive().onErrorComplete().collectList().block(TIMEOUT))
                .isEmpty();
        rig.violation(Reason.PROTOCOL, server.peer);
    }

    @Test
    void closesOnMessagesThatWereReordered() {
        CurvePeer peer = pusher();
        byte[] first = peer.curve.message(0, Hex.parse("'first'"));
        byte[] second = peer.curve.message(0, Hex.parse("'second'"));
        peer.peer.writeFrame(0, second).writeFrame(0, first);
        assertThat(rig.text()).isEqualTo("second");
        assertThat(peer.peer.readAll(TIMEOUT)).as("no word").isEmpty();
        rig.violation(Reason.PROTOCOL, peer.peer);
        assertThat(rig.hasMessage()).isFalse();
    }

    @Test
    void deliversNothingOfAMessageWithAForgedPart() {
        CurvePeer peer = pusher().send(0, "'whole'").send(1, "'good'");
        byte[] forged = peer.curve.message(0, Hex.parse("'forged'"));
        forged[35] ^= 1;
        peer.peer.writeFrame(0, forged);
        assertThat(rig.text()).isEqualTo("whole");
        assertThat(peer.peer.readAll(TIMEOUT)).as("no word").isEmpty();
        assertThat(rig.violation(Reason.PROTOCOL, peer.peer)).hasMessageContaining("authentic");
        assertThat(rig.hasMessage()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00 05 'plain'",
                "04 07 04'PING' 0000",
                "00 21 07'MESSAGE' 0000000000000003 00000000000000000000000000000000 00",
                "00 20 07'MESSAGE' 0000000000000003 00000000000000000000000000000000",
                "00 00"
            })
    void closesOnWhatIsNotEncryptedWithoutAWord(String octets) {
        CurvePeer peer = pusher();
        peer.peer.write(octets);
        assertThat(peer.peer.readAll(TIMEOUT)).isEmpty();
        rig.violation(Reason.PROTOCOL, peer.peer);
        assertThat(rig.hasMessage()).isFalse();
    }

    @Test
    void closesOnAHeaderThatAnnouncesMoreThanAMessageMayHave() {
        CurvePeer peer = client(server(SocketType.PULL).maxMessageSize(100_000), "PUSH", 1);
        peer.peer.write("02 00000000000186c2"); // 33 octets more than the limit, and one
        rig.violation(Reason.TOO_LARGE, peer.peer);
    }

    @Test
    void limitsTheWholeMessage() {
        CurvePeer peer = client(server(SocketType.PULL).maxMessageSize(10), "PUSH", 1);
        peer.send(0, "'ten octets'").send(1, "'six oc'").send(0, "'five!'");
        assertThat(rig.text()).isEqualTo("ten octets");
        rig.violation(Reason.TOO_LARGE, peer.peer);
    }

    @Test
    void limitsTheNumberOfParts() {
        CurvePeer peer = client(server(SocketType.PULL).maxParts(3), "PUSH", 1);
        peer.send(1, "").send(1, "").send(1, "").send(0, "");
        rig.violation(Reason.TOO_LARGE, peer.peer);
    }
}
