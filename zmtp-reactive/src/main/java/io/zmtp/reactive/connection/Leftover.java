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
        given = true;
        // First: the owner may read again while it is being given these.
        context.pipeline().remove(this);
        context.fireChannelRead(octets);
        context.fireChannelReadComplete();
        if (context.channel().config().isAutoRead()) {
            context.read();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (!given) {
            octets.release();
        }
    }
}
