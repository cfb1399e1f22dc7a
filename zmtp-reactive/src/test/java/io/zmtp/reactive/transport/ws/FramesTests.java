package io.zmtp.reactive.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.transport.ws.FrameReader.Naming;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.FrameEncoder;
import io.zmtp.reactive.wire.Greeting;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket frames to frames of ZMTP and back, each cut at every octet. */
class FramesTests {

    private final List<String> heard = new ArrayList<>();
    private final FrameReader.Controls controls = new FrameReader.Controls() {
        @Override
        public void ping(byte[] payload) {
            heard.add("ping " + Hex.of(payload));
        }

        @Override
        public void pong(byte[] payload) {
            heard.add("pong " + Hex.of(payload));
        }

        @Override
        public void closed(CloseStatus status) {
            heard.add("closed " + status);
        }
    };

    private FrameReader reader(boolean fromClient, Naming naming) {
        return new FrameReader(fromClient, naming, SocketType.PULL, controls);
    }

    /** What a reader makes of it, in two pieces. */
    private String read(FrameReader reader, byte[] wire, int cut) {
        ByteBuf out = Unpooled.buffer();
        reader.read(Unpooled.wrappedBuffer(wire, 0, cut), out);
        reader.read(Unpooled.wrappedBuffer(wire, cut, wire.length - cut), out);
        return Hex.of(ByteBufUtil.getBytes(out));
    }

    private void reads(boolean fromClient, String wire, String expected, String... controls) {
        byte[] octets = Hex.parse(wire);
        for (int cut = 0; cut <= octets.length; cut++) {
            heard.clear();
            FrameReader reader = reader(fromClient, Naming.NONE);
            assertThat(read(reader, octets, cut)).as("cut at %d", cut).isEqualTo(Hex.of(Hex.parse(expected)));
            assertThat(heard).as("cut at %d", cut).containsExactly(controls);
            assertThat(reader.holds()).isFalse();
        }
        ByteBuf out = Unpooled.buffer();
        FrameReader reader = reader(fromClient, Naming.NONE);
        for (byte octet : octets) {
            reader.read(Unpooled.wrappedBuffer(new byte[] {octet}), out);
        }
        assertThat(Hex.of(ByteBufUtil.getBytes(out))).as("octet by octet").isEqualTo(Hex.of(Hex.parse(expected)));
    }

    @Test
    void readsFlagsAsThoseOfZmtp() {
        reads(false, "82 03 00 'ab' 82 01 01 82 07 02 05 'READY'", "00 02 'ab' 01 00 04 06 05 'READY'");
    }

    @Test
    void unmasksWhatAClientSends() {
        // the key 01 02 03 04; the body is longer than the eight octets that are done at a time
        reads(
                true,
                "82 8d 01020304 01 63 61 67 65 67 65 63 69 6b 69 6f 6d 82 81 a1b2c3d4 a0",
                "00 0c 'abcdefghijkl' 01 00");
    }

    @Test
    void readsLengthsOfTwoAndEightOctets() {
        String body = "ab".repeat(255);
        reads(false, "82 7e 0100 00 " + body, "00 ff " + body);
        reads(false, "82 7e 0101 00 " + body + "ab", "02 0000000000000100 " + body + "ab");
        byte[] large = new byte[65_536];
        large[0] = 1;
        ByteBuf out = Unpooled.buffer();
        reader(false, Naming.NONE).read(Unpooled.wrappedBuffer(Hex.parse("82 7f 0000000000010000"), large), out);
        assertThat(out.readableBytes()).isEqualTo(9 + 65_535);
        assertThat(Hex.of(ByteBufUtil.getBytes(out, 0, 9))).isEqualTo(Hex.of(Hex.parse("03 000000000000ffff")));
    }

