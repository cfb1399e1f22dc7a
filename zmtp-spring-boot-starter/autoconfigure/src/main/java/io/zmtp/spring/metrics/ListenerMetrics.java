package io.zmtp.spring.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.zmtp.spring.core.ZmtpObservation.Low;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/** Gauges of the listeners that are paused; read when they are scraped. Made when all listeners are known. */
final class ListenerMetrics implements ApplicationListener<ContextRefreshedEvent> {

    private final ObjectProvider<ZmtpListenerRegistry> listeners;
    private final MeterRegistry registry;

    ListenerMetrics(ObjectProvider<ZmtpListenerRegistry> listeners, MeterRegistry registry) {
        this.listeners = listeners;
        this.registry = registry;
    }

    @Override
    public void onApplicationEvent(ContextRefreshedEvent event) {
        listeners.ifAvailable(all -> all.ids().forEach(id -> gauge(all, id)));
    }

    private void gauge(ZmtpListenerRegistry all, String id) {
        Gauge.builder("zmtp.listener.paused", all, each -> each.isPaused(id) ? 1 : 0)
                .description("1 while the listener is paused, else 0")
                .tags(Low.DESTINATION.asString(), all.socketOf(id), Low.LISTENER_ID.asString(), id)
                .register(registry);
    }
}
