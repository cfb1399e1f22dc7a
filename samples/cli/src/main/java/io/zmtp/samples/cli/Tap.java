package io.zmtp.samples.cli;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code zmtp tap}: two threads a connection, each of which copies one way and tells what it copied. */
@Command(
        name = "tap",
        description = {
            "Stand between two peers and print what they say, frame by frame.",
            "",
            "Every connection to LISTEN is continued to TARGET. > is what goes to TARGET, < what comes back.",
            "What CURVE encrypts, and what TLS does, stays so."
        },
        footerHeading = Help.EXAMPLES,
        footer = {"  zmtp tap 'tcp://*:6000' tcp://server:5555"})
final class Tap implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "LISTEN", description = "Where the one peer connects to.")
    private @Nullable Endpoint listen;

    @Parameters(index = "1", paramLabel = "TARGET", description = "Where the other peer is.")
    private @Nullable Endpoint target;

    @Mixin
    private Help.Standard standard = new Help.Standard();

    private final Streams streams;
    private final AtomicInteger connections = new AtomicInteger();
    private final PrintStream out;

    Tap(Streams streams) {
        this.streams = streams;
        this.out = new PrintStream(streams.out(), true, StandardCharsets.UTF_8);
    }

    @Override
    public Integer call() {
        Endpoint from = Objects.requireNonNull(listen);
        Endpoint to = Objects.requireNonNull(target);
        Plug.check("LISTEN", from);
        Plug.check("TARGET", to);
        Values.checkPeer("TARGET", to);
        try (ServerSocketChannel server = Plug.listen(from)) {
            out.println("listening on "
                    + (from.anyPort()
                            ? from.withPort(((InetSocketAddress) server.getLocalAddress()).getPort())
                            : from));
            begin("accept", () -> accept(server, to));
            streams.stop().block();
            return Main.INTERRUPTED;
        } catch (IOException e) {
            throw Failure.failed("cannot listen on " + from + ": " + Reasons.of(e));
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private void begin(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException ended) {
                        // the other thread of the connection tells, or the tool ends
                    }
                },
                "zmtp-tap-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept(ServerSocketChannel server, Endpoint to) throws IOException {
        for (; ; ) {
            SocketChannel client = server.accept();
            String number = "#" + connections.incrementAndGet();
            try {
                SocketChannel peer = Plug.connect(to);
                out.println(number + " - opened");
                begin(number + ">", () -> copy(number + " > ", client, peer));
                begin(number + "<", () -> copy(number + " < ", peer, client));
            } catch (IOException e) {
                out.println(number + " - " + to + ": " + Reasons.of(e));
                client.close();
            }
        }
    }

    private void copy(String direction, SocketChannel from, SocketChannel to) throws IOException {
        WireReader reader = new WireReader();
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        boolean readable = true;
        try (from;
                to) {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                readable = readable && tell(direction, reader, buffer.duplicate());
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } finally {
            out.println(direction + "closed");
        }
    }

    private boolean tell(String direction, WireReader reader, ByteBuffer octets) {
        try {
            reader.add(octets);
            for (Object item; (item = reader.next()) != null; ) {
                out.println(direction + WireText.of(item));
            }
            return true;
        } catch (ZmtpException e) {
            out.println(direction + "no ZMTP from here on: " + e.getMessage());
            return false;
        }
    }
}