    @Test
    void putsFragmentsTogetherWithControlFramesBetween() {
        reads(
                false,
                "02 02 01 'a' 89 02 'hi' 00 00 00 01 'b' 8a 00 80 01 'c' 82 01 00",
                "01 03 'abc' 00 00",
                "ping " + Hex.of(Hex.parse("'hi'")),
                "pong ");
    }

    @Test
    void theFlagsMayComeInALaterFragment() {
        reads(false, "02 00 00 00 80 03 00 'ab'", "00 02 'ab'");
    }

    @Test
    void readsTheReasonOfACloseAndNothingBehindIt() {
        reads(false, "88 05 03e9 'bye' 82 02 00 'x'", "", "closed 1001 \"bye\"");
        reads(true, "88 80 00000000", "", "closed 1000");
    }

    @ParameterizedTest
    @CsvSource({
        "false, c2 01 00, 1002, reserved",
        "false, 92 01 00, 1002, reserved",
        "false, 81 01 00, 1003, text",
        "false, 83 01 00, 1002, opcode",
        "false, 8b 00, 1002, opcode",
        "false, 80 01 00, 1002, continuation",
        "false, 02 01 00 82 01 00, 1002, another message",
        "false, 82 81 00000000 00, 1002, mask",
        "true, 82 01 00, 1002, mask",
        "false, 09 00, 1002, fragment",
        "false, 89 7e 007e, 1002, longer",
        "false, 82 7e 0001 00, 1002, shortest",
        "false, 82 7f 0000000000000080 00, 1002, shortest",
        "false, 82 7f ffffffffffffffff 00, 1002, shortest",
        "false, 82 00, 1002, empty",
        "false, 02 00 80 00, 1002, empty",
        "false, 82 01 03, 1002, flags",
        "false, 82 01 04, 1002, flags",
        "false, 88 01 03, 1002, close",
        "false, 88 02 03ec, 1002, it is 1004",
        "false, 88 03 03e8 ff, 1007, UTF-8"
    })
    void saysWhichRuleWasBroken(boolean fromClient, String wire, int status, String text) {
        byte[] octets = Hex.parse(wire);
        for (int cut = 0; cut < octets.length; cut++) {
            FrameReader reader = reader(fromClient, Naming.NONE);
            int at = cut;
            assertThatThrownBy(() -> read(reader, octets, at))
                    .isInstanceOf(ZmtpProtocolException.class)
                    .hasMessageContaining(text);
            assertThat(reader.fault()).isEqualTo(status);
        }
    }

