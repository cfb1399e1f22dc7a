package io.zmtp.reactive.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameCursor;
import io.zmtp.reactive.wire.FrameEncoder;
import io.zmtp.reactive.wire.Greeting;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Turns the octets of ZMTP into WebSocket frames, wherever the writes cut them (RFC 6455, section 5; RFC 45). Each ZMTP
 * frame becomes one WebSocket frame, as libzmq reads no others; a large one goes out as its octets come.
 */
final class FrameWriter {

    private static final int FINAL = FrameReader.FIN;

    /** The most octets of a small frame's header and flags. */
    private static final int MOST_ADDED = 9;

    private final boolean isClient;

    /** Whether the peer knows no commands. */
    private boolean bare;

    private boolean spoken;

    /** How much of our greeting is still to come, for which ZWS has no use. */
    private int greeting = Greeting.SIZE;

    private final byte[] header = new byte[FrameEncoder.headerSize(Long.MAX_VALUE)];
    private int come;

    /** How much of a message's body is still to come, and the key that it is masked with. */
    private long left;

    private int key;

    /** A command as far as it has come; the size 0 is for none. */
    private byte[] command = new byte[0];

    private int commanded;

    /**
     * Makes one for the first octet that is written.
     *
     * @param isClient whether frames are masked
     * @param bare whether commands are left out
     */
    FrameWriter(boolean isClient, boolean bare) {
        this.isClient = isClient;
        this.bare = bare;
    }

    /** The peer has turned out to know no commands. */
    void bare() {
        bare = true;
    }

    /** Whether a message was written, which a peer without a mechanism takes for our routing id. */
    boolean hasSpoken() {
        return spoken;
    }

    /** Whether what was written ends with a frame, so that another one may follow. */
    boolean isBetweenFrames() {
        return left == 0 && come == 0 && command.length == 0;
    }

    /**
     * Translates what is to be written.
     *
     * @param in released, or returned
     * @return what goes to the peer, maybe nothing
     */
    ByteBuf write(ByteBuf in, ByteBufAllocator alloc) {
        if (!isClient && left >= in.readableBytes()) {
            left -= in.readableBytes();
            return in;
        }
        boolean isBody = left >= in.readableBytes();
        int size = in.readableBytes();
        try {
            ByteBuf out = alloc.directBuffer(isBody ? size : size + size / 8 + 32); // grows if the messages are tiny
            while (in.isReadable()) {
                writeWhole(in, out);
                if (in.isReadable()) {
                    step(in, out);
                }
            }
            return out;
        } finally {
            in.release();
        }
    }

    /** Translates whole small frames of messages, as most are, from memory to memory; the others are left. */
    private void writeWhole(ByteBuf in, ByteBuf out) {
        if (greeting > 0 || !isBetweenFrames() || in.nioBufferCount() != 1 || out.nioBufferCount() != 1) {
            return;
        }
        ByteBuffer source = in.internalNioBuffer(in.readerIndex(), in.readableBytes());
        ByteBuffer target = out.internalNioBuffer(out.writerIndex(), out.writableBytes());
        int from = source.position();
        int to = target.position();
        while (source.limit() - from >= 2) {
            int flags = source.get(from);
            int at = from + Frame.headerSize((byte) flags);
            if ((flags & Frame.COMMAND) != 0 || source.limit() < at) {
                break;
            }
            long size = at - from == 2 ? source.get(from + 1) & 0xff : source.getLong(from + 1);
            if (size >= 0xffff || size < 0 || source.limit() - at < size || target.limit() - to < MOST_ADDED + size) {
                break;
            }
            to = open(target, to, (int) size + 1);
            target.put(to++, (byte) ((flags & Frame.MORE) ^ (key >>> 24)));
            Mask.copy(source, at, target, to, (int) size, Mask.next(key, 1));
            to += (int) size;
            from = at + (int) size;
            spoken = true;
        }
        in.skipBytes(from - source.position());
        out.writerIndex(out.writerIndex() + to - target.position());
    }

