package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.first;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.wire.Command;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The octets of ws behind the upgrade, from raw peers, polite and hostile, with a good one beside them that is served. */
class WebSocketWireTests extends WebSocketWire {

    @ParameterizedTest
    @CsvSource({
        "a reserved bit, c2 81 00000000 00, 1002, PROTOCOL",
        "no mask, 82 01 00, 1002, PROTOCOL",
        "a text, 81 81 00000000 00, 1003, PROTOCOL",
        "an opcode that is none, 83 81 00000000 00, 1002, PROTOCOL",
        "a continuation of nothing, 80 81 00000000 00, 1002, PROTOCOL",
        "a message within a message, 02 81 00000000 00 82 81 00000000 00, 1002, PROTOCOL",
        "a fragmented PING, 09 80 00000000, 1002, PROTOCOL",
        "a fragmented PONG, 0a 80 00000000, 1002, PROTOCOL",
        "a fragmented CLOSE, 08 80 00000000, 1002, PROTOCOL",
        "a long PING, 89 fe 0080 00000000, 1002, PROTOCOL",
        "a PING of gigabytes, 89 ff 7fffffffffffffff 00000000, 1002, PROTOCOL",
        "a long CLOSE, 88 fe 007e 00000000 03e8, 1002, PROTOCOL",
        "a PING with a reserved bit, a9 80 00000000, 1002, PROTOCOL",
        "the last reserved bit, 92 81 00000000 00, 1002, PROTOCOL",
        "an opcode of a control frame that is none, 8b 80 00000000, 1002, PROTOCOL",
        "the last opcode, 8f 80 00000000, 1002, PROTOCOL",
        "a PING without mask, 89 00, 1002, PROTOCOL",
        "a long form of eight octets, 82 ff 000000000000ffff 00000000 00, 1002, PROTOCOL",
        "a negative length, 82 ff 8000000000000000 00000000 00, 1002, PROTOCOL",
        "a negative length of -1, 82 ff ffffffffffffffff 00000000 00, 1002, PROTOCOL",
        "a text in the middle of a message, 02 81 00000000 00 81 81 00000000 00, 1002, PROTOCOL",
        "a text continued, 01 81 00000000 00 80 81 00000000 00, 1003, PROTOCOL",
        "a CLOSE of one octet, 88 81 00000000 03, 1002, PROTOCOL",
        "a reason that is no UTF-8, 88 84 00000000 03e8 c328, 1007, PROTOCOL",
        "a reason that is cut within a character, 88 84 00000000 03e8 e282, 1007, PROTOCOL",
        "a long form, 82 fe 0001 00000000 00, 1002, PROTOCOL",
        "no flags, 82 80 00000000, 1002, PROTOCOL",
        "flags that are none, 82 81 00000000 08, 1002, PROTOCOL",
        "a frame that is too large, 82 fe 03ea 00000000 00, 1009, TOO_LARGE",
        "a frame of gigabytes, 82 ff 7fffffffffffffff 00000000 00, 1009, TOO_LARGE",
        "a command that is none, 82 82 00000000 02 05, 1002, PROTOCOL"
    })
    void aPeerThatBreaksARuleIsToldWhich(String what, String wire, int status, Reason reason) {
        try (RawPeer peer = ready()) {
            peer.write(Hex.parse(wire), new byte[2000]);
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(status);
        }
        assertThat(nextEnd().reason()).isEqualTo(reason);
        assertServed();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535})
    void aCloseWithAStatusThatNobodyMaySendIsRefused(int status) {
        try (RawPeer peer = ready()) {
            peer.write(String.format("88 82 00000000 %04x", status));
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(1002);
        }
        Closed end = nextEnd();
        assertThat(end.reason()).isEqualTo(Reason.PROTOCOL);
        assertThat(end.cause()).hasMessageContaining("" + status);
        assertServed();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
    void aCloseIsAnsweredWithItsStatusAndSaysWhyThePeerHasGone(int status) {
        try (RawPeer peer = ready()) {
            peer.write(String.format("88 86 00000000 %04x 'b' c3a4 'r'", status));
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(status);
        }
        Closed end = nextEnd();
        assertThat(end.reason()).isEqualTo(Reason.PEER);
        if (status <= 1001) {
            assertThat(end.cause()).isNull();
        } else {
            assertThat(end.cause()).hasMessageContaining(status + " \"b").hasMessageContaining("r\"");
        }
    }

    @Test
    void aReasonOfAPeerIsShownWithoutItsControlCharacters() {
        try (RawPeer peer = ready()) {
            peer.write("88 85 00000000 03f0 0a 1b 'x'");
            peer.readAll(TIMEOUT);
        }
        assertThat(nextEnd().cause()).hasMessageContaining("1008").hasMessageNotContaining("\n");
    }

    /** One answer is enough for many PINGs: what waits for a peer that does not read stays small. */
    @Test
    void pingsOfAPeerThatDoesNotReadCostNothing() {
        byte[] pings = Hex.parse(("89 fd 00000000 " + "61".repeat(125)).repeat(500));
        try (RawPeer peer = ready()) {
            for (int i = 0; i < 500; i++) { // 32 MiB
                peer.write(pings);
            }
            peer.write("82 82 00000000 00 'x'");
            StepVerifier.create(last.receive().take(1))
                    .expectNext(Message.of("x"))
                    .expectComplete()
                    .verify(TIMEOUT);
            ChannelConnection under = (ChannelConnection) last;
            Mono<Long> waiting = Mono.fromCallable(
                    () -> under.channel().unsafe().outboundBuffer().totalPendingWriteBytes());
            long most = under.channel().config().getWriteBufferHighWaterMark() + 1000L;
            assertThat(waiting.subscribeOn(
                                    Schedulers.fromExecutor(under.channel().eventLoop()))
                            .block(TIMEOUT))
                    .isLessThan(most);
            assertServed();
            peer.write("89 84 00000000 'last'");
            byte[] pong;
            do {
                byte[] header = peer.read(2);
                assertThat(header[0]).isEqualTo((byte) 0x8a);
                pong = peer.read(header[1]);
            } while (!new String(pong, StandardCharsets.US_ASCII).equals("last"));
        }
    }

    @Test
    void fragmentsThatAreTooManyOrTooLargeAreRefused() {
        try (RawPeer peer = ready()) {
            peer.write("02 81 00000000 00");
            peer.write(Hex.parse("00 80 00000000 ".repeat(4096)));
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(1008);
        }
        try (RawPeer peer = ready()) {
            peer.write("02 81 00000000 00");
            peer.write(Hex.parse(("00 e4 00000000 " + "ab".repeat(100)).repeat(11)));
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(1009);
        }
        assertServed();
    }

    @Test
    void answersPingsBetweenFragmentsAndClosesWithTheSameStatus() {
        try (RawPeer peer = ready()) {
            peer.write("02 82 00000000 00 'a' 89 82 00000000 'hi'").expect("8a 02 'hi'");
            peer.write("80 81 00000000 'b'");
            peer.write("88 85 00000000 03e9 'bye'").expect("88 02 03e9");
            assertThat(peer.readAll(TIMEOUT)).isEmpty();
        }
        Closed end = nextEnd();
        assertThat(end.reason()).isEqualTo(Reason.PEER);
        assertThat(end.cause()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "within a frame, 82 8a 00000000 00 'abc'",
        "within its header, 82",
        "between parts, 82 82 00000000 01 'a'",
        "between fragments, 02 82 00000000 00 'a'",
        "before the flags, 02 80 00000000",
        "with a CLOSE between parts, 82 82 00000000 01 'a' 88 80 00000000",
        "with a CLOSE between fragments, 02 82 00000000 00 'a' 88 80 00000000"
    })
    void aMessageThatIsCutIsReported(String where, String wire) {
        try (RawPeer peer = ready()) {
            peer.write(wire).shutdownOutput();
            peer.readAll(TIMEOUT);
        }
        Closed end = nextEnd();
        assertThat(end.reason()).isEqualTo(Reason.PEER);
        assertThat(end.cause())
                .isInstanceOf(ZmtpProtocolException.class)
                .hasMessageContaining("expected the rest of a message");
    }

    @Test
    void anEndBetweenMessagesIsAnEndInOrder() {
        try (RawPeer peer = ready()) {
            peer.write("82 82 00000000 00 'a'").shutdownOutput();
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(1000);
        }
        assertThat(nextEnd().cause()).isNull();
    }

    @Test
    void aServerThatClosesSaysThatItGoesAway() {
        try (RawPeer peer = ready()) {
            last.close().subscribe();
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(1001);
        }
    }

    @Test
    void aPeerWithoutAMechanismSaysItsNameFirst() {
        Binding sub = opened.bind(
                ZmtpServer.create()
                        .socketType(SocketType.SUB)
                        .routingId(Bytes.utf8("us"))
                        .heartbeat(Duration.ofMillis(50), Duration.ofSeconds(20)),
                "ws://127.0.0.1:*/raw");
        try (RawPeer peer = RawPeer.connect("127.0.0.1", sub.endpoint().port())) {
            peer.write(ascii(request("ZWS2.0")));
            peer.read(switching("ZWS2.0").length());
            peer.expect("82 03 00 'us'"); // and no READY behind it
            peer.write("82 85 00000000 00 'them'");
            ZmtpConnection connection = first(sub);
            assertThat(connection.peer().routingId()).isEqualTo(Bytes.utf8("them"));
            assertThat(connection.peer().socketType()).isEqualTo(SocketType.PUB);
            peer.expect("89 00");
            connection.send(Command.subscribe(Bytes.utf8("no"))).block(TIMEOUT);
            connection.send(Message.of(Bytes.wrap(new byte[] {1, 'x'}))).block(TIMEOUT);
            byte[] next = peer.read(2);
            while ((next[0] & 0xff) == 0x89) { // further PINGs
                next = peer.read(2);
            }
            assertThat(Hex.of(next)).isEqualTo("82 03");
            peer.expect("00 01 'x'");
        }
    }
}
