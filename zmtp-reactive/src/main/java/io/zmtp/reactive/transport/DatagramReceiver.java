package io.zmtp.reactive.transport;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramChannel;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.Datagram;
import java.net.NetworkInterface;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/**
 * Receives datagrams at a udp endpoint, for DISH. Any host may send them, with any address as sender: nothing about the
 * sender is proven. All methods may be called from any thread.
 *
 * @since 0.1
 */
public final class DatagramReceiver implements Disposable {

    /** How many messages may wait to be received: {@value}. */
    public static final int DEFAULT_CAPACITY = 1_000;

    private static final int MAX_CAPACITY = 1_000_000;

    private final Endpoint endpoint;
    private final DatagramChannel channel;
    private final DatagramInbox inbox;

    private DatagramReceiver(Endpoint endpoint, DatagramChannel channel, DatagramInbox inbox) {
        this.endpoint = endpoint;
        this.channel = channel;
        this.inbox = inbox;
    }

    /**
     * Binds a receiver.
     *
     * @param endpoint where to receive: udp, an address of this machine or an interface's name, {@code *} for all; or a
     *     multicast group, which is joined on the interface given or else on the one the system would send by. A group
     *     and port may be shared by many receivers, each gets all; an address and port are one receiver's
     * @param loops the event loops
     * @param options socket options, such as {@code SO_RCVBUF}
     * @param capacity how many messages may wait to be received, 1 to 1,000,000, rounded up to a power of two of at least 8
     * @param wanted called with the group of each message, on the event loop; if false, the message is discarded
     * @return emits once bound and joined, its {@link #endpoint()} with the port that was picked; fails with a
     *     {@code BindException} when the address is taken or the group cannot be joined
     * @throws IllegalArgumentException if the endpoint is not udp, or the capacity out of range
     */
    public static Mono<DatagramReceiver> bind(
            Endpoint endpoint,
            LoopResources loops,
            Map<ChannelOption<?>, Object> options,
            int capacity,
            Predicate<? super Bytes> wanted) {
        DatagramRoute.require(endpoint);
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException(
                    endpoint + ": expected a capacity of 1 to " + MAX_CAPACITY + " messages, but it is " + capacity);
        }
        Map<ChannelOption<?>, Object> all = new HashMap<>(options);
        // One octet more, to notice those that were cut.
        all.put(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(Datagram.MAX_SIZE + 1));
        all.put(ChannelOption.SO_REUSEADDR, endpoint.isMulticast());
        return Mono.fromCallable(() -> DatagramRoute.toReceive(endpoint))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(route -> {
                    DatagramInbox inbox = new DatagramInbox(capacity, wanted);
                    return DatagramChannels.bind(endpoint, route, loops, all, inbox, channel -> join(channel, route))
                            .map(channel -> new DatagramReceiver(
                                    Addresses.resolved(endpoint, route.local(), channel), channel, inbox));
                });
    }

    private static ChannelFuture join(DatagramChannel channel, DatagramRoute route) {
        NetworkInterface card = route.card();
        return card == null ? channel.newSucceededFuture() : channel.joinGroup(route.target(), card);
    }

    /**
     * The messages that come, each of two parts: the group and the body.
     *
     * @return emits on the event loop or in the thread that requests; for one subscriber, once, which may poll
     *     (asynchronous fusion). Completes when this is closed and what waited was received. {@link Message#peer()} has the
     *     sender's address, and no version
     */
    public Flux<Message> receive() {
        return inbox.messages();
    }

    /** {@return the endpoint that was bound, with the port that was picked} */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** {@return how many messages were dropped because too many waited; the kernel may drop others, uncounted} */
    public long dropped() {
        return inbox.dropped();
    }

    /** {@return how many datagrams were discarded because they were malformed or too large} */
    public long refused() {
        return inbox.refused();
    }

    /**
     * Sets what is called with each datagram that is discarded, in place of what was set before.
     *
     * @param called called on the event loop with a message of one part, its octets: all of them, or the first {@value
     *     Datagram#MAX_SIZE} and one more
     */
    public void onRefused(Consumer<? super Message> called) {
        inbox.onRefused(called);
    }

    /** {@return closes it when subscribed to; completes when it is closed} */
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
