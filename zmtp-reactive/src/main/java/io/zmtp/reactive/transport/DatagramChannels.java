package io.zmtp.reactive.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.zmtp.reactive.Endpoint;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * Opens datagram channels. Not by reactor-netty, which leaves the address family to the system: the interface for
 * multicast can be set only if the family is known.
 */
final class DatagramChannels {

    // The level and the number of each, as Linux has them.
    static final ChannelOption<Integer> IP_MULTICAST_TTL = new IntegerUnixChannelOption("IP_MULTICAST_TTL", 0, 33);
    static final ChannelOption<Integer> IPV6_MULTICAST_HOPS =
            new IntegerUnixChannelOption("IPV6_MULTICAST_HOPS", 41, 18);

    private DatagramChannels() {}

    /** Opens a channel, binds it and has it join its group; from a thread that may block. */
    static Mono<DatagramChannel> bind(
            Endpoint endpoint,
            DatagramRoute route,
            LoopResources loops,
            Map<ChannelOption<?>, Object> options,
            ChannelHandler handler,
            Function<? super DatagramChannel, ? extends ChannelFuture> join) {
        EventLoopGroup group = loops.onServer(LoopResources.DEFAULT_NATIVE);
        Class<? extends DatagramChannel> type = loops.onChannelClass(DatagramChannel.class, group);
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channelFactory(() -> channel(loops, group, type, route.family()))
                .handler(handler);
        options.forEach((option, value) -> with(bootstrap, nativeOption(option, type, route), value));
        // One step, so that the channel is closed if the subscriber cancels in between.
        return Mono.create(sink -> {
            ChannelFuture bound = bootstrap.bind(route.local());
            AtomicBoolean isGivenUp = new AtomicBoolean();
            sink.onCancel(() -> {
                isGivenUp.set(true);
                bound.channel().close();
            });
            Consumer<Throwable> failed = cause -> {
                bound.channel().close();
                if (!isGivenUp.get()) {
                    sink.error(Addresses.taken(endpoint, cause));
                }
            };
            then(bound, failed, channel -> then(join.apply(channel), failed, sink::success));
        });
    }

    private static void then(ChannelFuture step, Consumer<Throwable> failed, Consumer<? super DatagramChannel> next) {
        step.addListener(done -> {
            if (done.isSuccess()) {
                next.accept((DatagramChannel) step.channel());
            } else {
                failed.accept(done.cause());
            }
        });
    }

    private static DatagramChannel channel(
            LoopResources loops,
            EventLoopGroup group,
            Class<? extends DatagramChannel> type,
            @Nullable SocketProtocolFamily family) {
        if (family != null && type == NioDatagramChannel.class) {
            return new NioDatagramChannel(family);
        }
        if (family != null && type == EpollDatagramChannel.class) {
            return new EpollDatagramChannel(family);
        }
        return loops.onChannel(DatagramChannel.class, group);
    }

    /** Netty's epoll channels take IP_MULTICAST_TTL for IP_TTL. */
    private static ChannelOption<?> nativeOption(
            ChannelOption<?> option, Class<? extends DatagramChannel> type, DatagramRoute route) {
        if (type != EpollDatagramChannel.class || !option.equals(ChannelOption.IP_MULTICAST_TTL)) {
            return option;
        }
        return route.family() == SocketProtocolFamily.INET6 ? IPV6_MULTICAST_HOPS : IP_MULTICAST_TTL;
    }

    @SuppressWarnings("unchecked")
    private static <O> void with(Bootstrap bootstrap, ChannelOption<O> option, Object value) {
        bootstrap.option(option, (O) value);
    }

    static Mono<Void> close(Channel channel) {
        return Mono.defer(() -> {
            channel.close(); // also for a subscriber that cancels at once
            return onClose(channel);
        });
    }

    static Mono<Void> onClose(Channel channel) {
        return Mono.create(sink -> {
            ChannelFutureListener listener = closed -> sink.success();
            channel.closeFuture().addListener(listener);
            sink.onDispose(() -> channel.closeFuture().removeListener(listener));
        });
    }
}
