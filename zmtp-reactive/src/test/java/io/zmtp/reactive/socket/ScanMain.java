package io.zmtp.reactive.socket;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.monitor.MonitorEvent.HandshakeFailed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A port scan of a socket of each type that nobody receives from: prints how much more of the heap is in use after it. To be
 * run by hand, with the test class path; the argument is the number of connections to each, 20,000 if there is none.
 */
final class ScanMain {

    private ScanMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int count = arguments.length == 0 ? 20_000 : Integer.parseInt(arguments[0]);
        List<ZmtpSocket> sockets = new ArrayList<>(ComeAndGoTests.types()
                .map(type -> type.apply(options -> options))
                .toList());
        for (ZmtpSocket socket : sockets) {
            scan(socket, socket.bindNow("tcp://127.0.0.1:*"), 200); // what is made once is there
        }
        long first = inUse();
        long before = first;
        for (ZmtpSocket socket : sockets) {
            long started = System.nanoTime();
            scan(socket, socket.endpoints().get(0), count);
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
            long after = inUse();
            System.out.printf(
                    "%-8s %d connections, %d s: %+d KiB%n", socket.type(), count, seconds, (after - before) / 1024);
            before = after;
        }
        System.out.printf("all: %+d KiB of %d KiB%n", (before - first) / 1024, first / 1024);
        System.exit(0);
    }

    /** Connects and resets so often, and waits until the socket has seen it all. */
    private static void scan(ZmtpSocket socket, Endpoint at, int count) throws IOException, InterruptedException {
        CountDownLatch failed = new CountDownLatch(count);
        var watching = socket.monitor().ofType(HandshakeFailed.class).subscribe(event -> failed.countDown());
        for (int i = 0; i < count; i++) {
            try (SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", at.port()))) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            while (i - (count - failed.getCount()) > 500) {
                TimeUnit.MILLISECONDS.sleep(1); // no faster than they are accepted
            }
        }
        if (!failed.await(60, TimeUnit.SECONDS)) {
            System.out.println(socket.type() + ": " + failed.getCount() + " were not seen to end");
        }
        watching.dispose();
    }

    private static long inUse() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
