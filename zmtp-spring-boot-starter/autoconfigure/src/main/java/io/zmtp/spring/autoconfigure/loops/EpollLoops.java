package io.zmtp.spring.autoconfigure.loops;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.ServerDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;
import reactor.netty.resources.LoopResources;

/** Event loops on epoll, also where reactor-netty would take io_uring. */
final class EpollLoops implements LoopResources {

    private static final Map<Class<? extends Channel>, Supplier<? extends Channel>> CHANNELS = Map.of(
            SocketChannel.class, EpollSocketChannel::new,
            ServerSocketChannel.class, EpollServerSocketChannel::new,
            DatagramChannel.class, EpollDatagramChannel::new,
            DomainSocketChannel.class, EpollDomainSocketChannel::new,
            ServerDomainSocketChannel.class, EpollServerDomainSocketChannel::new);

    private final EventLoopGroup group;

    EpollLoops(int threads) {
        group = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("zmtp-epoll", true), EpollIoHandler.newFactory());
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return group;
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> channelType, EventLoopGroup on) {
        Supplier<? extends Channel> maker = CHANNELS.get(channelType);
        if (maker == null) {
            throw new IllegalArgumentException("epoll has no " + channelType.getName());
        }
        return channelType.cast(maker.get());
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(Class<C> channelType, EventLoopGroup on) {
        return onChannel(channelType, on).getClass().asSubclass(channelType);
    }

    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return FutureMono.deferFuture(() -> {
            @SuppressWarnings("unchecked")
            io.netty.util.concurrent.Future<Void> stopped = (io.netty.util.concurrent.Future<Void>)
                    group.shutdownGracefully(quietPeriod.toMillis(), timeout.toMillis(), TimeUnit.MILLISECONDS);
            return stopped;
        });
    }
}
