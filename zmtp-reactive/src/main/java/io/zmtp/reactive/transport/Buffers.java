package io.zmtp.reactive.transport;

import io.netty.channel.WriteBufferWaterMark;

/** What a channel holds between us and the kernel. */
final class Buffers {

    /** Enough for one system call to write four pieces at a time; Netty's own 64 KiB were slower from 16 KiB a message on. */
    static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    private Buffers() {}
}