    @Test
    void fragmentsAreLimitedInSizeAndNumber() {
        FrameReader large = reader(false, Naming.NONE);
        large.limit(1000);
        byte[] piece = Hex.parse("00 64 " + "ab".repeat(100));
        ByteBuf out = Unpooled.buffer();
        large.read(Unpooled.wrappedBuffer(Hex.parse("02 01 00")), out);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 11; i++) {
                        large.read(Unpooled.wrappedBuffer(piece), out);
                    }
                })
                .isInstanceOfSatisfying(
                        ZmtpProtocolException.class,
                        e -> assertThat(e.isTooLarge()).isTrue());
        assertThat(large.fault()).isEqualTo(1009);

        FrameReader many = reader(false, Naming.NONE);
        many.read(Unpooled.wrappedBuffer(Hex.parse("02 01 00")), out);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 5000; i++) {
                        many.read(Unpooled.wrappedBuffer(Hex.parse("00 00")), out);
                    }
                })
                .isInstanceOf(ZmtpProtocolException.class);
        assertThat(many.fault()).isEqualTo(1008);
        assertThat(out.readableBytes()).isZero();
    }

    @Test
    void beforeTheHandshakeIsThroughFragmentsMayHoldNoMoreThanACommand() {
        FrameReader reader = reader(false, Naming.NONE);
        ByteBuf out = Unpooled.buffer();
        reader.read(Unpooled.wrappedBuffer(Hex.parse("02 7f 0000000001000000 02"), new byte[65_536]), out);
        assertThatThrownBy(() -> reader.read(Unpooled.wrappedBuffer(new byte[1]), out))
                .isInstanceOf(ZmtpProtocolException.class);
    }

    @Test
    void takesTheFirstMessageForARoutingId() {
        byte[] wire = Hex.parse("82 03 00 'me' 82 02 00 'x'");
        String ready = "04 29 05 'READY' 0b 'Socket-Type' 00000004 'PUSH' 08 'Identity' 00000002 'me' 00 01 'x'";
        for (Naming naming : List.of(Naming.FIRST, Naming.EITHER)) {
            for (int cut = 0; cut <= wire.length; cut++) {
                FrameReader reader = reader(false, naming);
                assertThat(read(reader, wire, cut)).isEqualTo(Hex.of(Hex.parse(ready)));
                assertThat(reader.isBare()).isTrue();
            }
        }
        assertThat(read(reader(false, Naming.FIRST), Hex.parse("82 01 00"), 0))
                .isEqualTo(
                        Hex.of(Hex.parse("04 27 05 'READY' 0b 'Socket-Type' 00000004 'PUSH' 08 'Identity' 00000000")));
    }

    @Test
    void aCommandShowsThatThereIsAMechanism() {
        FrameReader reader = reader(false, Naming.EITHER);
        assertThat(read(reader, Hex.parse("82 07 02 05 'READY' 82 02 00 'x'"), 5))
                .isEqualTo(Hex.of(Hex.parse("04 06 05 'READY' 00 01 'x'")));
        assertThat(reader.isBare()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"82 01 01", "82 01 02"})
    void aRoutingIdIsAMessageOfOnePart(String wire) {
        assertThatThrownBy(() -> read(reader(false, Naming.FIRST), Hex.parse(wire), 0))
                .isInstanceOf(ZmtpProtocolException.class)
                .hasMessageContaining("routing id");
    }

    @Test
    void aRoutingIdHasALimit() {
        byte[] wire = Hex.parse("82 7e 0101 00 " + "61".repeat(256));
        assertThatThrownBy(() -> read(reader(false, Naming.FIRST), wire, 4))
                .isInstanceOf(ZmtpProtocolException.class)
                .hasMessageContaining("256");
    }

    // ---- the other way

    private static final byte[] SENT = concat(
            Greeting.of("NULL", false).octets().toByteArray(),
            Command.of("READY", Bytes.utf8("x")).frame().octets().toByteArray(),
            FrameEncoder.encode(Message.of("ab", "", "c".repeat(300))).toByteArray(),
            Command.ping(Duration.ofSeconds(9), Bytes.utf8("ctx"))
                    .frame()
                    .octets()
                    .toByteArray(),
            Command.pong(Bytes.utf8("pp")).frame().octets().toByteArray(),
            FrameEncoder.encode(Message.of("d")).toByteArray());

    private static final String WRITTEN = "82 08 02 05 'READYx' 82 03 01 'ab' 82 01 01 82 7e 012d 00 "
            + "63".repeat(300) + "89 03 'ctx' 8a 02 'pp' 82 02 00 'd'";

    private static byte[] concat(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    private static byte[] write(FrameWriter writer, byte[] wire, int... cuts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i == cuts.length ? wire.length : cuts[i];
            ByteBuf out = writer.write(Unpooled.copiedBuffer(wire, from, to - from), UnpooledByteBufAllocator.DEFAULT);
            all.writeBytes(ByteBufUtil.getBytes(out));
            out.release();
            from = to;
        }
        assertThat(writer.isBetweenFrames()).isTrue();
        return all.toByteArray();
    }

    @Test
    void writesEachFrameAsOneMessage() {
        for (int cut = 0; cut <= SENT.length; cut++) {
            assertThat(Hex.of(write(new FrameWriter(false, false), SENT, cut)))
                    .as("cut at %d", cut)
                    .isEqualTo(Hex.of(Hex.parse(WRITTEN)));
        }
    }

    @Test
    void aClientMasksWhatItWrites() {
        for (int cut = 0; cut <= SENT.length; cut++) {
            byte[] masked = write(new FrameWriter(true, false), SENT, cut);
            heard.clear();
            String back = read(reader(true, Naming.NONE), masked, masked.length / 2);
            assertThat(back)
                    .as("cut at %d", cut)
                    .isEqualTo(Hex.of(Hex.parse("04 07 05 'READYx' 01 02 'ab' 01 00 02 000000000000012c "
                            + "63".repeat(300) + "00 01 'd'")));
            assertThat(heard)
                    .containsExactly("ping " + Hex.of(Hex.parse("'ctx'")), "pong " + Hex.of(Hex.parse("'pp'")));
        }
    }

    @Test
    void masksWhatIsLargeOctetForOctet() {
        byte[] plain = new byte[20_000];
        new Random(5).nextBytes(plain);
        ByteBuf in = Unpooled.directBuffer(plain.length).writeBytes(plain);
        for (int length : new int[] {127, 128, 129, 135, 1024, 8191, 8192, 8199, 16_384, 19_990}) {
            for (int from = 0; from < 9; from++) {
                ByteBuf out = Unpooled.directBuffer(plain.length).writeZero(3);
                int key = Mask.copy(in.readerIndex(from), out, length, 0x81_02_f3_44);
                byte[] expected = new byte[length];
                for (int i = 0; i < length; i++) {
                    expected[i] = (byte) (plain[from + i] ^ (0x81_02_f3_44 >>> (24 - 8 * (i % 4))));
                }
                assertThat(ByteBufUtil.getBytes(out, 3, length)).isEqualTo(expected);
                assertThat(key).isEqualTo(Mask.next(0x81_02_f3_44, length));
                assertThat(in.readerIndex()).isEqualTo(from + length);
                assertThat(out.readableBytes()).isEqualTo(3 + length);
                out.release();
            }
        }
        in.release();
    }

    @Test
    void tinyMessagesGrowToWhatTheyTake() {
        byte[] wire = concat(new byte[Greeting.SIZE], Hex.parse("00 00".repeat(5000)));
        assertThat(write(new FrameWriter(true, false), wire)).hasSize(5000 * 7);
        assertThat(Hex.of(write(new FrameWriter(false, false), wire)))
                .isEqualTo(Hex.of(Hex.parse("82 01 00".repeat(5000))));
    }

    @Test
    void twoFramesHaveTwoKeys() {
        byte[] wire = concat(new byte[Greeting.SIZE], Hex.parse("00 00 00 00"));
        byte[] masked = write(new FrameWriter(true, false), wire);
        assertThat(masked).hasSize(14);
        assertThat(Hex.of(masked).substring(4, 12)).isNotEqualTo(Hex.of(masked).substring(18, 26));
    }

    @Test
    void aPeerWithoutAMechanismGetsNoCommands() {
        for (int cut = 0; cut <= SENT.length; cut++) {
            assertThat(Hex.of(write(new FrameWriter(false, true), SENT, cut)))
                    .isEqualTo(Hex.of(Hex.parse(WRITTEN.substring("82 08 02 05 'READYx' ".length()))));
        }
    }

    @Test
    void aServersLargeBodyIsNotCopied() {
        FrameWriter writer = new FrameWriter(false, false);
        writer.write(
                        Unpooled.wrappedBuffer(new byte[Greeting.SIZE], Hex.parse("02 0000000000100000")),
                        UnpooledByteBufAllocator.DEFAULT)
                .release();
        ByteBuf body = Unpooled.buffer(1 << 20).writeZero(1 << 20);
        assertThat(writer.write(body, UnpooledByteBufAllocator.DEFAULT)).isSameAs(body);
        assertThat(writer.isBetweenFrames()).isTrue();
        body.release();
    }
}
