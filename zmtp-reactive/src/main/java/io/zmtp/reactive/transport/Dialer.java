package io.zmtp.reactive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.NoopAddressResolverGroup;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Endpoint.Scheme;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.transport.ProxyProvider;

/**
 * Opens channels to endpoints.
 *
 * @since 0.1
 */
public final class Dialer {

    private Dialer() {}

    /**
     * Opens a channel to an endpoint; every address of a name is tried in turn.
     *
     * @param endpoint tcp, tls+tcp or ipc
     * @param loops the event loops
     * @param timeout how long it may take to look the name up, and then to connect to each address; zero for no limit
     * @param options socket options
     * @param resolver looks names up, null for Netty's own
     * @param proxy sets up a SOCKS or HTTP proxy, null for none; not for ipc
     * @return emits on the channel's event loop an open channel that does not read; fails with the transport's
     *     {@code IOException}
     * @throws IllegalArgumentException if the endpoint cannot be connected to
     */
    public static Mono<Channel> dial(
            Endpoint endpoint,
            LoopResources loops,
            Duration timeout,
            Map<ChannelOption<?>, Object> options,
            @Nullable AddressResolverGroup<?> resolver,
            @Nullable Consumer<? super ProxyProvider.TypeSpec> proxy) {
        Addresses.requireConnectable(endpoint);
        if (proxy != null && endpoint.scheme() == Scheme.IPC) {
            throw new IllegalArgumentException(endpoint + ": a proxy is for tcp and tls+tcp");
        }
        return Base.client().flatMap(base -> {
            SocketAddress address = Addresses.toConnect(endpoint, loops);
            TcpClient client = base.remoteAddress(() -> address)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE))
                    .runOn(loops);
            for (Map.Entry<ChannelOption<?>, Object> option : options.entrySet()) {
                client = with(client, option.getKey(), option.getValue());
            }
            AddressResolverGroup<?> names =
                    resolver == null ? client.configuration().resolver() : resolver;
            if (proxy != null) {
                // The proxy resolves the name; it may know hosts that we do not.
                client = client.proxy(proxy).resolver(NoopAddressResolverGroup.INSTANCE);
            } else if (names != null) {
                client = client.resolver(timeout.isZero() ? names : new LimitedLookUp<>(names, endpoint, timeout));
            }
            return client.connect().map(Bridge::remove).flatMap(Dialer::throughProxy);
        });
    }

    /** Waits for the proxy, if there is one: reactor-netty hands out the channel as soon as it has reached the proxy. */
    private static Mono<Channel> throughProxy(Channel channel) {
        ProxyHandler proxy = channel.pipeline().get(ProxyHandler.class);
        return proxy == null
                ? Mono.just(channel)
                : Mono.create(sink -> proxy.connectFuture().addListener(future -> {
                    if (future.isSuccess()) {
                        sink.success(channel);
                    } else {
                        sink.error(future.cause());
                    }
                }));
    }

    @SuppressWarnings("unchecked")
    private static <O> TcpClient with(TcpClient client, ChannelOption<O> option, Object value) {
        return client.option(option, (O) value);
    }

    /** What all attempts share. */
    private static final class Base {

        private static volatile @Nullable TcpClient client;

        /** Making the first one reads the system's resolver settings, which blocks. */
        static Mono<TcpClient> client() {
            TcpClient made = client;
            return made != null
                    ? Mono.just(made)
                    : Mono.fromCallable(Base::make).subscribeOn(Schedulers.boundedElastic());
        }

        private static synchronized TcpClient make() {
            TcpClient made = client;
            if (made == null) {
                // A name is asked for anew at each attempt, by Netty's own resolver, which does not block. A second is
                // the least that its cache can be given.
                made = TcpClient.newConnection()
                        .resolver(spec -> spec.cacheMaxTimeToLive(Duration.ofSeconds(1))
                                .cacheMinTimeToLive(Duration.ZERO)
                                .cacheNegativeTimeToLive(Duration.ZERO))
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Buffers.MARKS)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, Buffers.reads());
                client = made;
            }
            return made;
        }
    }
}
