package io.zmtp.reactive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Endpoint.Scheme;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ChannelBindException;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

/**
 * A bound endpoint that accepts channels. Internal.
 */
public final class Listener {

    private final Endpoint endpoint;
    private final boolean isTemporary;
    private final Channel channel;
    private final Mono<Void> close;

    private Listener(Endpoint endpoint, boolean isTemporary, Channel channel) {
        this.endpoint = endpoint;
        this.isTemporary = isTemporary;
        this.channel = channel;
        this.close = closing();
    }

    /**
     * Binds an endpoint.
     *
     * @param endpoint tcp, tls+tcp, ws, wss or ipc; an ipc file that no process listens at is replaced, and {@code ipc://*}
     *     gets a new path
     * @param loops the event loops
     * @param options socket options of accepted channels
     * @param gate sees every accepted channel before it is registered; it may close it, or pause accepting
     * @param accepted called with each open channel, on its event loop; the channel does not read yet
     * @return emits once bound, its {@link #endpoint()} with the port or path that was picked; fails with a
     *     {@code BindException} when the address is taken
     */
    public static Mono<Listener> bind(
            Endpoint endpoint,
            LoopResources loops,
            Map<ChannelOption<?>, Object> options,
            ChannelInboundHandlerAdapter gate,
            Consumer<? super Channel> accepted) {
        return Mono.fromCallable(() -> prepare(endpoint))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(known -> bind(known, endpoint.anyPath(), loops, options, gate, accepted))
                .onErrorMap(ChannelBindException.class, failed -> Addresses.taken(endpoint, failed));
    }

    /** The endpoint with a path that is free. */
    private static Endpoint prepare(Endpoint endpoint) throws IOException {
        if (endpoint.anyPath()) {
            return SocketFiles.temporary();
        }
        if (hasFile(endpoint)) {
            SocketFiles.removeStale(Path.of(endpoint.name()));
        }
        return endpoint;
    }

    private static Mono<Listener> bind(
            Endpoint endpoint,
            boolean isTemporary,
            LoopResources loops,
            Map<ChannelOption<?>, Object> options,
            ChannelInboundHandlerAdapter gate,
            Consumer<? super Channel> accepted) {
        Mono<Listener> bound = Mono.fromCallable(() -> Addresses.toBind(endpoint, loops))
                .flatMap(address -> server(endpoint, loops, options, address)
                        .doOnBound(server -> server.channel().pipeline().addFirst(gate))
                        .doOnConnection(connection -> accepted.accept(Bridge.remove(connection)))
                        .bind()
                        .map(server -> new Listener(
                                Addresses.resolved(endpoint, address, server.channel()),
                                isTemporary,
                                server.channel())));
        return isTemporary
                ? bound.onErrorResume(
                        failed -> remove(endpoint, true).onErrorComplete().then(Mono.error(failed)))
                : bound;
    }

    private static Mono<Void> remove(Endpoint endpoint, boolean isTemporary) {
        return Mono.<Void>fromCallable(() -> {
                    SocketFiles.remove(endpoint, isTemporary);
                    return null;
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static TcpServer server(
            Endpoint endpoint, LoopResources loops, Map<ChannelOption<?>, Object> options, SocketAddress address) {
        TcpServer server = TcpServer.create()
                .runOn(loops)
                .bindAddress(() -> address)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Buffers.DEFAULT_MARKS)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, Buffers.reads());
        if (Addresses.isNative(loops)) {
            server = server.option(ChannelOption.RECVBUF_ALLOCATOR, Buffers.accepts());
        }
        if (endpoint.scheme() != Scheme.IPC) {
            server = server.childOption(ChannelOption.SO_KEEPALIVE, true);
        }
        for (Map.Entry<ChannelOption<?>, Object> option : options.entrySet()) {
            server = with(server, option.getKey(), option.getValue());
        }
        return server;
    }

    @SuppressWarnings("unchecked")
    private static <O> TcpServer with(TcpServer server, ChannelOption<O> option, Object value) {
        boolean listening = ChannelOption.SO_BACKLOG.equals(option) || ChannelOption.SO_REUSEADDR.equals(option);
        return listening ? server.option(option, (O) value) : server.childOption(option, (O) value);
    }

    private static boolean hasFile(Endpoint endpoint) {
        return endpoint.scheme() == Scheme.IPC && !endpoint.isAbstract();
    }

    /** {@return the endpoint that was bound, with the port or path that was picked} */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** {@return the channel that accepts} */
    public Channel channel() {
        return channel;
    }

    /** {@return stops listening when first subscribed to, and removes the ipc file; accepted channels stay open} */
    public Mono<Void> close() {
        return close;
    }

    private Mono<Void> closing() {
        Mono<Void> close = Mono.create(sink -> channel.close().addListener(future -> sink.success()));
        if (!hasFile(endpoint)) {
            return close;
        }
        // The file goes first: after the close another one may have bound the name.
        return Mono.defer(() -> channel.isOpen() ? remove(endpoint, isTemporary) : Mono.<Void>empty())
                .onErrorResume(undeleted -> close.then(Mono.error(undeleted)))
                .then(close)
                .cache(); // nor may the file be removed once more
    }
}
