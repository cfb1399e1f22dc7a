package io.zmtp.reactive.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A way to a port of this machine that cuts, delays, and resets connections now and then. */
public final class BadNetwork implements AutoCloseable {

    private final ServerSocket door;
    private final int target;
    private final int largestPiece;
    private final long longestDelayNanos;
    private final int resetsAfter;
    private final AtomicInteger resets = new AtomicInteger();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private BadNetwork(int target, int largestPiece, long longestDelayNanos, int resetsAfter) {
        try {
            this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        this.target = target;
        this.largestPiece = largestPiece;
        this.longestDelayNanos = longestDelayNanos;
        this.resetsAfter = resetsAfter;
        start(this::accept);
    }

    /** Passes everything on in pieces of a few octets, at random times. */
    public static BadNetwork thatCutsAndDelays(int target, int largestPiece, long longestDelayNanos) {
        return new BadNetwork(target, largestPiece, longestDelayNanos, Integer.MAX_VALUE);
    }

    /** Resets each connection, to both sides, after about so many octets of one direction. */
    public static BadNetwork thatResets(int target, int after) {
        return new BadNetwork(target, 8192, 0, after);
    }

    /** Passes everything on as it is, until it is cut. */
    public static BadNetwork untilCut(int target) {
        return new BadNetwork(target, 65_536, 0, Integer.MAX_VALUE);
    }

    /** Resets all connections of now, to both sides; further ones may come. */
    public void cut() {
        end(open.toArray(Socket[]::new));
    }

    /** Where to connect instead. */
    public String endpoint() {
        return "tcp://127.0.0.1:" + door.getLocalPort();
    }

    /** How many connections were reset. */
    public int resets() {
        return resets.get();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "bad network");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            for (int i = 0; ; i += 2) {
                Socket near = door.accept();
                Socket far = reach(near);
                if (far == null) {
                    continue;
                }
                open.addAll(List.of(near, far));
                int seed = i;
                start(() -> pass(near, far, new Random(seed)));
                start(() -> pass(far, near, new Random(seed + 1L)));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    /** The other half of a connection; null, and the first half reset, while nobody listens there. */
    private @Nullable Socket reach(Socket near) {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException refused) {
            end(near);
            return null;
        }
    }

    private void pass(Socket from, Socket to, Random random) {
        long left = resetsAfter == Integer.MAX_VALUE ? Long.MAX_VALUE : resetsAfter / 2 + random.nextInt(resetsAfter);
        try {
            from.setTcpNoDelay(true);
            to.setTcpNoDelay(true);
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] octets = new byte[largestPiece];
            for (int count; left > 0 && (count = in.read(octets, 0, 1 + random.nextInt(largestPiece))) >= 0; ) {
                left -= count;
                if (longestDelayNanos > 0) {
                    LockSupport.parkNanos((long) (random.nextDouble() * longestDelayNanos));
                }
                out.write(octets, 0, count);
            }
            if (left > 0) {
                to.shutdownOutput();
            } else {
                resets.incrementAndGet();
                end(from, to);
            }
        } catch (IOException gone) {
            end(from, to);
        }
    }

    private void end(Socket... both) {
        for (Socket each : both) {
            open.remove(each);
            try {
                each.setSoLinger(true, 0); // makes the close a reset
                each.close();
            } catch (IOException gone) {
                // by itself
            }
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            open.forEach(this::end);
        }
    }
}
