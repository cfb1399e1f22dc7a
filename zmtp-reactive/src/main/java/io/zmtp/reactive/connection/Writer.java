package io.zmtp.reactive.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.connection.Segment.FilePart;
import io.zmtp.reactive.connection.Segment.Part;
import io.zmtp.reactive.connection.Segment.Range;
import io.zmtp.reactive.connection.Segment.Staged;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.transport.Buffers;
import io.zmtp.reactive.wire.Chunks;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameEncoder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * Drains the outbox into the channel while it is writable, on the event loop: encrypts, copies into pooled buffers,
 * flushes. Commands of the connection's own (PING, PONG), and what the socket says of its subscriptions, go out between
 * messages, before what waits.
 */
final class Writer {

    /** What one buffer carries at most: a loopback segment holds a little less than 64 KiB, and a write of just more makes two. */
    private static final int BUFFER_SIZE = Staged.CAPACITY;

    /** Reading stops while more octets of PONG wait: a peer that floods us with PING reads nothing itself. */
    private static final int MAX_CONTROL = 16 * 1024;

    /** So many writes, 1 MiB at most, are done before the event loop may read again, however much the peer takes. */
    private static final int WRITES_AT_A_TIME = 16;

    private final ZmtpHandler handler;
    private final Lifecycle life;
    private final Outbox outbox;
    private final Controls controls;
    private final Commands commands;
    private final ChannelHandlerContext context;
    private final Channel channel;
    private final ArrayDeque<Frame> control = new ArrayDeque<>(4);
    /** Octets of answers to the peer among them. */
    private int answerSize;

    /** Octets on the wire that the transport has taken since the handshake. */
    private long taken;

    private @Nullable Sealer sealer;
    private @Nullable Segment current;
    /** Whether what was written last ends in the middle of a message. */
    private boolean inMessage;
    /** How much of a part's body, or of a file's frame, is still to be written; -1 before its header. */
    private long left = -1;

    private @Nullable Sealed sealed;
    private boolean reading;
    private boolean paused;
    private boolean draining;
    /** Whether what was written last is far less than fits into one write. */
    private boolean small;

    private boolean resting;
    private int writes;
    private boolean overWebSocket;

    /** Encrypted frames on their way out, and what of the outbox they stand for. */
    private static final class Sealed {
        final byte[] wire;
        final int length;
        final long bytes;
        final int messages;
        int written;

        Sealed(byte[] wire, int length, long bytes, int messages) {
            this.wire = wire;
            this.length = length;
            this.bytes = bytes;
            this.messages = messages;
        }
    }

    Writer(
            ZmtpHandler handler,
            Lifecycle life,
            Outbox outbox,
            Controls controls,
            Commands commands,
            ChannelHandlerContext context) {
        this.handler = handler;
        this.life = life;
        this.outbox = outbox;
        this.controls = controls;
        this.commands = commands;
        this.context = context;
        this.channel = context.channel();
    }

    /** Has all that is written from now on encrypted, if the mechanism encrypts; before the connection is open. */
    void cipher(FrameCipher cipher) {
        sealer = cipher.encrypts() ? new Sealer(cipher) : null;
    }

    /** The channel carries WebSocket, which has heartbeats of its own: PING and PONG stay readable. */
    void overWebSocket() {
        overWebSocket = true;
    }

    /** The transport takes more, or no more now. */
    void flowing(boolean takesMore) {
        outbox.flowing(takesMore);
        drain();
    }

    void pause(boolean paused) {
        this.paused = paused;
        drain();
    }

    /** Has the next drain send an answer to the peer before everything that waits. */
    void answer(Frame command) {
        control(command);
        answerSize += command.body().size() + 2;
    }

    /** Has the next drain send a frame of our own before everything that waits. */
    void control(Frame frame) {
        control.add(frame);
    }

