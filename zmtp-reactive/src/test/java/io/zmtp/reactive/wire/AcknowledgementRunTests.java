package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcknowledgementRunTests {

    /** What was heard, each acknowledgement for itself, and how many came in runs. */
    private static final class Heard implements FrameDecoder.Output {
        final List<String> all = new ArrayList<>();
        int inRuns;

        @Override
        public void messages(byte[] wire, int from, int to, int count) {
            all.add(count + " messages");
        }

        @Override
        public void message(List<Bytes> parts) {
            all.add("1 messages");
        }

        @Override
        public void frame(Frame frame) {
            Acknowledgement one = Acknowledgement.read(frame);
            all.add(one == null ? frame.body().utf8() : one.kind() + " " + one.digest() + one.text());
        }

        @Override
        public void acknowledgements(AcknowledgementRun run) {
            inRuns += run.digests().length;
            for (long digest : run.digests()) {
                all.add(run.kind() + " " + digest);
            }
        }
    }

    private final byte[] wire = new byte[1000];
    private int length;
    private final List<String> expected = new ArrayList<>();

    private void add(Kind kind, long... digests) {
        for (long digest : digests) {
            length = Acknowledgement.write(kind, digest, wire, length);
            expected.add(kind + " " + digest);
        }
    }

    private void add(Bytes octets, String text) {
        octets.copyTo(0, wire, length, octets.size());
        length += octets.size();
        expected.add(text);
    }

    private void addAll() {
        add(Kind.ACK, 1, 2, Long.MIN_VALUE, -1);
        add(Acknowledgement.nack(7, 1, "no"), "NACK 7no");
        add(Kind.ACK, 3);
        add(Kind.COMP, 4, 5);
        add(Kind.CLR, 6, 6, 6);
        add(FrameEncoder.encode(Message.of("text")), "1 messages");
        add(Kind.ACK, 8, 9);
    }

    @Test
    void acknowledgementsOfOneKindComeTogether() {
        addAll();
        Heard heard = new Heard();
        new FrameDecoder(Limits.DEFAULT).decode(ByteBuffer.wrap(wire, 0, length), heard);
        assertThat(heard.all).isEqualTo(expected);
        assertThat(heard.inRuns).isEqualTo(11);
    }

    @Test
    void theyAreTheSameWhereverTheReadsCutThem() {
        addAll();
        for (int cut = 1; cut < length; cut++) {
            Heard heard = new Heard();
            FrameDecoder decoder = new FrameDecoder(Limits.DEFAULT);
            decoder.decode(ByteBuffer.wrap(wire, 0, cut), heard);
            decoder.decode(ByteBuffer.wrap(wire, cut, length - cut), heard);
            assertThat(heard.all).as("cut at %d", cut).isEqualTo(expected);
        }
    }

    @Test
    void anotherAlgorithmOrSizeIsNoRun() {
        add(Kind.ACK, 1, 2);
        int second = length / 2;
        for (int at : new int[] {second, second + 1, second + 2, second + 3, second + 6}) {
            byte[] changed = Arrays.copyOf(wire, length);
            changed[at] ^= 1;
            assertThat(AcknowledgementRun.read(changed, 0, length)).isNull();
        }
        assertThat(AcknowledgementRun.read(wire, 0, length)).isNotNull();
        assertThat(AcknowledgementRun.read(wire, 0, length - 1)).isNull();
    }

    @Test
    void anOutputThatKnowsNoRunsTakesTheFrames() {
        addAll();
        Heard whole = new Heard();
        new FrameDecoder(Limits.DEFAULT).decode(ByteBuffer.wrap(wire, 0, length), new FrameDecoder.Output() {
            @Override
            public void messages(byte[] wire, int from, int to, int count) {
                whole.messages(wire, from, to, count);
            }

            @Override
            public void message(List<Bytes> parts) {
                whole.message(parts);
            }

            @Override
            public void frame(Frame frame) {
                whole.frame(frame);
            }
        });
        assertThat(whole.all).isEqualTo(expected);
    }
}