    /** Writes the header of a message of at most 65,535 octets, and leaves the key in {@code key}; where it ends. */
    private int open(ByteBuffer target, int start, int length) {
        int to = start;
        int mask = isClient ? FrameReader.MASKED : 0;
        target.put(to++, (byte) (FINAL | FrameReader.BINARY));
        if (length <= FrameReader.MAX_CONTROL) {
            target.put(to++, (byte) (mask | length));
        } else {
            target.put(to++, (byte) (mask | FrameReader.LENGTH_16));
            target.putShort(to, (short) length);
            to += 2;
        }
        if (isClient) {
            key = ThreadLocalRandom.current().nextInt();
            target.putInt(to, key);
            to += Mask.SIZE;
        }
        return to;
    }

    private void step(ByteBuf in, ByteBuf out) {
        if (greeting > 0) {
            int length = Math.min(greeting, in.readableBytes());
            in.skipBytes(length);
            greeting -= length;
        } else if (left > 0) {
            int length = (int) Math.min(left, in.readableBytes());
            key = Mask.copy(in, out, length, key);
            left -= length;
        } else if (command.length > 0) {
            int length = Math.min(command.length - commanded, in.readableBytes());
            in.readBytes(command, commanded, length);
            commanded += length;
            if (commanded == command.length) {
                command(out);
            }
        } else {
            header[come++] = in.readByte();
            if (come >= 2 && come == Frame.headerSize(header[0])) {
                begin(out);
            }
        }
    }

    private void begin(ByteBuf out) {
        come = 0;
        int flags = header[0];
        long size = FrameCursor.size(header, 0);
        if ((flags & Frame.COMMAND) != 0 && size > 0) {
            command = new byte[(int) size];
            commanded = 0;
        } else {
            open(out, FrameReader.BINARY, size + 1);
            out.writeByte((flags & Frame.MORE) ^ (key >>> 24));
            key = Mask.next(key, 1);
            left = size;
        }
    }

    private void command(ByteBuf out) {
        byte[] body = command;
        command = new byte[0];
        Command said = Command.parse(Frame.command(Bytes.wrap(body)));
        if (said.name().equals(Command.PING)) {
            control(out, FrameReader.PING, said.pingContext().toByteArray());
        } else if (said.name().equals(Command.PONG)) {
            control(out, FrameReader.PONG, said.pongContext().toByteArray());
        } else if (!bare) {
            message(out, FrameReader.COMMAND, body);
        }
    }

    /** Writes a message that is no part of ZMTP's messages. Only between two frames. */
    void message(ByteBuf out, int flags, byte[] body) {
        open(out, FrameReader.BINARY, body.length + 1L);
        out.writeByte(flags ^ (key >>> 24));
        Mask.copy(Unpooled.wrappedBuffer(body), out, body.length, Mask.next(key, 1));
    }

    /** Writes a control frame. Only between two frames. */
    void control(ByteBuf out, int opcode, byte[] payload) {
        open(out, opcode, payload.length);
        Mask.copy(Unpooled.wrappedBuffer(payload), out, payload.length, key);
    }

    /** Writes a header, and leaves the key in {@code key}. */
    private void open(ByteBuf out, int opcode, long length) {
        spoken |= opcode == FrameReader.BINARY;
        out.writeByte(FINAL | opcode);
        int mask = isClient ? FrameReader.MASKED : 0;
        if (length <= FrameReader.MAX_CONTROL) {
            out.writeByte(mask | (int) length);
        } else if (length <= 0xffff) {
            out.writeByte(mask | FrameReader.LENGTH_16);
            out.writeShort((int) length);
        } else {
            out.writeByte(mask | FrameReader.LENGTH_64);
            out.writeLong(length);
        }
        if (isClient) {
            key = ThreadLocalRandom.current().nextInt(); // as Netty's: no page chooses what this program sends
            out.writeInt(key);
        }
    }
}
