package io.zmtp.reactive.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultFileRegion;
import io.zmtp.reactive.wire.FrameEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * An open file on its way out, as one frame or as one message of many frames. The position moves on the event loop;
 * reads may happen elsewhere, one at a time.
 */
final class FileSource {

    private final FileChannel file;
    private final long size;
    private final long frameSize;
    private final AtomicBoolean undecided = new AtomicBoolean(true);
    private long position;

    private FileSource(FileChannel file, long size, long frameSize) {
        this.file = file;
        this.size = size;
        this.frameSize = frameSize;
    }

    /**
     * Opens a file and puts it into the outbox.
     *
     * @param frameBytes as for {@link #open}
     * @return completes when the outbox has accepted it; cancelling before closes it again
     */
    static Mono<Void> send(Path path, int frameBytes, Outbox outbox) {
        return Mono.using(() -> open(path, frameBytes), source -> outbox.send(source), FileSource::giveUp)
                .subscribeOn(Schedulers.boundedElastic());
    }

    /**
     * Opens a file; blocks.
     *
     * @param frameBytes the size of all frames but the last; the whole file is one frame if 0
     */
    static FileSource open(Path path, int frameBytes) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new FileSystemException(path.toString(), null, "expected a regular file");
        }
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            long size = file.size();
            return new FileSource(file, size, frameBytes == 0 ? Math.max(size, 1) : frameBytes);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Takes it for sending; false if it was given up before. */
    boolean take() {
        return undecided.compareAndSet(true, false);
    }

    /** Closes it unless it was taken. */
    void giveUp() {
        if (take()) {
            close();
        }
    }

    /** The octets on the wire, headers and all. */
    long wireSize() {
        long whole = size / frameSize;
        long rest = size % frameSize;
        long headers = whole * FrameEncoder.headerSize(frameSize);
        if (rest > 0 || size == 0) {
            headers += FrameEncoder.headerSize(rest);
        }
        return headers + size;
    }

    /** The size of the frame that begins here. */
    long frame() {
        return Math.min(frameSize, size - position);
    }

    /** Whether the frame that begins here is followed by another. */
    boolean hasMoreAfter(long frame) {
        return position + frame < size;
    }

    boolean isAtEnd() {
        return position >= size;
    }

    /** Hands the next octets to the kernel. The region does not own the file. */
    DefaultFileRegion region(long length) {
        DefaultFileRegion region = new DefaultFileRegion(file, position, length) {
            @Override
            protected void deallocate() {
                // The file is closed once, with its last region.
            }
        };
        position += length;
        return region;
    }

    /** Reads the next octets; blocks. */
    void read(ByteBuf target, int length) throws IOException {
        long at = position;
        while (target.readableBytes() < length) {
            int read = target.writeBytes(file, at, length - target.readableBytes());
            if (read < 0) {
                throw new IOException("expected " + size + " octets of the file, but it ends at " + at);
            }
            at += read;
        }
    }

    void advance(long length) {
        position += length;
    }

    void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
