package io.zmtp.reactive.transport;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.wire.Datagram;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.concurrent.Queues;

/** The messages of datagrams that wait to be received. */
final class DatagramInbox extends SimpleChannelInboundHandler<DatagramPacket> {

    private static final Logger LOG = Loggers.getLogger(DatagramReceiver.class);

    private final Sinks.Many<Message> messages;
    private final Predicate<? super Bytes> wanted;
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile Consumer<? super Message> onRefused = nobody -> {};
    private @Nullable Peer last;

    DatagramInbox(int capacity, Predicate<? super Bytes> wanted) {
        // Unsafe, because the event loop alone emits.
        this.messages = Sinks.unsafe()
                .many()
                .unicast()
                .onBackpressureBuffer(Queues.<Message>get(capacity).get());
        this.wanted = wanted;
    }

    Flux<Message> messages() {
        return messages.asFlux();
    }

    long dropped() {
        return dropped.get();
    }

    long refused() {
        return refused.get();
    }

    void onRefused(Consumer<? super Message> called) {
        onRefused = called;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        Datagram datagram;
        try {
            datagram = Datagram.read(packet.content().nioBuffer());
        } catch (ZmtpProtocolException malformed) {
            refused.incrementAndGet();
            LOG.debug(
                    "{}: discarded a datagram from {}: {}", context.channel(), packet.sender(), malformed.getMessage());
            Bytes octets = Bytes.wrap(ByteBufUtil.getBytes(packet.content()));
            onRefused.accept(Message.received(List.of(octets), from(packet.sender())));
            return;
        }
        if (wanted.test(datagram.group())) {
            List<Bytes> parts = List.of(datagram.group(), datagram.body());
            if (messages.tryEmitNext(Message.received(parts, from(packet.sender())))
                    .isFailure()) {
                dropped.incrementAndGet();
            }
        }
    }

    /** The sender as a peer. Only its address is known; often it is the sender of the last datagram. */
    private Peer from(InetSocketAddress sender) {
        Peer peer = last;
        if (peer == null || !sender.equals(peer.address())) {
            peer = new Peer(sender, SocketType.RADIO, Bytes.EMPTY, 0, 0, Metadata.EMPTY, null, null);
            last = peer;
        }
        return peer;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        messages.tryEmitComplete();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("{}: a datagram was lost", context.channel(), cause);
    }
}
