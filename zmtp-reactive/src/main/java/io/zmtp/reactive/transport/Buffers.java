package io.zmtp.reactive.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/**
 * How much a channel holds between a connection and the kernel. Internal. The class is loaded off the event loops, before
 * there is a channel.
 */
public final class Buffers {

    /** Enough for four pieces in one system call. Netty's default of 64 KiB was slower for messages of 16 KiB and more. */
    static final WriteBufferWaterMark DEFAULT_MARKS = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    /** For a peer that takes all of that at once: fewer system calls, in between which it would sleep. */
    private static final WriteBufferWaterMark WIDE_MARKS = new WriteBufferWaterMark(512 * 1024, 1024 * 1024);

    static {
        // With the first buffer the JVM makes the classes of Netty's flight recorder events, which takes 100 ms and
        // more.
        ByteBufAllocator.DEFAULT.directBuffer(1).release();
    }

    private Buffers() {}

    /**
     * Large reads are few: for messages of 256 KiB and more that saves a tenth of the work of both ends. There is one read
     * in each turn of the event loop, so that all its connections get theirs. Not shared: options change it.
     */
    static RecvByteBufAllocator reads() {
        return new AdaptiveRecvByteBufAllocator(64, 2048, 256 * 1024).maxMessagesPerRead(1);
    }

    /**
     * Accepts up to 64 waiting peers in each turn of the event loop. Netty's default asks whether there may be more data, which
     * native transports answer by the number of the accepted descriptor: they take one peer in each turn, while those that
     * are there already keep the loop busy. Not for NIO, which takes 16, and would go beyond a limit by as many.
     */
    static RecvByteBufAllocator accepts() {
        return new ServerChannelRecvByteBufAllocator()
                .respectMaybeMoreData(false)
                .maxMessagesPerRead(64);
    }

    /**
     * Lets a channel hold 1 MiB if the kernel took all that was flushed, and else 256 KiB, so that a peer that does not
     * read holds little memory of this side. Marks that the user has set stay. Call it on the event loop, after a flush.
     *
     * @param channel the channel that was flushed
     */
    public static void fit(Channel channel) {
        WriteBufferWaterMark marks = channel.config().getWriteBufferWaterMark();
        if (marks != DEFAULT_MARKS && marks != WIDE_MARKS) {
            return;
        }
        WriteBufferWaterMark fitting = channel.bytesBeforeUnwritable() >= marks.high() ? WIDE_MARKS : DEFAULT_MARKS;
        if (marks != fitting) {
            channel.config().setWriteBufferWaterMark(fitting);
        }
    }
}
