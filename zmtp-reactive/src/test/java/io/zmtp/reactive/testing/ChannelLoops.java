package io.zmtp.reactive.testing;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** An event loop whose connecting channels are a test's own. */
public final class ChannelLoops implements LoopResources {

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Supplier<? extends NioSocketChannel> channels;

    /** A loop whose channels are made so. */
    public ChannelLoops(Supplier<? extends NioSocketChannel> channels) {
        this.channels = channels;
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return group;
    }

    @Override
    public <CHANNEL extends Channel> CHANNEL onChannel(Class<CHANNEL> type, EventLoopGroup on) {
        return type.cast(type == SocketChannel.class ? channels.get() : new NioServerSocketChannel());
    }

    @Override
    public <CHANNEL extends Channel> Class<? extends CHANNEL> onChannelClass(Class<CHANNEL> type, EventLoopGroup on) {
        return (type == SocketChannel.class ? NioSocketChannel.class : NioServerSocketChannel.class).asSubclass(type);
    }

    @Override
    public void dispose() {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return Mono.fromRunnable(this::dispose);
    }
}
