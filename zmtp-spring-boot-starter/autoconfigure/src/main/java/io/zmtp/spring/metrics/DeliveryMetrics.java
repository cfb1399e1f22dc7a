package io.zmtp.spring.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.UnderWay;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.autoconfigure.DeadLetters;
import io.zmtp.spring.core.ZmtpObservation.Low;
import io.zmtp.spring.core.ZmtpSockets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** What was sent and is not acknowledged yet, of sockets that have their messages acknowledged; read when it is scraped. */
final class DeliveryMetrics implements SmartInitializingSingleton {

    private final ZmtpSockets sockets;
    private final DeadLetters deadLetters;
    private final MeterRegistry registry;

    DeliveryMetrics(ZmtpSockets sockets, DeadLetters deadLetters, MeterRegistry registry) {
        this.sockets = sockets;
        this.deadLetters = deadLetters;
        this.registry = registry;
    }

    @Override
    public void afterSingletonsInstantiated() {
        sockets.forEach((name, socket) -> {
            if (socket instanceof Sender && socket.delivery().level() != DeliveryLevel.NONE) {
                gauges(name, socket);
            }
        });
    }

    private void gauges(String name, ZmtpSocket socket) {
        Tags tags = Tags.of(
                Low.DESTINATION.asString(),
                name,
                Low.SOCKET_TYPE.asString(),
                socket.type().name());
        Gauge.builder("zmtp.delivery.under.way", sockets, all -> sum(all, name, UnderWay::messages))
                .description("Messages that were sent and are not acknowledged yet")
                .baseUnit("messages")
                .tags(tags)
                .register(registry);
        Gauge.builder("zmtp.delivery.under.way.size", sockets, all -> sum(all, name, UnderWay::bytes))
                .description("Size of the messages that were sent and are not acknowledged yet")
                .baseUnit("bytes")
                .tags(tags)
                .register(registry);
        TimeGauge.builder("zmtp.delivery.oldest", sockets, TimeUnit.MILLISECONDS, all -> oldest(all, name))
                .description("How long ago the oldest message was sent that is not acknowledged yet")
                .tags(tags)
                .register(registry);
        LongAdder dead = deadLetters.counts().get(name);
        if (dead != null) {
            FunctionCounter.builder("zmtp.delivery.dead.letters", dead, LongAdder::sum)
                    .description("Messages that could not be delivered, and were sent to the socket for dead letters")
                    .tags(tags)
                    .register(registry);
        }
    }

    private static Stream<UnderWay> underWay(ZmtpSockets sockets, String name) {
        return sockets.find(name).stream().flatMap(socket -> socket.underWay().stream());
    }

    private static double sum(ZmtpSockets sockets, String name, ToLongFunction<UnderWay> what) {
        return underWay(sockets, name).mapToLong(what).sum();
    }

    private static double oldest(ZmtpSockets sockets, String name) {
        return underWay(sockets, name)
                .mapToLong(each -> each.oldest().toMillis())
                .max()
                .orElse(0);
    }
}
