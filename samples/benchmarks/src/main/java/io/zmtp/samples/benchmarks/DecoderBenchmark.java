package io.zmtp.samples.benchmarks;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.Chunks;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameDecoder;
import io.zmtp.reactive.wire.FrameEncoder;
import io.zmtp.reactive.wire.Limits;
import io.zmtp.reactive.wire.MessageCursor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Octets to messages, in reads of 64 KiB; the score is reads. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecoderBenchmark {
    private static final int READ = 64 * 1024;

    /** The size of a message. */
    @Param({"10", "100", "1024", "16384", "1048576"})
    public int size;

    private ByteBuffer stream;
    private FrameDecoder decoder;
    private Cutter cutter;

    /** Makes whole messages of which no read holds a whole number, as it is on a network. */
    @Setup
    public void setUp() {
        Bytes wire = FrameEncoder.encode(Message.of(new byte[size]));
        int count = Math.max(4, 16 * READ / wire.size());
        stream = ByteBuffer.allocateDirect(count * wire.size());
        for (int i = 0; i < count; i++) {
            stream.put(wire.asByteBuffer());
        }
        stream.flip();
        decoder = new FrameDecoder(Limits.DEFAULT);
    }

    /** Finds the messages only. */
    @Benchmark
    public void decode(Blackhole hole) {
        read(new Dropper(hole));
    }

    /** Finds the messages and cuts each of them out. */
    @Benchmark
    public void decodeAndCut(Blackhole hole) {
        if (cutter == null) {
            cutter = new Cutter(hole);
        }
        read(cutter);
    }

    private void read(FrameDecoder.Output out) {
        if (!stream.hasRemaining()) {
            stream.clear();
        }
        int length = Math.min(READ, stream.remaining());
        decoder.decode(stream.slice(stream.position(), length), out);
        stream.position(stream.position() + length);
    }

    private static class Dropper implements FrameDecoder.Output {
        final Blackhole hole;

        Dropper(Blackhole hole) {
            this.hole = hole;
        }

        @Override
        public void messages(byte[] wire, int from, int to, int count) {
            hole.consume(count);
            Chunks.recycle(wire);
        }

        @Override
        public void message(List<Bytes> parts) {
            hole.consume(parts);
        }

        @Override
        public void frame(Frame frame) {
            hole.consume(frame);
        }
    }

    private static final class Cutter extends Dropper {
        private final MessageCursor cursor = new MessageCursor();

        Cutter(Blackhole hole) {
            super(hole);
        }

        @Override
        public void messages(byte[] wire, int from, int to, int count) {
            cursor.reset(wire, from, to);
            while (cursor.hasNext()) {
                hole.consume(cursor.next(null));
            }
            cursor.clear();
            Chunks.recycle(wire);
        }
    }
}
