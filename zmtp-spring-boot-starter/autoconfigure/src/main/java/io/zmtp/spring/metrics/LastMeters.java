package io.zmtp.spring.metrics;

import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.noop.NoopMeter;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The meters that were looked up last, by their keys as an object: to compare these by their values costs more than to record a
 * time. Most observations of a listener have the same object.
 */
final class LastMeters<M extends Meter> {

    private static final int LENGTH = 64;

    private record Entry<M>(String name, KeyValues keys, M meter) {}

    private final AtomicReferenceArray<@Nullable Entry<M>> entries = new AtomicReferenceArray<>(LENGTH);

    /** Nothing so far. */
    LastMeters() {}

    @SuppressWarnings("ReferenceEquality")
    @Nullable
    M get(String name, KeyValues keys) {
        Entry<M> entry = entries.getAcquire(index(keys));
        return entry != null && entry.keys() == keys && entry.name().equals(name) ? entry.meter() : null;
    }

    /** Except for one that a filter denies: the filter is asked each time. */
    void put(String name, KeyValues keys, M meter) {
        if (!(meter instanceof NoopMeter)) {
            entries.setRelease(index(keys), new Entry<>(name, keys, meter));
        }
    }

    private static int index(KeyValues keys) {
        return System.identityHashCode(keys) % LENGTH;
    }
}
