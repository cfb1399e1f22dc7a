package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.TIMEOUT;
import static io.zmtp.reactive.testing.RawPeer.MORE;
import static io.zmtp.reactive.testing.RawPeer.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameLimitTests {
    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @ParameterizedTest
    @CsvSource({
        "000000007fffffff, TOO_LARGE, its size is 2147483647",
        "0000000080000000, TOO_LARGE, its size is 2147483648",
        "0000000100000000, TOO_LARGE, its size is 4294967296",
        "4000000000000000, TOO_LARGE, its size is 4611686018427387904",
        "7fffffffffffffff, TOO_LARGE, its size is 9223372036854775807",
        "8000000000000000, PROTOCOL, its size is 9223372036854775808",
        "ffffffffffffffff, PROTOCOL, its size is 18446744073709551615"
    })
    void closesOnTheHeaderOfAFrameThatDeclares(String size, Reason reason, String text) {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher().write("02" + size);
        assertThat(rig.violation(reason, peer)).hasMessageContaining(text);
        rig.assertServesAGoodPeer();
    }

    @ParameterizedTest
    @ValueSource(strings = {"000000007fffffff", "0000000080000000", "7fffffffffffffff"})
    void closesOnWhatFitsNoArrayHoweverLargeTheLimit(String size) {
        rig.receive(Rig.pull().maxMessageSize(Long.MAX_VALUE));
        RawPeer peer = rig.pusher().write("03" + size);
        assertThat(rig.violation(Reason.TOO_LARGE, peer).isTooLarge()).isTrue();
        rig.assertServesAGoodPeer();
    }

    @Test
    void allocatesWhatComesAndNotWhatIsDeclared() {
        rig.receive(Rig.pull().maxMessageSize(Long.MAX_VALUE));
        for (int i = 0; i < 20; i++) {
            rig.pusher().write("02 0000000040000000").write(new byte[2000]); // 20 GiB in all
        }
        rig.assertServesAGoodPeer();
    }

    @Test
    void deliversAMessageThatIsAsLargeAsTheLimit() {
        rig.receive(Rig.pull().maxMessageSize(1000));
        rig.pusher().writeFrame(0, new byte[1000]).write(frame(MORE, new byte[400]), frame(0, new byte[600]));
        assertThat(rig.message().bytes()).isEqualTo(1000);
        assertThat(rig.message().bytes()).isEqualTo(1000);
    }

    @Test
    void closesOnAFrameAboveTheLimit() {
        rig.receive(Rig.pull().maxMessageSize(1000));
        RawPeer peer = rig.pusher().write("02 00000000000003e9");
        assertThat(rig.violation(Reason.TOO_LARGE, peer))
                .hasMessageStartingWith(rig.endpoint() + " (peer ")
                .hasMessageContaining("at most 1000 octets, but its size is 1001");
        rig.assertServesAGoodPeer();
    }

    @Test
    void closesOnPartsThatTogetherAreAboveTheLimit() {
        rig.receive(Rig.pull().maxMessageSize(1000));
        RawPeer peer = rig.pusher().writeMessage("before").writeFrame(MORE, new byte[400]);
        peer.writeFrame(MORE, new byte[600]).write("00 01");
        assertThat(rig.violation(Reason.TOO_LARGE, peer)).hasMessageContaining("there are 1001");
        assertThat(rig.text()).isEqualTo("before");
        rig.assertServesAGoodPeer();
    }

    @Test
    void takesAnEmptyMessageOnlyWhenTheLimitIsZero() {
        rig.receive(Rig.pull().maxMessageSize(0));
        RawPeer peer = rig.pusher().write("01 00 00 00").write("00 01 'x'");
        assertThat(rig.message().size()).isEqualTo(2);
        rig.violation(Reason.TOO_LARGE, peer);
    }

    @Test
    void takesAsManyPartsAsTheLimitAllows() {
        rig.receive(Rig.pull().maxParts(3));
        RawPeer peer = rig.pusher().writeMessage("a", "b", "c").writeMessage("1", "2", "3", "4");
        assertThat(rig.text()).isEqualTo("a|b|c");
        assertThat(rig.violation(Reason.TOO_LARGE, peer)).hasMessageContaining("expected a message of at most 3 parts");
        rig.assertServesAGoodPeer();
    }

    @Test
    void closesOnMillionsOfParts() {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher();
        byte[] parts = new byte[2 * 65_536];
        for (int i = 0; i < parts.length; i += 2) {
            parts[i] = MORE;
        }
        try {
            for (int i = 0; i < 64; i++) {
                peer.write(parts);
            }
        } catch (AssertionError closed) {
            assertThat(closed).hasMessageContaining("cannot write");
        }
        rig.violation(Reason.TOO_LARGE, peer);
        rig.assertServesAGoodPeer();
        assertThat(rig.hasMessage()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "05 05 04'PING', flag MORE",
        "04 00, its body is empty",
        "04 03 00'AB', size of the name is 0",
        "04 03 05'AB', expected a command's name of 5 octets",
        "04 04 03'A-B', expected a command's name of ASCII letters",
        "04 05 04'PING', expected a PING with two octets of TTL",
        "04 06 04'PING'00, expected a PING with two octets of TTL",
        "06 8000000000000000, at most 2^63 - 1 octets"
    })
    void closesOnACommandThatCannotBeRead(String octets, String text) {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher().writeMessage("before").write(octets);
        assertThat(rig.violation(Reason.PROTOCOL, peer))
                .hasMessageStartingWith(rig.endpoint() + " (peer ")
                .hasMessageContaining(text)
                .satisfies(broken -> assertThat(broken.section()).startsWith("RFC 37"));
        assertThat(rig.text()).isEqualTo("before");
        rig.assertServesAGoodPeer();
    }

    @Test
    void closesOnACommandAbove64KiB() {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher().write("06 0000000000010001");
        assertThat(rig.violation(Reason.TOO_LARGE, peer)).hasMessageContaining("a command of at most 65536 octets");
        rig.assertServesAGoodPeer();
    }

    @Test
    void ignoresCommandsThatItDoesNotKnow() {
        rig.receive(Rig.pull());
        rig.pusher().write("04 04 03'XYZ' 01 01'a' 04 07 03'ABC'010203 00 01'b'");
        assertThat(rig.text()).isEqualTo("a|b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"08 01'b'", "81 01'b'", "fa 0000000000000001 'b'", "4c 07 04'PING' 0000"})
    void closesOnReservedFlags(String octets) {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher().writeMessage("before").write(octets);
        assertThat(rig.violation(Reason.PROTOCOL, peer))
                .hasMessageStartingWith(rig.endpoint() + " (peer ")
                .hasMessageContaining(
                        "reserved flags (bits 3 to 7) are zero, but its flags are 0x" + octets.substring(0, 2));
        assertThat(rig.text()).isEqualTo("before");
        rig.assertServesAGoodPeer();
    }

    @Test
    void refusesReservedFlagsInTheHandshake() {
        rig.receive(Rig.pull());
        RawPeer peer = rig.peer().write(RawPeer.greeting("NULL", false, 1)).write("0c 06 05'READY'");
        assertThat(rig.handshakeFailure(Failure.MALFORMED, peer)).hasMessageContaining("its flags are 0x0c");
        rig.assertServesAGoodPeer();
    }

    @Test
    void takesTheLongFormOfSmallFrames() {
        rig.receive(Rig.pull());
        rig.pusher()
                .writeLongFrame(MORE, Hex.parse("'a'"))
                .writeLongFrame(0, new byte[0])
                .writeLongFrame(RawPeer.COMMAND, Hex.parse("04'PING' 0000"))
                .expect("04 05 04'PONG'");
        assertThat(rig.text()).isEqualTo("a|");
    }

    @Test
    void takesMessagesOctetByOctet() {
        rig.receive(Rig.pull());
        rig.pusher().writeSlowly(Hex.parse("01 02'ab' 02 0000000000000003 'cde' 04 05 04'NOOP' 00 00"));
        assertThat(rig.text()).isEqualTo("ab|cde");
        assertThat(rig.text()).isEmpty();
    }

    @Test
    void stopsReadingFromAPeerWhoseMessagesNobodyAsksFor() {
        rig.bind(Rig.pull());
        RawPeer peer = rig.pusher();
        // Far more than the read-ahead and what the kernel buffers on both sides.
        byte[] message = frame(0, new byte[65_536]);
        byte[] messages = new byte[1024 * message.length];
        for (int at = 0; at < messages.length; at += message.length) {
            System.arraycopy(message, 0, messages, at, message.length);
        }
        int taken = peer.writeUntilStuck(messages, Rig.SHORT);
        assertThat(taken).isBetween(256 * 1024, 32 << 20);
        long whole = taken / message.length;
        assertThat(rig.connection().receive().take(whole).count().block(TIMEOUT))
                .isEqualTo(whole);
    }
}
