package io.zmtp.reactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * A peer whose every octet the test decides, polite or hostile: {@link #connect} or {@link #listen()}, then write and
 * expect. It knows what ZMTP 3.1 looks like but checks nothing on the way out. Everything waits at most 30 s unless
 * told otherwise, and fails with an {@link AssertionError} that shows the octets. For one thread.
 *
 * <p>Hex strings may contain {@code 'quoted ASCII'}, see {@link Hex#parse}.
 */
public final class RawPeer implements AutoCloseable {
    /** How long everything waits. */
    public static final Duration TIMEOUT = Duration.ofSeconds(30);

    public static final int MORE = 1;
    public static final int LONG = 2;
    public static final int COMMAND = 4;

    private static final int GREETING_BYTES = 64;

    private final RawChannel channel;

    RawPeer(RawChannel channel) {
        this.channel = channel;
    }

    /** A frame: its flags octet as it came, and its body. */
    public record Frame(int flags, byte[] body) {
        /** {@code flags: body} in hex, to compare with. */
        @Override
        public String toString() {
            return String.format("%02x: %s", flags, Hex.of(body));
        }
    }

    /** A greeting: the 64 octets, and what they say. */
    public record Greeting(byte[] octets) {
        public int major() {
            return octets[10];
        }

        public int minor() {
            return octets[11];
        }

        public String mechanism() {
            return new String(octets, 12, 20, StandardCharsets.US_ASCII).replace("\0", "");
        }

        public boolean asServer() {
            return octets[32] != 0;
        }
    }

    public static RawPeer connect(String host, int port) {
        return connect(host, port, TIMEOUT);
    }

    public static RawPeer connect(String host, int port, Duration timeout) {
        return new RawPeer(RawChannel.connect(new InetSocketAddress(host, port), timeout));
    }

    /** Connects to a Unix domain socket. */
    public static RawPeer connect(Path path) {
        return new RawPeer(RawChannel.connect(UnixDomainSocketAddress.of(path), TIMEOUT));
    }

    /** Connects to {@code tcp://host:port} or {@code ipc://path}. */
    public static RawPeer connect(String endpoint) {
        if (endpoint.startsWith("ipc://")) {
            return connect(Path.of(endpoint.substring("ipc://".length())));
        }
        int colon = endpoint.lastIndexOf(':');
        return connect(endpoint.substring("tcp://".length(), colon), Integer.parseInt(endpoint.substring(colon + 1)));
    }

    /** Listens at a free port of 127.0.0.1. */
    public static RawListener listen() {
        return RawListener.onLoopback();
    }

    /** Listens at a Unix domain path; closing the listener deletes it. */
    public static RawListener listen(Path path) {
        return new RawListener(UnixDomainSocketAddress.of(path));
    }

    /** Writes all of this at once. */
    public RawPeer write(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.writeBytes(piece);
        }
        channel.write(all.toByteArray());
        return this;
    }

    public RawPeer write(String hex) {
        return write(Hex.parse(hex));
    }

    /** Writes octet by octet, each its own system call without Nagle's delay, so most come in segments of their own. */
    public RawPeer writeSlowly(byte[] bytes) {
        for (byte octet : bytes) {
            channel.write(new byte[] {octet});
        }
        return this;
    }

    /** Writes until the other side stops reading, and takes nothing for this long; how many octets it took. */
    public int writeUntilStuck(byte[] bytes, Duration patience) {
        return channel.writeUntilStuck(bytes, patience);
    }

    /** Exactly so many octets. */
    public byte[] read(int count) {
        return channel.read(count);
    }

    /** Reads as many octets as these, and fails unless they are the same. */
    public RawPeer expect(String hex) {
        byte[] expected = Hex.parse(hex);
        assertThat(Hex.dump(read(expected.length)))
                .as("the next %d octets", expected.length)
                .isEqualTo(Hex.dump(expected));
        return this;
    }

    /** The next frame, long or short. */
    public Frame readFrame() {
        int flags = Byte.toUnsignedInt(read(1)[0]);
        long size = (flags & LONG) == 0
                ? Byte.toUnsignedInt(read(1)[0])
                : ByteBuffer.wrap(read(8)).getLong();
        if (size < 0 || size > Integer.MAX_VALUE - 8) {
            throw new AssertionError(String.format("a frame (flags %02x) announces %d octets", flags, size));
        }
        return new Frame(flags, read((int) size));
    }

    /** Writes a frame: the long form above 255 octets, else the flags as they are. */
    public RawPeer writeFrame(int flags, byte[] body) {
        return write(frame(flags, body));
    }

    /** Writes a frame in the long form, however short. */
    public RawPeer writeLongFrame(int flags, byte[] body) {
        return write(longFrame(flags, body));
    }

    /** Writes one message of these parts (UTF-8), a frame each. */
    public RawPeer writeMessage(String... parts) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < parts.length; i++) {
            frames.writeBytes(frame(i < parts.length - 1 ? MORE : 0, parts[i].getBytes(StandardCharsets.UTF_8)));
        }
        return write(frames.toByteArray());
    }

    /** The octets of a frame: the long form above 255 octets, else the flags as they are. */
    public static byte[] frame(int flags, byte[] body) {
        return body.length > 255
                ? longFrame(flags, body)
                : ByteBuffer.allocate(2 + body.length)
                        .put((byte) flags)
                        .put((byte) body.length)
                        .put(body)
                        .array();
    }

    /** The octets of a frame in the long form. */
    public static byte[] longFrame(int flags, byte[] body) {
        return ByteBuffer.allocate(9 + body.length)
                .put((byte) (flags | LONG))
                .putLong(body.length)
                .put(body)
                .array();
    }

    /** The octets of a command's frame: its name, then its data. */
    public static byte[] command(String name, byte[]... data) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(name.length());
        body.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        for (byte[] piece : data) {
            body.writeBytes(piece);
        }
        return frame(COMMAND, body.toByteArray());
    }

    /** The octets of one property, as READY and INITIATE carry them. */
    public static byte[] property(String name, byte[] value) {
        return ByteBuffer.allocate(1 + name.length() + 4 + value.length)
                .put((byte) name.length())
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .putInt(value.length)
                .put(value)
                .array();
    }

    /** The 64 octets of a greeting, version 3 and this minor. */
    public static byte[] greeting(String mechanism, boolean asServer, int minor) {
        byte[] octets = new byte[GREETING_BYTES];
        octets[0] = (byte) 0xFF;
        octets[9] = 0x7F;
        octets[10] = 3;
        octets[11] = (byte) minor;
        byte[] name = mechanism.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, octets, 12, name.length);
        octets[32] = (byte) (asServer ? 1 : 0);
        return octets;
    }

    public RawPeer sendGreeting(String mechanism, boolean asServer, int minor) {
        return write(greeting(mechanism, asServer, minor));
    }

    /** The other side's greeting; fails unless it is one of version 3 or later. */
    public Greeting expectGreeting() {
        byte[] octets = read(GREETING_BYTES);
        if (octets[0] != (byte) 0xFF || (octets[9] & 1) == 0 || octets[10] < 3) {
            throw new AssertionError("not a greeting of ZMTP 3: " + Hex.dump(octets));
        }
        return new Greeting(octets);
    }

    public RawPeer sendCommand(String name, byte[]... data) {
        return write(command(name, data));
    }

    /** The data of the next frame, which must be this command. */
    public byte[] expectCommand(String name) {
        Frame frame = readFrame();
        byte[] start = Hex.parse(String.format("%02x '%s'", name.length(), name));
        if ((frame.flags() & COMMAND) == 0
                || frame.body().length < start.length
                || !Arrays.equals(start, Arrays.copyOf(frame.body(), start.length))) {
            throw new AssertionError(String.format(
                    "expected the command %s, got a frame with flags %02x, %s",
                    name, frame.flags(), Hex.dump(frame.body())));
        }
        return Arrays.copyOfRange(frame.body(), start.length, frame.body().length);
    }

    /** Sends READY with the socket type and then these properties. */
    public RawPeer sendReady(String socketType, Map<String, byte[]> more) {
        ByteArrayOutputStream properties = new ByteArrayOutputStream();
        properties.writeBytes(property("Socket-Type", socketType.getBytes(StandardCharsets.US_ASCII)));
        more.forEach((name, value) -> properties.writeBytes(property(name, value)));
        return sendCommand("READY", properties.toByteArray());
    }

    public RawPeer sendReady(String socketType) {
        return sendReady(socketType, Map.of());
    }

    /** Greets with NULL and 3.1 and exchanges READY; returns the properties of the other side's READY. */
    public byte[] handshakeNull(String mySocketType) {
        sendGreeting("NULL", false, 1);
        expectGreeting();
        sendReady(mySocketType);
        return expectCommand("READY");
    }

    /** Whether the other side closes or resets within this time; what comes before is thrown away. */
    public boolean awaitClosed(Duration timeout) {
        return channel.drain(timeout, new ByteArrayOutputStream());
    }

    /** Everything that comes until the other side closes, at most for this time. */
    public byte[] readAll(Duration timeout) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        channel.drain(timeout, all);
        return all.toByteArray();
    }

    /** Says that nothing more comes, and goes on reading. */
    public RawPeer shutdownOutput() {
        channel.shutdownOutput();
        return this;
    }

    /** Closes with a TCP reset. */
    public void closeWithReset() {
        channel.closeWithReset();
    }

    @Override
    public void close() {
        channel.close();
    }
}
