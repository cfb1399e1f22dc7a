package io.zmtp.spring.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.ZmtpObservation.Low;
import io.zmtp.spring.core.ZmtpSockets;
import java.util.function.ToLongFunction;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** Gauges of the messages that wait for, and from, the peers of each socket; read when they are scraped. */
final class QueueMetrics implements SmartInitializingSingleton {

    private final ZmtpSockets sockets;
    private final MeterRegistry registry;

    QueueMetrics(ZmtpSockets sockets, MeterRegistry registry) {
        this.sockets = sockets;
        this.registry = registry;
    }

    @Override
    public void afterSingletonsInstantiated() {
        sockets.forEach((name, socket) -> {
            gauge(name, socket, "zmtp.send.queue.size", "Messages that wait to be written", ConnectedPeer::queued);
            gauge(
                    name,
                    socket,
                    "zmtp.receive.queue.size",
                    "Messages that came and wait to be taken",
                    ConnectedPeer::unread);
        });
    }

    private void gauge(
            String name, ZmtpSocket socket, String meter, String description, ToLongFunction<ConnectedPeer> waiting) {
        Gauge.builder(meter, sockets, each -> waiting(each, name, waiting))
                .description(description)
                .baseUnit("messages")
                .tags(
                        Low.DESTINATION.asString(),
                        name,
                        Low.SOCKET_TYPE.asString(),
                        socket.type().name())
                .register(registry);
    }

    /** By name: a socket that was added, removed and added again is another one with the same meter. */
    private static double waiting(ZmtpSockets sockets, String name, ToLongFunction<ConnectedPeer> waiting) {
        return sockets.find(name).stream()
                .flatMap(socket -> socket.peers().stream())
                .mapToLong(waiting)
                .sum();
    }
}
