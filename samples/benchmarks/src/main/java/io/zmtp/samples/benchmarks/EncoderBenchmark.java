package io.zmtp.samples.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.Chunks;
import io.zmtp.reactive.wire.FrameEncoder;
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

/** Messages to octets; the score is arrays of 64 KiB filled. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EncoderBenchmark {
    private static final int FULL = 64 * 1024;

    /** The size of a message. */
    @Param({"10", "100", "1024", "16384"})
    public int size;

    private Message message;
    private int wireSize;
    private byte[] array;

    /** Makes the message. */
    @Setup
    public void setUp() {
        message = Message.of(new byte[size]);
        wireSize = (int) FrameEncoder.size(message);
        array = new byte[FULL];
    }

    /** Encodes into one array, again and again. */
    @Benchmark
    public int write() {
        return fill(array);
    }

    /** As a connection does: into an array of the pool under a lock for each message, then into a buffer. */
    @Benchmark
    public int stage() {
        byte[] staging = Chunks.take(FULL);
        int length = 0;
        while (length + wireSize <= FULL) {
            synchronized (this) {
                length = FrameEncoder.write(message, staging, length);
            }
        }
        ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(length);
        buffer.writeBytes(staging, 0, length);
        Chunks.recycle(staging);
        buffer.release();
        return length;
    }

    private int fill(byte[] target) {
        int length = 0;
        while (length + wireSize <= FULL) {
            length = FrameEncoder.write(message, target, length);
        }
        return length;
    }
}
