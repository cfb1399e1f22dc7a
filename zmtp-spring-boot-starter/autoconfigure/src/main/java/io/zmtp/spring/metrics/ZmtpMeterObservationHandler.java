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
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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

    private record Known(
            long since,
            Map<Begun, LongTaskTimer> active,
            Map<Ended, Timer> timers,
            LastMeters<LongTaskTimer> lastActive,
            LastMeters<Timer> lastTimers) {}

    /** What is under way: since when, and its sample if that has a meter too. */
    private record Running(long since, LongTaskTimer.@Nullable Sample active) {}

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
        this.known = none(now());
        registry.config().onMeterRemoved(meter -> known = none(now()));
    }

    private static Known none(long now) {
        return new Known(
                now, new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), new LastMeters<>(), new LastMeters<>());
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
        long now = now();
        if (now - known.since() >= NANOS) {
            known = none(now);
        }
        LongTaskTimer.Sample active = longTasks
                ? active(known, name(context), context.getLowCardinalityKeyValues())
                        .start()
                : null;
        context.put(Running.class, new Running(now, active));
    }

    @Override
    public void onStop(Observation.Context context) {
        Running running = context.getRequired(Running.class);
        LongTaskTimer.Sample active = running.active();
        long taken = active == null
                ? -1
                : active.stop(); // which looks at the clock, unless the meter is for none or for several
        if (taken <= 0) {
            taken = now() - running.since();
        }
        timer(known, name(context), context.getLowCardinalityKeyValues(), context.getError())
                .record(taken, TimeUnit.NANOSECONDS);
    }

    private LongTaskTimer active(Known all, String name, KeyValues keys) {
        LongTaskTimer last = all.lastActive().get(name, keys);
        if (last != null) {
            return last;
        }
        LongTaskTimer found = meter(all.active(), new Begun(name, keys), this::active);
        all.lastActive().put(name, keys, found);
        return found;
    }

    private Timer timer(Known all, String name, KeyValues keys, @Nullable Throwable failure) {
        Timer last = failure == null ? all.lastTimers().get(name, keys) : null;
        if (last != null) {
            return last;
        }
        String error =
                failure == null ? KeyValue.NONE_VALUE : failure.getClass().getSimpleName();
        Timer found = meter(all.timers(), new Ended(name, keys, error), this::timer);
        if (failure == null) {
            all.lastTimers().put(name, keys, found);
        }
        return found;
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
