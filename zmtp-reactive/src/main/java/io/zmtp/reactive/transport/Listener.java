package io.zmtp.reactive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Endpoint.Scheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ChannelBindException;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

/**
 * A bound endpoint that accepts channels.
 *
 * @since 0.1
 */
public final class Listener {

    private final Endpoint endpoint;
    private final Channel channel;

    private Listener(Endpoint endpoint, Channel channel) {
        this.endpoint = endpoint;
        this.channel = channel;
    }

    /**
     * Binds an endpoint.
     *
     * @param endpoint tcp, tls+tcp or ipc; a stale ipc file is replaced, one where somebody listens is not
     * @param loops the event loops, null for reactor-netty's shared ones
     * @param options socket options of accepted channels
     * @param gate sees every accepted channel before it is registered; it may close it, or pause accepting
     * @param accepted takes each open channel, on its event loop; it does not read yet
     * @return emits once bound, its {@link #endpoint()} with the port that was picked; fails with a
     *     {@code BindException} when the address is taken
     */
    public static Mono<Listener> bind(
            Endpoint endpoint,
            @Nullable LoopResources loops,
            Map<ChannelOption<?>, Object> options,
            ChannelInboundHandlerAdapter gate,
            Consumer<? super Channel> accepted) {
        return Mono.fromCallable(() -> {
                    if (hasFile(endpoint)) {
                        SocketFiles.removeStale(Path.of(endpoint.name()));
                    }
                    return Addresses.toBind(endpoint);
                })
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(address -> server(loops, options, address)
                        .doOnBound(server -> server.channel().pipeline().addFirst(gate))
                        .doOnConnection(connection -> accepted.accept(Bridge.remove(connection)))
                        .bind()
                        .map(server -> new Listener(resolved(endpoint, address, server.channel()), server.channel())))
                .onErrorMap(ChannelBindException.class, failed -> taken(endpoint, failed));
    }

    private static TcpServer server(
            @Nullable LoopResources loops, Map<ChannelOption<?>, Object> options, SocketAddress address) {
        TcpServer server = TcpServer.create()
                .bindAddress(() -> address)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Buffers.MARKS);
        for (Map.Entry<ChannelOption<?>, Object> option : options.entrySet()) {
            server = with(server, option.getKey(), option.getValue());
        }
        return loops == null ? server : server.runOn(loops);
    }

    /** What the kernel says to a bind, as the JDK would say it. */
    private static BindException taken(Endpoint endpoint, ChannelBindException failed) {
        Throwable cause = failed.getCause() == null ? failed : failed.getCause();
        BindException exception = new BindException(endpoint + ": " + cause.getMessage());
        exception.initCause(cause);
        return exception;
    }

    @SuppressWarnings("unchecked")
    private static <O> TcpServer with(TcpServer server, ChannelOption<O> option, Object value) {
        boolean listening = ChannelOption.SO_BACKLOG.equals(option) || ChannelOption.SO_REUSEADDR.equals(option);
        return listening ? server.option(option, (O) value) : server.childOption(option, (O) value);
    }

    /** The endpoint with its port, and with the address in place of an interface's name. */
    private static Endpoint resolved(Endpoint endpoint, SocketAddress asked, Channel channel) {
        if (!(asked instanceof InetSocketAddress address)
                || !(channel.localAddress() instanceof InetSocketAddress bound)) {
            return endpoint;
        }
        Endpoint known = endpoint.withPort(bound.getPort());
        // getHostString() gives back the name that an address was made of, and asks nobody.
        boolean named = endpoint.anyHost() || address.getHostString().equals(endpoint.host());
        return named ? known : known.withHost(address.getAddress().getHostAddress());
    }

    private static boolean hasFile(Endpoint endpoint) {
        return endpoint.scheme() == Scheme.IPC && !endpoint.isAbstract();
    }

    /** What was bound, with the port that was picked. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** The listening channel. */
    public Channel channel() {
        return channel;
    }

    /** Stops listening and removes the ipc file. Accepted channels stay open. */
    public Mono<Void> close() {
        Mono<Void> close = Mono.create(sink -> channel.close().addListener(future -> sink.success()));
        if (!hasFile(endpoint)) {
            return close;
        }
        // The file goes first: after the close the name may already be somebody else's.
        return Mono.<Void>fromRunnable(() -> delete(Path.of(endpoint.name())))
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorResume(undeleted -> close.then(Mono.error(undeleted)))
                .then(close);
    }

    private void delete(Path file) {
        try {
            if (channel.isOpen()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
