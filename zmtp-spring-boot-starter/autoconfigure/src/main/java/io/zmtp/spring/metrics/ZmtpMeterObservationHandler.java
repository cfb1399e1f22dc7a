package io.zmtp.spring.metrics;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.noop.NoopMeter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;
import io.zmtp.spring.core.ZmtpReceiverContext;
import io.zmtp.spring.core.ZmtpSenderContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Makes the same meters of a message as Micrometer's default handler, but remembers them: that one makes the tags anew and
 * looks up each meter for each message, which costs more than a listener does otherwise.
 */
final class ZmtpMeterObservationHandler implements MeterObservationHandler<Observation.Context> {

    /** After this they are looked up again: a filter that was added meanwhile may want others. */
    private static final long NANOS = Duration.ofSeconds(1).toNanos();

    /** More than these are not remembered: a convention of the application may give values that are never equal. */
    private static final int LIMIT = 1_000;

    private record Begun(String name, KeyValues keys) {}

    private record Ended(String name, KeyValues keys, String error) {}

    private record Known(long since, Map<Begun, LongTaskTimer> active, Map<Ended, Timer> timers) {}

    private final MeterRegistry registry;
    private final DefaultMeterObservationHandler others;
    private final boolean longTasks;
    private volatile Known known;

    /**
     * Makes meters in a registry.
     *
     * @param others counts events, which are rare
     * @param longTasks whether what is under way has a meter too
     */
    ZmtpMeterObservationHandler(MeterRegistry registry, DefaultMeterObservationHandler others, boolean longTasks) {
        this.registry = registry;
        this.others = others;
        this.longTasks = longTasks;
        this.known = none();
        registry.config().onMeterRemoved(meter -> known = none());
    }

    private Known none() {
        return new Known(now(), new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }

    private long now() {
        return registry.config().clock().monotonicTime();
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof ZmtpReceiverContext || context instanceof ZmtpSenderContext;
    }

    @Override
    public void onStart(Observation.Context context) {
        if (now() - known.since() >= NANOS) {
            known = none();
        }
        if (longTasks) {
            Begun begun = new Begun(name(context), context.getLowCardinalityKeyValues());
            context.put(
                    LongTaskTimer.Sample.class,
                    meter(known.active(), begun, this::active).start());
        }
        context.put(Timer.Sample.class, Timer.start(registry));
    }

    @Override
    public void onStop(Observation.Context context) {
        Throwable failure = context.getError();
        String error =
                failure == null ? KeyValue.NONE_VALUE : failure.getClass().getSimpleName();
        Ended ended = new Ended(name(context), context.getLowCardinalityKeyValues(), error);
        Timer.Sample sample = context.getRequired(Timer.Sample.class);
        sample.stop(meter(known.timers(), ended, this::timer));
        if (longTasks) {
            LongTaskTimer.Sample active = context.getRequired(LongTaskTimer.Sample.class);
            active.stop();
        }
    }

    @Override
    public void onEvent(Observation.Event event, Observation.Context context) {
        others.onEvent(event, context);
    }

    /**
     * One that was removed while it was looked up is put among those that are already forgotten. One that a filter denies is not
     * remembered: the filter is asked each time.
     */
    private static <K, M> M meter(Map<K, M> meters, K key, Function<K, M> lookup) {
        M meter = meters.get(key);
        if (meter == null) {
            meter = lookup.apply(key);
            if (!(meter instanceof NoopMeter) && meters.size() < LIMIT) {
                meters.put(key, meter);
            }
        }
        return meter;
    }

    private LongTaskTimer active(Begun begun) {
        return registry.more().longTaskTimer(begun.name() + ".active", tags(begun.keys()));
    }

    private Timer timer(Ended ended) {
        List<Tag> tags = tags(ended.keys());
        tags.add(Tag.of("error", ended.error()));
        return registry.timer(ended.name(), tags);
    }

    private static String name(Observation.Context context) {
        return Objects.requireNonNull(context.getName(), "an observation's convention gives no name");
    }

    private static List<Tag> tags(KeyValues keys) {
        List<Tag> tags = new ArrayList<>();
        for (KeyValue key : keys) {
            tags.add(Tag.of(key.getKey(), key.getValue()));
        }
        return tags;
    }
}
