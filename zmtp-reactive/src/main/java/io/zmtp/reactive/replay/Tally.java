package io.zmtp.reactive.replay;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts. Any thread may call. */
final class Tally {

    final LongAdder received = new LongAdder();
    final LongAdder replayed = new LongAdder();
    final LongAdder gaps = new LongAdder();
    final LongAdder lost = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder malformed = new LongAdder();

    /** When the open gap of each source was found. */
    private final Map<Object, Long> open = new ConcurrentHashMap<>(0);

    void opened(Object source) {
        if (open.putIfAbsent(source, System.nanoTime()) == null) {
            gaps.increment();
        }
    }

    void closed(Object source) {
        open.remove(source);
    }

    ReplayCounts now() {
        return new ReplayCounts(
                received.sum(),
                replayed.sum(),
                gaps.sum(),
                lost.sum(),
                duplicates.sum(),
                malformed.sum(),
                open.values().stream().min(Long::compare).map(since -> Duration.ofNanos(System.nanoTime() - since)));
    }
}
