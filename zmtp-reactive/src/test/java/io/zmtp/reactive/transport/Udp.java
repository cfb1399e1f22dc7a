package io.zmtp.reactive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Opens senders, receivers and raw sockets for a test, and ends all of it when the test is over. */
final class Udp implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    final LoopResources loops;
    private final Deque<Runnable> open = new ArrayDeque<>();

    Udp(boolean isNative) {
        loops = isNative ? LoopResources.create("udp", 1, true) : new Nio(LoopResources.create("udp-nio", 1, true));
    }

    DatagramSender sender(Endpoint endpoint, Map<ChannelOption<?>, Object> options, int capacity) {
        DatagramSender sender =
                DatagramSender.connect(endpoint, loops, options, capacity).block(TIMEOUT);
        open.push(() -> sender.close().block(TIMEOUT));
        return sender;
    }

    DatagramSender sender(Endpoint endpoint) {
        return sender(endpoint, Map.of());
    }

    DatagramSender sender(Endpoint endpoint, Map<ChannelOption<?>, Object> options) {
        return sender(endpoint, options, DatagramSender.DEFAULT_CAPACITY);
    }

    DatagramReceiver receiver(String endpoint, int capacity, Predicate<Bytes> wanted) {
        DatagramReceiver receiver = DatagramReceiver.bind(Endpoint.parse(endpoint), loops, Map.of(), capacity, wanted)
                .block(TIMEOUT);
        open.push(() -> receiver.close().block(TIMEOUT));
        return receiver;
    }

    DatagramReceiver receiver(String endpoint) {
        return receiver(endpoint, DatagramReceiver.DEFAULT_CAPACITY, group -> true);
    }

    /** A socket of the JDK on 127.0.0.1. */
    DatagramSocket raw() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        socket.setSoTimeout((int) TIMEOUT.toMillis());
        open.push(socket::close);
        return socket;
    }

    static void send(DatagramSocket from, Endpoint to, Bytes octets) throws IOException {
        String host = to.anyHost() ? "127.0.0.1" : to.host();
        from.send(new DatagramPacket(octets.toByteArray(), octets.size(), new InetSocketAddress(host, to.port())));
    }

    static Bytes receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return Bytes.copyOf(packet.getData(), 0, packet.getLength());
    }

    static Endpoint endpoint(DatagramSocket socket) {
        return Endpoint.parse("udp://127.0.0.1:" + socket.getLocalPort());
    }

    /** A port that was free a moment ago. */
    static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static Message message(String group, String body) {
        return Message.of(group, body);
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
        loops.disposeLater(Duration.ZERO, TIMEOUT).block(TIMEOUT);
    }

    /** Loops that stay with the JDK's selectors, whatever is asked for. */
    private record Nio(LoopResources loops) implements LoopResources {
        @Override
        public EventLoopGroup onServer(boolean useNative) {
            return loops.onServer(false);
        }

        @Override
        public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup group) {
            return loops.onChannelClass(type, group);
        }

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
            return loops.onChannel(type, group);
        }

        @Override
        public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
            return loops.disposeLater(quietPeriod, timeout);
        }
    }
}
