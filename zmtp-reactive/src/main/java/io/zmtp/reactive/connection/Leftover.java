package io.zmtp.reactive.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/** Gives a detached channel's new owner, with its first read, what had come and nobody had received. */
final class Leftover extends ChannelDuplexHandler {

    private final ByteBuf octets;
    private boolean asked;
    private boolean given;

    private Leftover(ByteBuf octets) {
        this.octets = octets;
    }

    /** Takes its place at the pipeline's end, if there is anything to give. */
    static void add(Channel channel, ByteBuf octets) {
        if (octets.isReadable()) {
            channel.pipeline().addLast(new Leftover(octets));
        } else {
            octets.release();
        }
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (!asked) {
            asked = true;
            // Later, as what comes from the network would: the owner's handlers may be on their way into the pipeline.
            context.executor().execute(() -> give(context));
        }
    }

    private void give(ChannelHandlerContext context) {
        if (context.isRemoved()) {
            return;
        }
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
