package io.zmtp.reactive.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.unix.ServerDomainSocketChannel;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Endpoint.Scheme;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/**
 * A bound endpoint that accepts channels. Internal.
 */
public final class Listener {

    /** What a socket option for all may say, and an ipc socket has not. */
    private static final Set<ChannelOption<?>> ONLY_TCP = Set.of(ChannelOption.SO_REUSEADDR, ChannelOption.TCP_NODELAY);

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
                .flatMap(known -> bind(known, endpoint.anyPath(), loops, options, gate, accepted));
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
        // Not of a path that was asked for: another one may have bound it meanwhile.
        Mono<Void> undo = isTemporary ? remove(endpoint, true).onErrorComplete() : Mono.empty();
        Mono<Listener> bound = Mono.fromCallable(() -> Addresses.toBind(endpoint, loops))
                .flatMap(address -> open(server(endpoint, loops, options, gate, accepted), address, undo)
                        .onErrorMap(failed -> Addresses.taken(endpoint, failed))
                        .map(channel ->
                                new Listener(Addresses.resolved(endpoint, address, channel), isTemporary, channel)));
        return bound.onErrorResume(failed -> undo.then(Mono.error(failed)));
    }

    /** Binds; once that is cancelled the channel closes, and then undo is subscribed to. */
    private static Mono<Channel> open(ServerBootstrap server, SocketAddress address, Mono<Void> undo) {
        return Mono.create(sink -> {
            ChannelFuture binding = server.bind(address);
            sink.onCancel(() -> binding.channel().close().addListener(closed -> undo.subscribe()));
            binding.addListener(done -> {
                if (done.isSuccess()) {
                    sink.success(binding.channel());
                } else {
                    sink.error(done.cause());
                }
            });
        });
    }

    private static Mono<Void> remove(Endpoint endpoint, boolean isTemporary) {
        return Mono.<Void>fromCallable(() -> {
                    SocketFiles.remove(endpoint, isTemporary);
                    return null;
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    /** Netty's own: of what reactor-netty's makes for each connection, nothing would be used. */
    private static ServerBootstrap server(
            Endpoint endpoint,
            LoopResources loops,
            Map<ChannelOption<?>, Object> options,
            ChannelInboundHandlerAdapter gate,
            Consumer<? super Channel> accepted) {
        boolean ipc = endpoint.scheme() == Scheme.IPC;
        EventLoopGroup accepting = loops.onServerSelect(LoopResources.DEFAULT_NATIVE);
        ServerBootstrap server = new ServerBootstrap()
                .group(accepting, loops.onServer(LoopResources.DEFAULT_NATIVE))
                .channelFactory(() -> ipc
                        ? loops.onChannel(ServerDomainSocketChannel.class, accepting)
                        : loops.onChannel(ServerSocketChannel.class, accepting))
                .handler(gate)
                .childHandler(new Accepted(accepted))
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Buffers.DEFAULT_MARKS)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, Buffers.reads());
        if (Addresses.isNative(loops)) {
            server.option(ChannelOption.RECVBUF_ALLOCATOR, Buffers.accepts());
        }
        if (!ipc) {
            server.option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true);
        }
        for (Map.Entry<ChannelOption<?>, Object> option : options.entrySet()) {
            if (!ipc || !ONLY_TCP.contains(option.getKey())) {
                set(server, option.getKey(), option.getValue());
            }
        }
        return server;
    }

    @SuppressWarnings("unchecked")
    private static <O> void set(ServerBootstrap server, ChannelOption<O> option, Object value) {
        boolean listening = ChannelOption.SO_BACKLOG.equals(option) || ChannelOption.SO_REUSEADDR.equals(option);
        if (listening) {
            server.option(option, (O) value);
        } else {
            server.childOption(option, (O) value);
        }
    }

    /** Hands each channel over when it is open, and is gone. */
    @Sharable
    private static final class Accepted extends ChannelInboundHandlerAdapter {

        private final Consumer<? super Channel> accepted;

        Accepted(Consumer<? super Channel> accepted) {
            this.accepted = accepted;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.pipeline().remove(this);
            accepted.accept(context.channel());
        }
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
