package io.zmtp.reactive.transport;

import io.netty.channel.Channel;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;

/** Removes reactor-netty's last handler, whose queue has no bound. */
final class Bridge {

    private Bridge() {}

    /** Takes the channel from reactor-netty. */
    static Channel remove(Connection connection) {
        Channel channel = connection.channel();
        if (channel.pipeline().get(NettyPipeline.ReactiveBridge) != null) {
            channel.pipeline().remove(NettyPipeline.ReactiveBridge);
        }
        return channel;
    }
}
