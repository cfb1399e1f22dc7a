package io.zmtp.reactive.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/** Gives a detached channel's new owner, with its first read, what had come and nobody had received. */
final class Leftover extends ChannelDuplexHandler {

    private final ByteBuf octets;
    private boolean given;

    Leftover(ByteBuf octets) {
        this.octets = octets;
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (!given) {
            given = true;
            context.fireChannelRead(octets);
            context.fireChannelReadComplete();
        }
        context.read();
        context.pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (!given) {
            given = true;
            octets.release();
        }
    }
}
