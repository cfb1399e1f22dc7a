package io.zmtp.samples.benchmarks.raw;

import io.zmtp.samples.benchmarks.measure.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Connects PUSH, and writes the same messages for ever, many by one system call. */
final class Sending {
    private static final int BATCH = 256 * 1024;

    private Sending() {}

    static void run(Settings settings) throws IOException {
        ByteBuffer message = Wire.message(settings.parts(), settings.payload());
        int count = Math.max(1, BATCH / message.remaining());
        ByteBuffer batch = ByteBuffer.allocateDirect(count * message.remaining());
        for (int i = 0; i < count; i++) {
            batch.put(message.duplicate());
        }
        try (SocketChannel channel = Wire.connect(settings, "PUSH")) {
            for (; ; ) {
                Wire.writeAll(channel, batch.clear());
            }
        }
    }
}
