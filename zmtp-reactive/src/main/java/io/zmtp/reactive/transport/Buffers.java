package io.zmtp.reactive.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/** What a channel holds between us and the kernel. First asked for off the event loops, before there is any channel. */
final class Buffers {

    /** Enough for one system call to write four pieces at a time; Netty's own 64 KiB were slower from 16 KiB a message on. */
    static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    static {
        // With the first buffer the JVM makes the classes of Netty's flight recorder events, which takes 100 ms and
        // more.
        ByteBufAllocator.DEFAULT.directBuffer(1).release();
    }

    private Buffers() {}
}
