package io.zmtp.reactive.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/**
 * What a channel holds between us and the kernel. First asked for off the event loops, before there is any channel.
 *
 * @since 0.1
 */
public final class Buffers {

    /** Enough for one system call to write four pieces at a time; Netty's own 64 KiB were slower from 16 KiB a message on. */
    static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    /** For a peer that takes all of that at once: the fewer system calls, the seldomer it sleeps in between. */
    private static final WriteBufferWaterMark WIDE = new WriteBufferWaterMark(512 * 1024, 1024 * 1024);

    static {
        // With the first buffer the JVM makes the classes of Netty's flight recorder events, which takes 100 ms and
        // more.
        ByteBufAllocator.DEFAULT.directBuffer(1).release();
    }

    private Buffers() {}

    /**
     * The more a read takes the fewer there are: from 256 KiB a message on that saves a tenth of the work of both ends.
     * One read a turn of the event loop, so that all its connections get theirs. For one endpoint: options change it.
     */
    static RecvByteBufAllocator reads() {
        return new AdaptiveRecvByteBufAllocator(64, 2048, 256 * 1024).maxMessagesPerRead(1);
    }

    /**
     * Has a channel hold more if the kernel took all that was flushed, 1 MiB instead of 256 KiB, and less if it did not:
     * a peer that does not read shall not hold much of our memory. Marks of somebody else's stay. On the event loop,
     * after a flush.
     *
     * @param channel the channel that was flushed
     */
    public static void fit(Channel channel) {
        WriteBufferWaterMark marks = channel.config().getWriteBufferWaterMark();
        if (marks != MARKS && marks != WIDE) {
            return;
        }
        WriteBufferWaterMark fitting = channel.bytesBeforeUnwritable() >= marks.high() ? WIDE : MARKS;
        if (marks != fitting) {
            channel.config().setWriteBufferWaterMark(fitting);
        }
    }
}
