package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTests {
    private static final Command PING = Command.ping(Duration.ofSeconds(1), Bytes.utf8("ctx"));

    /** Octets on the wire, and what they are. */
    private record Wire(String name, byte[] octets, List<String> events) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Messages, and frames of commands or parts, one after another. */
    private static Wire wire(String name, Object... items) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        List<String> events = new ArrayList<>();
        List<Bytes> parts = new ArrayList<>();
        for (Object item : items) {
            if (item instanceof Message message) {
                octets.writeBytes(FrameEncoder.encode(message).toByteArray());
                events.add(Decoded.text(message));
            } else if (item instanceof Frame frame) {
                octets.writeBytes(frame.octets().toByteArray());
                if (frame.isCommand()) {
                    events.add(Decoded.text(frame));
                } else {
                    parts.add(frame.body());
                    if (!frame.isMore()) {
                        events.add(Decoded.text(Message.of(parts)));
                        parts.clear();
                    }
                }
            }
        }
        return new Wire(name, octets.toByteArray(), events);
    }

    private static Bytes body(int size) {
        byte[] octets = new byte[size];
        new Random(size).nextBytes(octets);
        return Bytes.wrap(octets);
    }

    private static Frame part(String text) {
        return Frame.of(Bytes.utf8(text), true);
    }

    private static Frame last(String text) {
        return Frame.of(Bytes.utf8(text), false);
    }

    static Stream<Wire> shortStreams() {
        Frame ping = PING.frame();
        return Stream.of(
                wire("one message", Message.of("hello")),
                wire("an empty message", Message.of("")),
                wire("many messages", Message.of("a"), Message.of("bc"), Message.of(""), Message.of("d")),
                wire("parts", Message.of("a", "", "b"), Message.of("", ""), Message.of("c")),
                wire("a command", ping),
                wire("commands around", ping, Message.of("a"), ping, ping, Message.of("b", "c"), ping),
                wire("commands within", part("a"), ping, part(""), ping, last("b"), Message.of("c")),
                wire("a command after some", Message.of("a"), Message.of("b"), part("c"), ping, last("d")),
                wire("an empty command", Frame.command(Bytes.EMPTY), Message.of("a")),
                wire("long and small", new Frame((byte) 2, Bytes.utf8("a")), new Frame((byte) 6, Bytes.hex("0141"))));
    }

    static Stream<Wire> longStreams() {
        Frame large = Frame.command(Bytes.utf8("\u0001A" + "x".repeat(5_000)));
        return Stream.of(
                wire("255 and 256", Message.of(body(255), body(256)), Message.of(body(256)), Message.of(body(255))),
                wire("1 KiB", Message.of(body(1023)), Message.of(body(1024)), Message.of(body(1025), body(1026))),
                wire("4 KiB and more", Message.of(body(4_096)), Message.of(body(4_097)), Message.of("a")),
                wire("a large command", Message.of("a"), large, part("b"), large, last("c"), Message.of("d")),
                wire("large parts", Message.of(body(2_000), Bytes.EMPTY, body(3_000)), PING.frame(), Message.of("a")));
    }

    static Stream<Wire> hugeStreams() {
        return Stream.of(
                wire("64 KiB + 1", Message.of("a"), Message.of(body(65_537)), Message.of("b")),
                wire(
                        "1 MiB of parts",
                        Message.of("a"),
                        Message.of(body(1 << 19), Bytes.EMPTY, body(1 << 19)),
                        PING.frame()),
                wire(
                        "many small",
                        Stream.generate(() -> Message.of(body(10)))
                                .limit(20_000)
                                .toArray()));
    }

    static Stream<Wire> allStreams() {
        return Stream.of(shortStreams(), longStreams(), hugeStreams()).flatMap(streams -> streams);
    }

    private static FrameDecoder decoder() {
        return new FrameDecoder(Limits.DEFAULT);
    }

    @ParameterizedTest
    @MethodSource("allStreams")
    void decodesAStreamInOnePiece(Wire wire) {
        FrameDecoder decoder = decoder();
        assertThat(Decoded.decode(decoder, wire.octets)).isEqualTo(wire.events);
        assertThat(decoder.idle()).isTrue();
        assertThat(decoder.held()).isZero();
    }

    @ParameterizedTest
    @MethodSource({"shortStreams", "longStreams"})
    void decodesAStreamCutAtAnyOctet(Wire wire) {
        for (int cut = 0; cut <= wire.octets.length; cut++) {
            assertThat(Decoded.decode(decoder(), wire.octets, cut))
                    .as("cut at %s", cut)
                    .isEqualTo(wire.events);
        }
    }

    @ParameterizedTest
    @MethodSource("shortStreams")
    void decodesAStreamCutAtAnyTwoOctets(Wire wire) {
        for (int first = 0; first <= wire.octets.length; first++) {
            for (int second = 0; second <= wire.octets.length - first; second++) {
                assertThat(Decoded.decode(decoder(), wire.octets, first, second))
                        .as("cut at %s and %s", first, first + second)
                        .isEqualTo(wire.events);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("allStreams")
    void decodesAStreamOctetByOctet(Wire wire) {
        FrameDecoder decoder = decoder();
        Decoded decoded = new Decoded();
        for (byte octet : wire.octets) {
            decoder.decode(ByteBuffer.wrap(new byte[] {octet}), decoded);
        }
        assertThat(decoded.events).isEqualTo(wire.events);
        assertThat(decoder.idle()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("allStreams")
    void decodesAStreamCutAtRandom(Wire wire) {
        Random random = new Random(37);
        for (int run = 0; run < 50; run++) {
            FrameDecoder decoder = decoder();
            Decoded decoded = new Decoded();
            ByteBuffer in = ByteBuffer.allocateDirect(wire.octets.length)
                    .put(wire.octets)
                    .flip();
            while (in.position() < wire.octets.length) {
                int size = 1 + random.nextInt(random.nextBoolean() ? 20 : 100_000);
                decoder.decode(in.limit(Math.min(in.position() + size, wire.octets.length)), decoded);
            }
            assertThat(decoded.events).isEqualTo(wire.events);
        }
    }

    @ParameterizedTest
    @MethodSource({"shortStreams", "longStreams"})
    void whatIsLeftOverContinuesInAnotherDecoder(Wire wire) {
        List<String> whole = Decoded.decode(decoder(), wire.octets);
        for (int cut = 0; cut <= wire.octets.length; cut++) {
            FrameDecoder first = decoder();
            Decoded decoded = new Decoded();
            first.decode(ByteBuffer.wrap(wire.octets, 0, cut), decoded);
            FrameDecoder second = decoder();
            second.decode(ByteBuffer.wrap(first.leftover()), decoded);
            second.decode(ByteBuffer.wrap(wire.octets, cut, wire.octets.length - cut), decoded);
            assertThat(decoded.events).as("cut at %s", cut).isEqualTo(whole);
        }
    }

    @Test
    void isIdleBetweenMessagesOnly() {
        Wire wire = wire("two", Message.of("a", "b"), Message.of(body(2_000)));
        int boundary = 6;
        for (int cut = 0; cut <= wire.octets.length; cut++) {
            FrameDecoder decoder = decoder();
            decoder.decode(ByteBuffer.wrap(wire.octets, 0, cut), new Decoded());
            boolean between = cut == 0 || cut == boundary || cut == wire.octets.length;
            assertThat(decoder.idle()).as("after %s", cut).isEqualTo(between);
        }
    }

    @Test
    void handsOutWholeMessagesTogether() {
        Decoded decoded = new Decoded();
        byte[] wire = wire("three", Message.of("a"), Message.of("b", "c"), Message.of("d")).octets;
        decoder().decode(ByteBuffer.wrap(wire), decoded);
        assertThat(decoded.runs).isEqualTo(1);
        assertThat(decoded.assembled).isZero();
    }

    @Test
    void assemblesOnlyWhatDoesNotEndInItsPiece() {
        Decoded decoded = new Decoded();
        byte[] wire = wire("three", Message.of("a"), Message.of("b", "c"), Message.of("d")).octets;
        FrameDecoder decoder = decoder();
        decoder.decode(ByteBuffer.wrap(wire, 0, 7), decoded);
        decoder.decode(ByteBuffer.wrap(wire, 7, wire.length - 7), decoded);
        assertThat(decoded.runs).isEqualTo(2);
        assertThat(decoded.assembled).isEqualTo(1);
    }

    @Test
    void aFloodOfCommandsBetweenMessagesIsNotQuadratic() {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        int count = 100_000;
        for (int index = 0; index < count; index++) {
            flood.writeBytes(new byte[] {0, 0, 4, 2, 1, 'A'});
        }
        long[] held = {0, 0};
        decoder().decode(ByteBuffer.wrap(flood.toByteArray()), new FrameDecoder.Output() {
            @Override
            public void messages(byte[] wire, int from, int to, int messages) {
                held[0] += messages;
                held[1] += wire.length;
            }

            @Override
            public void message(List<Bytes> parts) {
                throw new AssertionError();
            }

            @Override
            public void frame(Frame frame) {}
        });
        assertThat(held[0]).isEqualTo(count);
        assertThat(held[1]).isLessThan(3L * flood.size());
    }

    @Test
    void aShortRunDoesNotHoldALargeArray() {
        byte[] wire = wire("small, then large", Message.of("a"), Message.of(body(60_000))).octets;
        int[] length = new int[1];
        decoder().decode(ByteBuffer.wrap(wire, 0, 30_000), new FrameDecoder.Output() {
            @Override
            public void messages(byte[] run, int from, int to, int messages) {
                length[0] = run.length;
            }

            @Override
            public void message(List<Bytes> parts) {}

            @Override
            public void frame(Frame frame) {}
        });
        assertThat(length[0]).isEqualTo(3);
    }

    @Test
    void isOfNoMoreUseAfterAnError() {
        FrameDecoder decoder = decoder();
        assertThatExceptionOfType(ZmtpProtocolException.class)
                .isThrownBy(() -> Decoded.decode(decoder, Bytes.hex("0500").toByteArray()));
        assertThatIllegalStateException().isThrownBy(() -> Decoded.decode(decoder, new byte[2]));
    }

    @Test
    void handsOutWhatCameBeforeAnError() {
        byte[] wire = Bytes.hex("000161" + "04020141" + "000162" + "0500").toByteArray();
        for (int cut = 0; cut < wire.length; cut++) {
            Decoded decoded = new Decoded();
            FrameDecoder decoder = decoder();
            ByteBuffer first = ByteBuffer.wrap(wire, 0, cut);
            ByteBuffer second = ByteBuffer.wrap(wire, cut, wire.length - cut);
            assertThatExceptionOfType(ZmtpProtocolException.class).isThrownBy(() -> {
                decoder.decode(first, decoded);
                decoder.decode(second, decoded);
            });
            assertThat(decoded.events).containsExactly("[61]", "(04 0141)", "[62]");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1_000_000})
    void anyMutationGivesMessagesOrOneError(int pieces) {
        Random random = new Random(pieces);
        List<Wire> wires = Stream.concat(shortStreams(), longStreams()).toList();
        Limits limits = new Limits(1 << 20, 100);
        for (int run = 0; run < 5_000; run++) {
            byte[] octets = wires.get(random.nextInt(wires.size())).octets.clone();
            for (int mutation = random.nextInt(8); mutation >= 0; mutation--) {
                octets[random.nextInt(octets.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(8));
            }
            FrameDecoder decoder = new FrameDecoder(limits);
            Decoded decoded = new Decoded();
            int size = Math.max(1, octets.length / pieces);
            try {
                for (int at = 0; at < octets.length; at += size) {
                    decoder.decode(ByteBuffer.wrap(octets, at, Math.min(size, octets.length - at)), decoded);
                    assertThat(decoder.held()).isLessThanOrEqualTo(octets.length);
                    assertThat(decoder.body.octets().length).isLessThanOrEqualTo(Math.max(4_096, 2 * octets.length));
                }
            } catch (ZmtpProtocolException expected) {
                assertThatIllegalStateException().isThrownBy(() -> Decoded.decode(decoder, octets));
            }
        }
    }
}