    /** How many octets the transport has taken; it changes also while it takes a large piece bit by bit. */
    long taken() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return taken + (pending == null ? 0 : pending.currentProgress());
    }

    /** Whether something waits because the transport takes no more. */
    boolean isStuck() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return (hasControl() && !resting) || (pending != null && pending.totalPendingWriteBytes() > 0);
    }

    /** Whether such a command waits: to be written next, or because the peer does not read. */
    boolean hasControl() {
        return !control.isEmpty();
    }

    /** Whether the peer does not take what we must answer. */
    boolean isFlooded() {
        return answerSize > MAX_CONTROL || commands.size() > Commands.MOST;
    }

    /** The event loop has read: as much as ever may be written before it reads again. */
    void mayWriteOn() {
        writes = 0;
    }

    /** Writes what can be written, if the connection is open. */
    void drain() {
        if (draining || resting || !life.isOpen()) {
            return;
        }
        draining = true;
        boolean wrote = false;
        try {
            while (life.isOpen()) {
                if (writes == WRITES_AT_A_TIME) {
                    rest();
                    break;
                } else if (!channel.isWritable()) {
                    if (!wrote) {
                        break;
                    }
                    wrote = false;
                    flush();
                } else if (writeNext()) {
                    writes++;
                    wrote = !small;
                    if (small) {
                        flush(); // which takes a while, and a fast sender fills the next segment meanwhile
                    }
                } else {
                    break;
                }
            }
            if (wrote) {
                flush();
            }
        } catch (ZmtpProtocolException exhausted) {
            life.fail(exhausted);
        } finally {
            draining = false;
        }
        handler.drained();
    }

    private void flush() {
        context.flush();
        Buffers.fit(channel);
    }

    /** Lets the event loop read before it writes on. As a timer: tasks that make tasks keep Netty from it for a second. */
    private void rest() {
        resting = true;
        channel.eventLoop()
                .schedule(
                        () -> {
                            resting = false;
                            writes = 0;
                            drain();
                        },
                        0,
                        TimeUnit.NANOSECONDS);
    }

    private boolean writeNext() {
        small = false;
        if (sealed != null) {
            writeSealed(sealed);
            return true;
        }
        if (current == null && !inMessage && (!control.isEmpty() || controls.isWaiting() || commands.isWaiting())) {
            writeControl();
            return true;
        }
        if (reading) {
            return false;
        }
        if (current == null) {
            if (paused && !inMessage) {
                return false;
            }
            current = outbox.take();
            if (current == null) {
                return false;
            }
            inMessage = current.open;
            outbox.released();
        }
        Segment segment = current;
        if (segment instanceof Staged staged) {
            small = staged.length < BUFFER_SIZE / 2;
            writeStaged(staged);
            return true;
        }
        return segment instanceof Part part
                ? writePart(part)
                : segment instanceof Range range ? writeRange(range) : writeFile(((FilePart) segment).source);
    }

    private void writeControl() {
        ByteBuf buffer = channel.alloc().directBuffer();
        Commands.Block said = commands.take(); // first, as a PING asks whether they were read
        if (said != null) {
            putAll(buffer, said);
        }
        for (Frame frame; buffer.writerIndex() < BUFFER_SIZE && (frame = nextControl()) != null; ) {
            Bytes octets = sealer == null || (overWebSocket && Liveness.isHeartbeat(frame))
                    ? frame.octets()
                    : sealer.seal(frame);
            buffer.ensureWritable(octets.size());
            put(buffer, octets, 0, octets.size());
        }
        answerSize = control.isEmpty() ? 0 : answerSize;
        if (buffer.isReadable()) {
            write(buffer, 0, 0);
        } else {
            buffer.release(); // what waited was taken back meanwhile
        }
    }

    private void putAll(ByteBuf buffer, Commands.Block said) {
        if (sealer == null) {
            buffer.writeBytes(said.frames(), 0, said.length());
        } else {
            byte[] wire = new byte[sealer.size(said.frames(), 0, said.length())];
            buffer.writeBytes(wire, 0, sealer.seal(said.frames(), 0, said.length(), wire));
        }
    }

    private @Nullable Frame nextControl() {
        Frame own = control.poll();
        return own == null ? controls.next() : own;
    }

    private void writeStaged(Staged staged) {
        current = null;
        int from = staged.from;
        int length = staged.length - from;
        if (sealer != null) {
            Sealed octets = sealed(sealer, staged.array, from, staged.length, staged.messages);
            Chunks.recycle(staged.array);
            writeSealed(octets);
            return;
        }
        ByteBuf buffer = channel.alloc().directBuffer(length);
        buffer.writeBytes(staged.array, from, length);
        Chunks.recycle(staged.array);
        write(buffer, length, staged.messages);
    }

    private boolean writeRange(Range range) {
        int size = range.to - range.from;
        if (sealer != null) { // encoded before it was known that this connection encrypts
            current = null;
            byte[] plain = new byte[size];
            range.wire.copyTo(range.from, plain, 0, size);
            writeSealed(sealed(sealer, plain, 0, size, range.messages));
            return true;
        }
        int length = Math.min(size, BUFFER_SIZE);
        ByteBuf buffer = channel.alloc().directBuffer(length);
        put(buffer, range.wire, range.from, length);
        range.from += length;
        boolean ends = length == size;
        if (ends) {
            current = null;
            small = length < BUFFER_SIZE / 2;
        }
        write(buffer, length, ends ? range.messages : 0);
        return true;
    }

    private static Sealed sealed(Sealer sealer, byte[] plain, int from, int to, int messages) {
        byte[] wire = Chunks.take(sealer.size(plain, from, to));
        return new Sealed(wire, sealer.seal(plain, from, to, wire), (long) to - from, messages);
    }

    /** Writes a piece of what is encrypted; what that stands for counts as written with the last one. */
    private void writeSealed(Sealed octets) {
        sealed = octets;
        int from = octets.written;
        int to = Math.min(from + BUFFER_SIZE, octets.length);
        boolean ends = to == octets.length;
        ByteBuf buffer = channel.alloc().directBuffer(to - from).writeBytes(octets.wire, from, to - from);
        octets.written = to;
        if (ends) {
            sealed = null;
            Chunks.recycle(octets.wire);
        }
        write(buffer, ends ? octets.bytes : 0, ends ? octets.messages : 0);
    }

    private boolean writePart(Part part) {
        int size = part.body.size();
        if (sealer != null) {
            current = null;
            byte[] wire = new byte[sealer.size(size)];
            part.body.copyTo(0, wire, sealer.bodyAt(0, size), size);
            int length = sealer.seal(part.flags, wire, 0, size);
            writeSealed(new Sealed(wire, length, FrameEncoder.headerSize(size) + size, part.messages));
            return true;
        }
        boolean begins = left < 0;
        int header = begins ? FrameEncoder.headerSize(size) : 0;
        if (begins) {
            left = size;
        }
        int length = (int) Math.min(left, BUFFER_SIZE - header);
        ByteBuf buffer = channel.alloc().directBuffer(header + length);
        if (header > 0) {
            putHeader(buffer, part.flags, size);
        }
        int from = size - (int) left;
        put(buffer, part.body, from, length);
        left -= length;
        boolean ends = left == 0;
        if (ends) {
            current = null;
            left = -1;
        }
        write(buffer, header + length, ends ? part.messages : 0);
        return true;
    }

    // ---- files

    private boolean writeFile(FileSource source) {
        if (left < 0) {
            left = source.frame();
            if (sealer != null) {
                if (left > Integer.MAX_VALUE - 64) {
                    fail(new IOException("an encrypted frame is made in memory: send the file in chunks"));
                    return false;
                }
                read(source, (int) left);
                return false;
            }
            int header = FrameEncoder.headerSize(left);
            ByteBuf buffer = channel.alloc().directBuffer(header);
            putHeader(buffer, source.hasMoreAfter(left) ? Frame.MORE : 0, left);
            write(buffer, header, left == 0 ? 1 : 0);
            if (left == 0) {
                finish(source);
                return true;
            }
        }
        if (channel.pipeline().get(SslHandler.class) == null && !overWebSocket && channel instanceof DuplexChannel) {
            long length = left;
            Object region = source.region(length);
            left = -1;
            boolean ends = source.isAtEnd();
            ChannelFuture future = write(region, length, ends ? 1 : 0);
            if (ends) {
                current = null;
                future.addListener(written -> source.close());
            }
            return true;
        }
        read(source, (int) Math.min(left, BUFFER_SIZE));
        return false;
    }

    /** Reads the next octets off the event loop, and goes on with them on it. */
    private void read(FileSource source, int length) {
        reading = true;
        ByteBuf buffer = channel.alloc().buffer(Math.max(length, 1));
        Schedulers.boundedElastic().schedule(() -> {
            IOException failure = null;
            try {
                source.read(buffer, length);
            } catch (IOException e) {
                failure = e;
            }
            IOException failed = failure;
            channel.eventLoop().execute(() -> {
                reading = false;
                if (failed != null || !life.isOpen()) {
                    buffer.release();
                    source.close();
                    if (failed != null) {
                        fail(failed);
                    }
                } else {
                    writeRead(source, buffer, length);
                    drain();
                }
            });
        });
    }

    private void writeRead(FileSource source, ByteBuf octets, int length) {
        boolean more = source.hasMoreAfter(left);
        source.advance(length);
        left -= length;
        boolean endsFrame = left == 0;
        boolean ends = endsFrame && source.isAtEnd();
        if (endsFrame) {
            left = -1;
        }
        if (sealer != null) {
            byte[] wire = new byte[sealer.size(length)];
            octets.readBytes(wire, sealer.bodyAt(0, length), length).release();
            sealer.seal(more ? Frame.MORE : 0, wire, 0, length);
            writeSealed(new Sealed(wire, wire.length, FrameEncoder.headerSize(length) + length, ends ? 1 : 0));
        } else {
            write(octets, length, ends ? 1 : 0);
        }
        if (ends) {
            finish(source);
        }
        flush();
    }

    private void finish(FileSource source) {
        current = null;
        left = -1;
        source.close();
    }

    // ---- octets

    private ChannelFuture write(Object octets, long bytes, int messages) {
        handler.onWrite();
        long size = octets instanceof ByteBuf buffer ? buffer.readableBytes() : bytes;
        return context.write(octets).addListener(future -> {
            if (future.isSuccess()) {
                taken += size;
                outbox.written(bytes, messages);
                life.written();
            } else {
                fail(future.cause());
            }
        });
    }

    private void fail(Throwable cause) {
        if (life.isOpen()) { // else it ends anyway, and what was not written is counted
            life.fail(cause);
        }
    }

    /** Copies straight from the array to the buffer's memory; Netty takes a detour for read-only views of arrays. */
    private static void put(ByteBuf target, Bytes octets, int from, int length) {
        int at = target.writerIndex();
        octets.copyTo(from, target.internalNioBuffer(at, length), length);
        target.writerIndex(at + length);
    }

    private static void putHeader(ByteBuf target, int flags, long size) {
        byte[] header = new byte[FrameEncoder.headerSize(size)];
        FrameEncoder.header(header, 0, flags, size);
        target.writeBytes(header);
    }

    /** Nothing more is written. */
    void close() {
        sealed = null;
        control.clear();
        answerSize = 0;
        if (current != null && !reading) {
            current.discard();
        }
        current = null;
    }
}
