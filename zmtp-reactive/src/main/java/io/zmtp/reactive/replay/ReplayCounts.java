package io.zmtp.reactive.replay;

import java.time.Duration;
import java.util.Optional;

/**
 * What a {@link ReplaySubscriber} has seen since it was made; of all its subscriptions and publishers.
 *
 * @param received messages that were handed out
 * @param replayed those of them that were replayed
 * @param gaps how often messages were found missing, of which some may only have been late
 * @param lost how many numbers could not be had any more
 * @param duplicates messages that came again, and were dropped
 * @param malformed messages that the wire does not allow, or that nobody asked for, and were dropped
 * @param openFor since when a gap is open that is not closed yet; the longest; empty if there is none
 * @since 0.1
 */
public record ReplayCounts(
        long received,
        long replayed,
        long gaps,
        long lost,
        long duplicates,
        long malformed,
        Optional<Duration> openFor) {}
