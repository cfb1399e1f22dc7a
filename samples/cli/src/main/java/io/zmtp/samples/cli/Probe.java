package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Greeting;
import io.zmtp.samples.cli.Values.Count;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zmtp monitor}: speaks just enough ZMTP to learn who is there, whatever type it is. */
@CommandLine.Command(
        name = "monitor",
        description = {
            "Connect to a peer, and show who it is and how fast it answers.",
            "",
            "Shows its greeting, what its READY tells of it, and the round trip of PINGs. A peer that wants PLAIN",
            "or CURVE shows its greeting only."
        },
        footerHeading = Help.EXAMPLES,
        footer = {"  zmtp monitor tcp://server:5555", "  zmtp monitor tcp://server:5555 --count 10"})
final class Probe implements Callable<Integer> {

    private static final Bytes CONTEXT = Bytes.utf8("zmtp");

    /** A peer that has not said after so long who it is waits until it knows who we are. */
    private static final Duration SHY = Duration.ofSeconds(1);

    /** What we are to a peer that waits, one after the other: first for those types of ours that do. */
    private static final List<SocketType> GUESSES = Stream.concat(
                    Stream.of(SocketType.DEALER, SocketType.PAIR, SocketType.CHANNEL),
                    Arrays.stream(SocketType.values()))
            .distinct()
            .toList();

    @Parameters(index = "0", paramLabel = "ENDPOINT", description = "Where the peer is: tcp:// or ipc:///path")
    private @Nullable Endpoint endpoint;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "How many PINGs, one a second. Default: 3")
    private @Nullable Count count;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "D",
            description = "End, with status 3, if the peer says nothing for so long. Default: 5s")
    private Duration timeout = Duration.ofSeconds(5);

    @Mixin
    private Help.Standard standard = new Help.Standard();

    private final Streams streams;
    private final PrintStream out;
    private WireReader reader = new WireReader();
    private boolean hasGreeted;
    private boolean awaitsReady;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);

    Probe(Streams streams) {
        this.streams = streams;
        this.out = new PrintStream(streams.out(), true, StandardCharsets.UTF_8);
    }

    @Override
    public Integer call() {
        Endpoint at = Objects.requireNonNull(endpoint);
        Plug.check("ENDPOINT", at);
        Values.checkPeer("ENDPOINT", at);
        Integer status = visit(at, null);
        for (Iterator<SocketType> guesses = GUESSES.iterator(); status == null; ) {
            if (!guesses.hasNext()) {
                throw Failure.failed(at + " waits for a READY, but talks to none of the types that are known");
            }
            status = visit(at, guesses.next());
        }
        return status;
    }

    /**
     * One connection.
     *
     * @param guess what we are; null to hear first what the peer is
     * @return the exit status; null if the peer wants us to be something else
     */
    private @Nullable Integer visit(Endpoint at, @Nullable SocketType guess) {
        reader = new WireReader();
        awaitsReady = false;
        Deadline deadline = new Deadline();
        try (SocketChannel channel = Plug.connect(at);
                Deadline.Watched watched = deadline.watch(channel, streams.stop())) {
            return probe(at, channel, watched, guess) ? 0 : null;
        } catch (IOException | ZmtpException e) {
            if (deadline.isStopped()) {
                return Main.INTERRUPTED;
            }
            if (awaitsReady && deadline.isOver() == (guess == null)) {
                return null;
            }
            throw deadline.isOver()
                    ? Failure.timeout(at + " said nothing within " + Text.of(timeout))
                    : Failure.failed(at + ": " + Reasons.of(e));
        }
    }

    /** Returns false if the peer wants us to be something else. */
    private boolean probe(Endpoint at, SocketChannel channel, Deadline.Watched watched, @Nullable SocketType guess)
            throws IOException {
        write(channel, Greeting.of(NullMechanism.NAME, false).octets());
        Greeting greeting = (Greeting) next(channel, watched, timeout);
        if (!hasGreeted) {
            hasGreeted = true;
            out.println("endpoint: " + at);
            out.println("version: " + greeting.major() + "." + greeting.minor());
            out.println("mechanism: " + greeting.mechanism());
            out.println("as-server: " + (greeting.asServer() ? "yes" : "no"));
        }
        if (!greeting.mechanism().equals(NullMechanism.NAME)) {
            return true;
        }
        // Most peers of NULL say who they are without having seen who we are; then we can be what they talk to.
        if (guess != null) {
            ready(channel, guess);
        }
        awaitsReady = true;
        Command ready = Command.parse((Frame) next(channel, watched, guess == null ? shorter(timeout, SHY) : timeout));
        if (ready.name().equals(Command.ERROR)) {
            if (guess != null && ready.errorReason().equals("invalid-socket-type")) {
                return false;
            }
            throw Failure.failed(at + " refuses: " + ready.errorReason());
        }
        Metadata properties = ready.metadata();
        SocketType type =
                properties.text(Metadata.SOCKET_TYPE).flatMap(SocketType::of).orElse(null);
        if (guess != null && type != null && !type.accepts(guess)) {
            return false;
        }
        awaitsReady = false;
        for (Map.Entry<String, Bytes> property : properties) {
            out.println("ready: " + property.getKey() + " = " + property.getValue());
        }
        if (type != null) {
            if (guess == null) {
                ready(channel, type.peers().iterator().next());
            }
            ping(channel, watched);
        }
        return true;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void ready(SocketChannel channel, SocketType ours) throws IOException {
        write(
                channel,
                Command.ready(Metadata.EMPTY.with(Metadata.SOCKET_TYPE, Bytes.utf8(ours.name())))
                        .frame()
                        .octets());
    }

    private void ping(SocketChannel channel, Deadline.Watched watched) throws IOException {
        long pings = count == null ? 3 : count.number();
        for (long i = 0; i < pings; i++) {
            if (i > 0) {
                watched.pause(Duration.ofSeconds(1));
            }
            long begun = System.nanoTime();
            write(channel, Command.ping(Duration.ZERO, CONTEXT).frame().octets());
            while (!isPong(next(channel, watched, timeout))) {
                // messages, subscriptions
            }
            out.println(String.format(Locale.ROOT, "ping: %.3f ms", (System.nanoTime() - begun) / 1e6));
        }
    }

    private static boolean isPong(Object item) {
        return item instanceof Frame frame
                && frame.isCommand()
                && Command.parse(frame).name().equals(Command.PONG);
    }

    private static void write(SocketChannel channel, Bytes octets) throws IOException {
        ByteBuffer all = octets.asByteBuffer();
        while (all.hasRemaining()) {
            channel.write(all);
        }
    }

    private Object next(SocketChannel channel, Deadline.Watched watched, Duration most) throws IOException {
        watched.begin(most);
        for (; ; ) {
            Object item = reader.next();
            if (item != null) {
                return item;
            }
            if (channel.read(buffer.clear()) < 0) {
                throw new IOException("the peer closed the connection");
            }
            reader.add(buffer.flip());
        }
    }
}
