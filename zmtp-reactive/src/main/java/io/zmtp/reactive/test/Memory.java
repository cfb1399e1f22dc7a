package io.zmtp.reactive.test;

import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.transport.MemoryChannel;
import io.zmtp.reactive.transport.MemoryEnd;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/**
 * Connections without ports and threads: what one side does, the other has seen when the call returns.
 */
final class Memory {

    private final MemoryChannel channel;

    private Memory(MemoryChannel channel) {
        this.channel = channel;
    }

    /** Joins two clients; emits both connections, in this order, when both handshakes are through. */
    static Mono<List<ZmtpConnection>> join(ZmtpClient one, ZmtpClient other) {
        return Mono.defer(() -> {
            List<MemoryChannel> ends = MemoryChannel.pair();
            return Mono.zip(one.attach(ends.get(0)), other.attach(ends.get(1)))
                    .map(both -> List.of(both.getT1(), both.getT2()))
                    .doOnCancel(() -> ends.forEach(MemoryChannel::close));
        });
    }

    /**
     * The plain octets at one end.
     *
     * @param onOctets what the other end writes; the array is the taker's
     * @param onEnd run when the other end has closed
     */
    static Memory raw(Consumer<byte[]> onOctets, Runnable onEnd) {
        return new Memory(MemoryChannel.to(new MemoryEnd() {
            @Override
            public void octets(byte[] octets) {
                onOctets.accept(octets);
            }

            @Override
            public void ended() {
                onEnd.run();
            }

            @Override
            public boolean isFull() {
                return false;
            }

            @Override
            public void hasRoom() {}
        }));
    }

    /** Has a client speak at the other end; emits when the handshake is through. */
    Mono<ZmtpConnection> attach(ZmtpClient client) {
        return client.attach(channel);
    }

    /** Has the other end read these. */
    void write(byte[] octets) {
        channel.octets(octets);
    }

    /** Has the other end see that nothing more comes. */
    void close() {
        channel.ended();
    }
}
