package io.zmtp.reactive.testing;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** All that is in the memory of this process at one moment, arrays that nobody holds any more among it. */
public final class HeapDump {
    private final Path file;

    private HeapDump(Path file) {
        this.file = file;
    }

    /** Writes one; less comes together when {@link System#gc()} was called a little before. */
    public static HeapDump take(Path folder) {
        try {
            Path file = folder.resolve(System.nanoTime() + ".hprof");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file.toString(), false);
            return new HeapDump(file);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** How often these octets, four at least, are in it: one number each. */
    public int[] count(List<byte[]> wanted) throws IOException {
        int[] found = new int[wanted.size()];
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            for (long from = 0; from < size; from += 1 << 30) {
                // Overlapping, for what lies across the border.
                count(channel.map(MapMode.READ_ONLY, from, Math.min((1 << 30) + 31, size - from)), wanted, found);
            }
        }
        return found;
    }

    private static void count(ByteBuffer dump, List<byte[]> wanted, int[] found) {
        boolean[] starts = new boolean[1 << 16];
        for (byte[] each : wanted) {
            starts[ByteBuffer.wrap(each).getShort() & 0xffff] = true;
        }
        int before = dump.get(0) & 0xff;
        for (int at = 1; at < dump.limit(); at++) {
            int octet = dump.get(at) & 0xff;
            if (starts[before << 8 | octet]) {
                for (int i = 0; i < found.length; i++) {
                    byte[] each = wanted.get(i);
                    if (at - 1 + each.length <= dump.limit()
                            && dump.slice(at - 1, each.length).equals(ByteBuffer.wrap(each))) {
                        found[i]++;
                    }
                }
            }
            before = octet;
        }
    }

    public void delete() throws IOException {
        Files.delete(file);
    }
}
