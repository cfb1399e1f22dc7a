package io.zmtp.spring.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.zmtp.reactive.replay.ReplayCounts;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.spring.core.ReplaySubscription;
import io.zmtp.spring.core.ZmtpObservation.Low;
import io.zmtp.spring.core.ZmtpReplays;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** What subscriptions with a replay have seen, and how large the histories of publications are; read when it is scraped. */
final class ReplayMetrics implements SmartInitializingSingleton {

    private final ZmtpReplays replays;
    private final MeterRegistry registry;

    ReplayMetrics(ZmtpReplays replays, MeterRegistry registry) {
        this.replays = replays;
        this.registry = registry;
    }

    @Override
    public void afterSingletonsInstantiated() {
        replays.publishers().forEach(this::history);
        replays.subscriptions().values().forEach(this::subscription);
    }

    private static Tags tags(String socket, String type) {
        return Tags.of(Low.DESTINATION.asString(), socket, Low.SOCKET_TYPE.asString(), type);
    }

    private void history(String name, ReplayPublisher publisher) {
        Gauge.builder("zmtp.replay.history.messages", publisher, each -> each.next() - each.oldest())
                .description("Messages in the history of a publication")
                .tags(tags(name, "PUB"))
                .register(registry);
        Gauge.builder("zmtp.replay.history.size", publisher, ReplayPublisher::held)
                .description("Memory that the history of a publication takes")
                .baseUnit("bytes")
                .tags(tags(name, "PUB"))
                .register(registry);
    }

    private void subscription(ReplaySubscription each) {
        counter(each, "zmtp.replay.gaps", "How often messages were found missing", ReplayCounts::gaps);
        counter(each, "zmtp.replay.replayed", "Messages that were replayed", ReplayCounts::replayed);
        counter(each, "zmtp.replay.lost", "Numbers of messages that could not be had any more", ReplayCounts::lost);
        counter(each, "zmtp.replay.duplicates", "Messages that came again, and were dropped", ReplayCounts::duplicates);
        TimeGauge.builder("zmtp.replay.gap.open", each, TimeUnit.SECONDS, ReplayMetrics::open)
                .description("How long messages have been missing that may still come; 0 if there are none")
                .tags(tags(each.name(), "SUB"))
                .register(registry);
    }

    private static double open(ReplaySubscription each) {
        return each.subscriber()
                .counts()
                .openFor()
                .map(Duration::toMillis)
                .map(millis -> millis / 1000.0)
                .orElse(0.0);
    }

    private void counter(
            ReplaySubscription each, String meter, String description, ToLongFunction<ReplayCounts> count) {
        FunctionCounter.builder(
                        meter, each, seen -> count.applyAsLong(seen.subscriber().counts()))
                .description(description)
                .tags(tags(each.name(), "SUB"))
                .register(registry);
    }
}
