package io.zmtp.reactive.test;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameEncoder;
import io.zmtp.reactive.wire.Greeting;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A peer of which the test decides every octet, legal or not: it writes what the script says, and compares what comes with
 * what is expected. It does not check what it writes, and sends nothing by itself.
 *
 * <p>Every step is cold: it happens when it is subscribed to, and steps are chained by {@code then}. If something else comes
 * than was expected, or nothing within {@link #PATIENCE} by the wall clock, a step fails with an {@link AssertionError} that
 * shows both in hexadecimal digits.
 *
 * @since 0.1
 */
public final class ScriptedPeer implements Disposable {

    /** How long a step waits for octets, in real and not in virtual time: 10 s. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Greeting NULL = Greeting.of("NULL", false);

    private final Received received;
    private final Consumer<byte[]> writer;
    private final Runnable closer;
    private final @Nullable Memory memory;

    ScriptedPeer(Received received, Consumer<byte[]> writer, Runnable closer, @Nullable Memory memory) {
        this.received = received;
        this.writer = writer;
        this.closer = closer;
        this.memory = memory;
    }

    // ---- the other side

    /** {@return a peer for one connection, without a port: see {@link #attach}} */
    public static ScriptedPeer inMemory() {
        Received received = new Received(PATIENCE);
        Memory memory = Memory.raw(received::add, () -> received.end("the other side closed"));
        return new ScriptedPeer(received, memory::write, memory::close, memory);
    }

    /**
     * Connects to a socket that binds.
     *
     * @param endpoint the endpoint of the socket, {@code tcp} only
     * @return emits the peer when TCP has connected
     */
    public static Mono<ScriptedPeer> connect(Endpoint endpoint) {
        return Loopback.connect(endpoint);
    }

    /** {@return a listener at a free port of the loopback interface, for sockets that connect} */
    public static ScriptedListener listen() {
        return new ScriptedListener();
    }

    /**
     * Connects a client with this peer, in memory.
     *
     * @param client the client under test
     * @return emits when the handshake has succeeded: the script has to write this side of it
     * @throws IllegalStateException if this peer is not one in memory
     */
    public Mono<ZmtpConnection> attach(ZmtpClient client) {
        if (memory == null) {
            throw new IllegalStateException(
                    "scripted peer: expected one in memory, but this one has a port, which a socket or a client has to connect to");
        }
        return memory.attach(client);
    }

    // ---- octets

    /** Writes these. */
    public Mono<Void> write(Bytes octets) {
        return Mono.fromRunnable(() -> writer.accept(octets.toByteArray()));
    }

    /** Writes these: two hexadecimal digits for each octet, blanks are skipped. */
    public Mono<Void> writeHex(String hex) {
        return write(Octets.parse(hex));
    }

    /** Writes these octet by octet. */
    public Mono<Void> writeSlowly(Bytes octets) {
        return Flux.range(0, octets.size())
                .concatMap(at -> write(octets.slice(at, at + 1)))
                .then();
    }

    /** The next octets, exactly so many. */
    public Mono<Bytes> read(int count) {
        return received.take(count);
    }

    /** Expects exactly these octets next. */
    public Mono<Void> expect(Bytes octets) {
        return expect("the next octets", octets);
    }

    /** As {@link #expect(Bytes)}: two hexadecimal digits for each octet, blanks are skipped. */
    public Mono<Void> expectHex(String hex) {
        return expect(Octets.parse(hex));
    }

    private Mono<Void> expect(String what, Bytes octets) {
        return read(octets.size())
                .flatMap(came -> came.equals(octets) ? Mono.empty() : Mono.error(Octets.differ(what, octets, came)));
    }

    // ---- frames, commands and messages

    /** Sends a frame. */
    public Mono<Void> send(Frame frame) {
        return write(frame.octets());
    }

    /** Sends a command. */
    public Mono<Void> send(Command command) {
        return send(command.frame());
    }

    /** Sends a message. */
    public Mono<Void> send(Message message) {
        return Mono.defer(() -> write(FrameEncoder.encode(message)));
    }

    /** The next frame. */
    public Mono<Frame> readFrame() {
        return read(1).flatMap(flags -> {
            boolean isLong = (flags.byteAt(0) & Frame.LONG) != 0;
            return read(isLong ? Long.BYTES : 1).flatMap(size -> {
                long count = isLong ? size.asByteBuffer().getLong() : size.byteAt(0) & 0xff;
                if (count < 0 || count > Integer.MAX_VALUE - 16) {
                    return Mono.error(new AssertionError(
                            "expected a frame that fits into an array, but it announces " + Long.toUnsignedString(count)
                                    + " octets: " + Octets.show(flags) + ", " + Octets.show(size)));
                }
                return read((int) count).map(body -> frame(flags, size, body));
            });
        });
    }

    private static Frame frame(Bytes flags, Bytes size, Bytes body) {
        ByteBuffer whole = ByteBuffer.allocate(1 + size.size() + body.size());
        whole.put(flags.asByteBuffer()).put(size.asByteBuffer()).put(body.asByteBuffer());
        Frame frame = Frame.read(whole.flip(), Integer.MAX_VALUE);
        if (frame == null) {
            throw new IllegalStateException("scripted peer: expected a whole frame, but octets are missing");
        }
        return frame;
    }

    /** The next frame, which must be a command of this name. */
    public Mono<Command> readCommand(String name) {
        return readFrame().flatMap(frame -> {
            Command command = frame.isCommand() ? Command.parse(frame) : null;
            return command != null && command.name().equals(name)
                    ? Mono.just(command)
                    : Mono.error(new AssertionError(
                            "expected the command " + name + ", but came " + Octets.show(frame.octets())));
        });
    }

    /** The next frames, which must be a message. */
    public Mono<Message> readMessage() {
        return Mono.defer(() -> {
            List<Bytes> parts = new ArrayList<>();
            return readFrame()
                    .flatMap(frame -> {
                        parts.add(frame.body());
                        return frame.isCommand()
                                ? Mono.error(new AssertionError(
                                        "expected a message, but came " + Octets.show(frame.octets())))
                                : Mono.just(frame);
                    })
                    .repeat()
                    .takeUntil(frame -> !frame.isMore())
                    .then(Mono.fromSupplier(() -> Message.of(parts)));
        });
    }

    /** Expects exactly this frame next. */
    public Mono<Void> expect(Frame frame) {
        return expect("the next frame", frame.octets());
    }

    /** Expects exactly this command next. */
    public Mono<Void> expect(Command command) {
        return expect("the command " + command.name(), command.frame().octets());
    }

    /** Expects exactly this message next. */
    public Mono<Void> expect(Message message) {
        return Mono.defer(() -> expect("the message " + message, FrameEncoder.encode(message)));
    }

    // ---- handshakes

    /** Sends a greeting, and reads the other side's. */
    public Mono<Greeting> greet(Greeting own) {
        return write(own.octets()).then(readGreeting());
    }

    /** The other side's greeting. */
    public Mono<Greeting> readGreeting() {
        return read(Greeting.SIZE).flatMap(octets -> {
            Greeting greeting = Greeting.read(octets.asByteBuffer());
            return greeting == null
                    ? Mono.error(new AssertionError("expected a greeting, but came " + Octets.show(octets)))
                    : Mono.just(greeting);
        });
    }

    /**
     * Goes through the whole handshake of NULL.
     *
     * @param own the socket type to announce
     * @return emits the properties of the other side's READY
     */
    public Mono<Metadata> handshake(SocketType own) {
        return handshake(Metadata.EMPTY.with(Metadata.SOCKET_TYPE, Bytes.utf8(own.name())));
    }

    /** As {@link #handshake(SocketType)}, with any properties in READY. */
    public Mono<Metadata> handshake(Metadata own) {
        return greet(NULL)
                .then(Mono.defer(() -> send(Command.ready(own))))
                .then(readCommand(Command.READY))
                .map(Command::metadata);
    }

    // ---- the end

    /** Expects the other side to close, and to write nothing before that was not read. */
    public Mono<Void> expectClosed() {
        return received.closed();
    }

    /** Closes the connection; the other side still receives what was written before. */
    @Override
    public void dispose() {
        closer.run();
    }
}
