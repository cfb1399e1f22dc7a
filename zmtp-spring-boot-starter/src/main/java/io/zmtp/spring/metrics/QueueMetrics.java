package io.zmtp.spring.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.zmtp.reactive.socket.SocketPeer;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.listener.ZmtpSockets;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** How many messages wait for the peers of each socket; read when somebody asks. */
final class QueueMetrics implements SmartInitializingSingleton {

    private final ZmtpSockets sockets;
    private final MeterRegistry registry;

    QueueMetrics(ZmtpSockets sockets, MeterRegistry registry) {
        this.sockets = sockets;
        this.registry = registry;
    }

    @Override
    public void afterSingletonsInstantiated() {
        sockets.all()
                .forEach((name, socket) -> Gauge.builder("zmtp.send.queue.size", socket, QueueMetrics::queued)
                        .description("Messages that wait to be written to the peers of a socket")
                        .baseUnit("messages")
                        .tags("socket", name, "type", socket.type().name())
                        .register(registry));
    }

    private static double queued(ZmtpSocket socket) {
        return (double) socket.peers().stream().mapToLong(SocketPeer::queued).sum();
    }
}
