package io.zmtp.reactive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.NetUtil;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Endpoint.Scheme;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpClientConfig;
import reactor.netty.transport.ProxyProvider;
import reactor.netty.transport.TransportConnector;

/**
 * Opens channels to endpoints. Internal.
 */
public final class Dialer {

    private Dialer() {}

    /**
     * Opens a channel to an endpoint; every address of a name is tried in turn.
     *
     * @param endpoint tcp, tls+tcp, ws, wss or ipc; with its source, which is looked for each time
     * @param loops the event loops
     * @param timeout how long it may take to look the name up, and then to connect to each address; zero for no limit
     * @param options socket options
     * @param resolver looks names up; null for the file of hosts as it is now, and Netty's own for all others
     * @param proxy sets up a SOCKS or HTTP proxy, null for none; ipc goes past it
     * @return emits on the channel's event loop an open channel that does not read; fails with the transport's
     *     {@code IOException}. Cancelling closes what is open
     * @throws IllegalArgumentException if the endpoint cannot be connected to
     */
    public static Mono<Channel> dial(
            Endpoint endpoint,
            LoopResources loops,
            Duration timeout,
            Map<ChannelOption<?>, Object> options,
            @Nullable AddressResolverGroup<?> resolver,
            @Nullable Consumer<? super ProxyProvider.TypeSpec> proxy) {
        return dial(endpoint, loops, timeout, options, resolver, proxy, HostsFile.SYSTEM);
    }

