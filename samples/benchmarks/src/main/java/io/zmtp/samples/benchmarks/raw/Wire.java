package io.zmtp.samples.benchmarks.raw;

import io.zmtp.samples.benchmarks.measure.Settings;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Greetings and READY commands of ZMTP 3.0 with NULL, and frames. */
final class Wire {
    private static final int GREETING = 64;
    private static final int MORE = 1;
    private static final int LONG = 2;
    private static final int COMMAND = 4;
    private static final int SHORTEST_LONG = 256;

    private Wire() {}

    static InetSocketAddress address(Settings settings) {
        return new InetSocketAddress("127.0.0.1", settings.port());
    }

    /** Connects, and is a peer of that socket type when it returns. */
    static SocketChannel connect(Settings settings, String socketType) throws IOException {
        SocketChannel channel = SocketChannel.open(address(settings));
        shakeHands(channel, socketType);
        return channel;
    }

    /** Shakes hands over a channel that blocks. */
    static void shakeHands(SocketChannel channel, String socketType) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        ByteBuffer greeting = ByteBuffer.allocate(GREETING);
        greeting.put(0, (byte) 0xff).put(9, (byte) 0x7f).put(10, (byte) 3);
        greeting.put(12, ascii("NULL"));
        writeAll(channel, greeting);
        read(channel, GREETING);
        ByteBuffer ready = ByteBuffer.allocate(64);
        ready.put((byte) 5).put(ascii("READY"));
        ready.put((byte) 11).put(ascii("Socket-Type"));
        ready.putInt(socketType.length()).put(ascii(socketType)).flip();
        writeAll(channel, frame(COMMAND, ready));
        ByteBuffer header = read(channel, 2);
        if (header.get(0) != COMMAND) {
            throw new IOException("expected a READY command of at most 255 octets, but a frame with the flags "
                    + header.get(0) + " came");
        }
        read(channel, header.get(1) & 0xff);
    }

    /** A message of so many equal parts, as it is on the wire. */
    static ByteBuffer message(int parts, byte[] part) {
        ByteBuffer message = ByteBuffer.allocate(parts * (part.length + 9));
        for (int i = 1; i <= parts; i++) {
            message.put(frame(i < parts ? MORE : 0, ByteBuffer.wrap(part)));
        }
        return message.flip();
    }

    /** A subscription of ZMTP 3.0: a message that begins with 1. */
    static ByteBuffer subscription(String prefix) {
        return message(1, ("\1" + prefix).getBytes(StandardCharsets.UTF_8));
    }

    private static ByteBuffer frame(int flags, ByteBuffer body) {
        int length = body.remaining();
        ByteBuffer frame = ByteBuffer.allocate(9 + length);
        if (length < SHORTEST_LONG) {
            frame.put((byte) flags).put((byte) length);
        } else {
            frame.put((byte) (flags | LONG)).putLong(length);
        }
        return frame.put(body).flip();
    }

    static void writeAll(SocketChannel channel, ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) {
            channel.write(octets);
        }
    }

    private static ByteBuffer read(SocketChannel channel, int count) throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(count);
        while (octets.hasRemaining()) {
            if (channel.read(octets) < 0) {
                throw new EOFException("the peer closed during the handshake");
            }
        }
        return octets.flip();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Walks the frames of one connection, and counts the messages whose last frame begins. */
    static final class Walker {
        private final ByteBuffer octets;
        private long left;

        Walker(int capacity) {
            octets = ByteBuffer.allocateDirect(capacity);
        }

        /** Reads once; the number of messages, or -1 at the end of the stream. */
        int read(SocketChannel channel) throws IOException {
            if (channel.read(octets) < 0) {
                return -1;
            }
            octets.flip();
            int ended = walk();
            octets.compact();
            return ended;
        }

        private int walk() {
            int ended = 0;
            for (; ; ) {
                int here = (int) Math.min(left, octets.remaining());
                octets.position(octets.position() + here);
                left -= here;
                if (left > 0 || !isHeaderWhole()) {
                    return ended;
                }
                int flags = octets.get();
                left = (flags & LONG) == 0 ? octets.get() & 0xff : octets.getLong();
                if ((flags & (MORE | COMMAND)) == 0) {
                    ended++;
                }
            }
        }

        private boolean isHeaderWhole() {
            int at = octets.position();
            return octets.remaining() >= 2 && ((octets.get(at) & LONG) == 0 || octets.remaining() >= 9);
        }
    }
}
