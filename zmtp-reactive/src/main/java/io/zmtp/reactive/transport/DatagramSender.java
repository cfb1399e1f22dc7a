package io.zmtp.reactive.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.wire.Datagram;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/**
 * Sends datagrams to a udp endpoint, for RADIO. Nothing shows whether a peer is there. All methods may be called from any
 * thread.
 *
 * @since 0.1
 */
public final class DatagramSender implements Disposable {

    /** How many messages may wait for the system to take them: {@value}. */
    public static final int DEFAULT_CAPACITY = 1_000;

    private final Endpoint endpoint;
    private final InetSocketAddress target;
    private final DatagramChannel channel;
    private final int capacity;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();

    private DatagramSender(Endpoint endpoint, InetSocketAddress target, DatagramChannel channel, int capacity) {
        this.endpoint = endpoint;
        this.target = target;
        this.channel = channel;
        this.capacity = capacity;
    }

    /**
     * Opens a sender. A name is looked up once.
     *
     * @param endpoint where to send to: udp, an address or a multicast group
     * @param loops the event loops
     * @param options socket options, such as {@code IP_MULTICAST_TTL} (default 1: the own network) or
     *     {@code SO_BROADCAST}
     * @param capacity how many messages may wait for the system to take them, at least 1
     * @return emits once open; fails with an {@code IOException} when the name or the interface is unknown
     * @throws IllegalArgumentException if the endpoint is not udp or has no host or port, or the capacity is less than 1
     */
    public static Mono<DatagramSender> connect(
            Endpoint endpoint, LoopResources loops, Map<ChannelOption<?>, Object> options, int capacity) {
        DatagramRoute.require(endpoint);
        Addresses.requireHostAndPort(endpoint);
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    endpoint + ": expected a capacity of at least 1 message, but it is " + capacity);
        }
        return Mono.fromCallable(() -> DatagramRoute.toSend(endpoint))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(route -> DatagramChannels.bind(
                                endpoint,
                                route,
                                loops,
                                all(options, route),
                                new ChannelInboundHandlerAdapter(),
                                Channel::newSucceededFuture)
                        .map(channel -> new DatagramSender(endpoint, route.target(), channel, capacity)));
    }

    private static Map<ChannelOption<?>, Object> all(Map<ChannelOption<?>, Object> options, DatagramRoute route) {
        Map<ChannelOption<?>, Object> all = new HashMap<>(options);
        all.put(ChannelOption.AUTO_READ, false); // nothing is received here
        if (route.card() != null) {
            all.put(ChannelOption.IP_MULTICAST_IF, route.card());
        }
        return all;
    }

    /**
     * Sends a message as one datagram.
     *
     * @param group the group whose members it is for, at most {@value io.zmtp.reactive.wire.Group#MAX_SIZE} octets, none of
     *     them zero
     * @param body the octets of the message; with the group and one octet more at most {@value Datagram#MAX_SIZE}
     * @return completes when the system has taken the datagram, or when it was dropped and counted because as many
     *     wait as may; fails with a {@code ZmtpSendException} if it is too large or the group cannot be one, with an
     *     {@code IOException} if the system refused it or the sender is closed
     */
    public Mono<Void> send(Bytes group, Bytes body) {
        return Mono.create(sink -> write(new Datagram(group, body), sink));
    }

    private void write(Datagram datagram, MonoSink<Void> sink) {
        if (waiting.get() >= capacity) {
            dropped.incrementAndGet();
            sink.success();
            return;
        }
        ByteBuf octets = channel.alloc().ioBuffer(datagram.size());
        datagram.write(octets.nioBuffer(0, datagram.size()));
        octets.writerIndex(datagram.size());
        waiting.incrementAndGet();
        channel.writeAndFlush(new DatagramPacket(octets, target)).addListener(written -> {
            waiting.decrementAndGet();
            if (written.isSuccess()) {
                sink.success();
            } else {
                sink.error(written.cause());
            }
        });
    }

    /** {@return the endpoint that it sends to, as it was given} */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** {@return how many messages were dropped because the system did not take them fast enough} */
    public long dropped() {
        return dropped.get();
    }

    /** {@return closes it when subscribed to; completes when it is closed. What still waits then fails} */
    public Mono<Void> close() {
        return DatagramChannels.close(channel);
    }

    /** {@return completes when it is closed} */
    public Mono<Void> onClose() {
        return DatagramChannels.onClose(channel);
    }

    @Override
    public void dispose() {
        channel.close();
    }

    @Override
    public boolean isDisposed() {
        return !channel.isOpen();
    }
}