    /** As {@link #dial}, with hosts of a test's own. */
    static Mono<Channel> dial(
            Endpoint endpoint,
            LoopResources loops,
            Duration timeout,
            Map<ChannelOption<?>, Object> options,
            @Nullable AddressResolverGroup<?> resolver,
            @Nullable Consumer<? super ProxyProvider.TypeSpec> proxy,
            HostsFile hosts) {
        Addresses.requireConnectable(endpoint);
        boolean ipc = endpoint.scheme() == Scheme.IPC;
        Consumer<? super ProxyProvider.TypeSpec> through = ipc ? null : proxy;
        InetAddress literal = ipc || through != null || resolver != null ? null : literal(endpoint);
        // The proxy resolves the name: it may know hosts that are not known here.
        boolean isResolved = ipc || through != null || literal != null;
        Mono<AddressResolverGroup<?>> names = isResolved
                ? Mono.just(NoopAddressResolverGroup.INSTANCE)
                : resolver != null ? Mono.just(resolver) : names(endpoint, hosts);
        boolean limited = !isResolved && !timeout.isZero();
        return names.flatMap(group -> from(endpoint).flatMap(base -> {
            SocketAddress address = literal == null
                    ? Addresses.toConnect(endpoint, loops)
                    : new InetSocketAddress(literal, endpoint.port());
            TcpClient client = loops == Loops.SHARED ? base : base.runOn(loops);
            int millis = (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
            client = with(client, ChannelOption.CONNECT_TIMEOUT_MILLIS, millis);
            if (ipc) {
                client = client.option(ChannelOption.SO_KEEPALIVE, null);
            }
            for (Map.Entry<ChannelOption<?>, Object> option : options.entrySet()) {
                client = with(client, option.getKey(), option.getValue());
            }
            if (through != null) {
                client = client.proxy(through);
            }
            AddressResolverGroup<?> ready = limited ? new LimitedLookUp<>(group, endpoint, timeout) : group;
            return connect(client.configuration(), address, ready, endpoint);
        }));
    }

    private static Mono<Channel> connect(
            TcpClientConfig config, SocketAddress address, AddressResolverGroup<?> resolver, Endpoint endpoint) {
        return Mono.create(sink -> {
            Disposable.Composite steps = Disposables.composite();
            sink.onCancel(steps);
            Supplier<ProxyProvider> proxy = config.proxyProviderSupplier();
            Beginning beginning = new Beginning(proxy == null ? null : proxy.get(), address);
            Attempt attempt = new Attempt(
                    channel -> connected(channel, steps, endpoint, sink),
                    failed -> sink.error(isOfSource(failed, endpoint) ? Addresses.taken(endpoint, failed) : failed));
            steps.add(attempt);
            TransportConnector.connect(config, address, resolver, beginning).subscribe(attempt);
        });
    }

    /**
     * Waits for a channel. Its subscription begins on the event loop, so that it may be cancelled before; and a channel that is
     * closed then fails, which is of no interest.
     */
    private static final class Attempt implements CoreSubscriber<Channel>, Disposable {

        private final Consumer<Channel> connected;
        private final Consumer<Throwable> failed;
        private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();

        Attempt(Consumer<Channel> connected, Consumer<Throwable> failed) {
            this.connected = connected;
            this.failed = failed;
        }

        @Override
        public void onSubscribe(Subscription begun) {
            if (subscription.compareAndSet(null, begun)) {
                begun.request(Long.MAX_VALUE);
            } else {
                begun.cancel();
            }
        }

        @Override
        public void onNext(Channel channel) {
            if (isDisposed()) {
                channel.close();
            } else {
                connected.accept(channel);
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (!isDisposed()) {
                failed.accept(failure);
            }
        }

        @Override
        public void onComplete() {
            // there was a channel
        }

        @Override
        public void dispose() {
            Subscription begun = subscription.getAndSet(Operators.cancelledSubscription());
            if (begun != null) {
                begun.cancel();
            }
        }

        @Override
        public boolean isDisposed() {
            return subscription.get() == Operators.cancelledSubscription();
        }
    }

    /** What a channel begins with. */
    private static final class Beginning extends ChannelInitializer<Channel> {

        private final @Nullable ProxyProvider proxy;
        private final SocketAddress address;

        Beginning(@Nullable ProxyProvider proxy, SocketAddress address) {
            this.proxy = proxy;
            this.address = address;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (proxy != null && proxy.shouldProxy(address)) {
                proxy.addProxyHandler(channel);
            }
        }
    }

    /** Waits for the proxy, if there is one: the channel is connected as soon as it has reached the proxy. */
    private static void connected(
            Channel channel, Disposable.Composite steps, Endpoint endpoint, MonoSink<Channel> sink) {
        steps.add(channel::close); // at once if it was cancelled meanwhile
        ProxyHandler proxy = channel.pipeline().get(ProxyHandler.class);
        if (proxy == null) {
            open(channel, endpoint, sink);
            return;
        }
        proxy.connectFuture().addListener(future -> {
            if (future.isSuccess()) {
                open(channel, endpoint, sink);
            } else {
                sink.error(future.cause());
            }
        });
    }

    /**
     * A client that dials an unused port of this machine again and again may be given this very port for its own side. TCP
     * then connects the socket with itself, and a server could not bind the port. A reset frees the port at once.
     */
    private static void open(Channel channel, Endpoint endpoint, MonoSink<Channel> sink) {
        if (!(channel.localAddress() instanceof InetSocketAddress local) || !local.equals(channel.remoteAddress())) {
            sink.success(channel);
            return;
        }
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close()
                .addListener(closed ->
                        sink.error(new ConnectException(endpoint + ": expected a peer, but no process listens at "
                                + local + " and TCP connected the socket with itself; the connection was reset")));
    }

    /** {@return whether an endpoint is on this machine for certain: ipc, or a loopback address} Nothing is looked up. */
    public static boolean isLocal(Endpoint endpoint) {
        if (endpoint.scheme() == Scheme.IPC || endpoint.host().equals("localhost")) {
            return true;
        }
        InetAddress address = literal(endpoint);
        return address != null && address.isLoopbackAddress();
    }

    /** A client whose connections come from the endpoint's source, if it has one. */
    private static Mono<TcpClient> from(Endpoint endpoint) {
        Endpoint.Source source = endpoint.source().orElse(null);
        if (source == null) {
            return Base.client();
        }
        return Base.client()
                .publishOn(Schedulers.boundedElastic())
                .flatMap(base -> Mono.fromCallable(() -> {
                    InetSocketAddress local = Addresses.source(endpoint, source);
                    TcpClient bound = base.bindAddress(() -> local);
                    // One port may be the source of connections to several peers, and of one that comes after another.
                    return source.port() == 0 ? bound : bound.option(ChannelOption.SO_REUSEADDR, true);
                }));
    }

    /** Whether it may be that the source is not of this machine, is in use, or has no way to the host. */
    private static boolean isOfSource(Throwable failed, Endpoint endpoint) {
        // Netty's native transport has no class of its own for a bind that fails.
        boolean local = failed instanceof SocketException
                || String.valueOf(failed.getMessage()).contains("bind(..)");
        boolean remote = failed instanceof ConnectException || failed instanceof NoRouteToHostException;
        return endpoint.source().isPresent() && local && !remote;
    }

    /** The address that the endpoint says; null for a name. */
    private static @Nullable InetAddress literal(Endpoint endpoint) {
        return NetUtil.createInetAddressFromIpAddressString(endpoint.host());
    }

    /** The resolver for a name: the file of hosts if the name is in it now, else Netty's. */
    private static Mono<AddressResolverGroup<?>> names(Endpoint endpoint, HostsFile hosts) {
        return Mono.<AddressResolverGroup<?>>fromCallable(() -> {
                    List<InetAddress> listed = hosts.addresses(endpoint.host());
                    return listed.isEmpty() ? Names.RESOLVER : HostsFile.always(listed);
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    @SuppressWarnings("unchecked")
    private static <O> TcpClient with(TcpClient client, ChannelOption<O> option, Object value) {
        boolean isSet =
                value.equals(client.configuration().options().get(option)); // else each attempt would copy them all
        return isSet ? client : client.option(option, (O) value);
    }

    /** What all attempts share. */
    private static final class Base {

        /** What a client has that sets none. */
        private static final int USUAL_TIMEOUT_MILLIS = 30_000;

        private static volatile @Nullable TcpClient client;

        /** The first one loads {@link Buffers}, which takes longer than an event loop has. */
        static Mono<TcpClient> client() {
            TcpClient made = client;
            return made != null
                    ? Mono.just(made)
                    : Mono.fromCallable(Base::make).subscribeOn(Schedulers.boundedElastic());
        }

        private static synchronized TcpClient make() {
            TcpClient made = client;
            if (made == null) {
                made = TcpClient.newConnection()
                        // Each attempt has its own. Without one, runOn(…) would make a resolver of names each time.
                        .resolver(NoopAddressResolverGroup.INSTANCE)
                        .runOn(Loops.SHARED)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, USUAL_TIMEOUT_MILLIS)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Buffers.DEFAULT_MARKS)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, Buffers.reads());
                client = made;
            }
            return made;
        }
    }

    /** Looks names up. Made when there is one: it reads the system's resolver settings, which blocks. */
    private static final class Names {

        /** Netty's own, which does not block. Its cache keeps a name for a second at least; each attempt looks up. */
        static final AddressResolverGroup<?> RESOLVER = Objects.requireNonNull(TcpClient.newConnection()
                .resolver(spec -> spec.cacheMaxTimeToLive(Duration.ofSeconds(1))
                        .cacheMinTimeToLive(Duration.ZERO)
                        .cacheNegativeTimeToLive(Duration.ZERO)
                        .hostsFileEntriesResolver((host, types) -> null)) // names() has looked there already
                .configuration()
                .resolver());

        private Names() {}
    }
}
