package io.zmtp.reactive.endpoint;

import java.time.Duration;

/**
 * How an endpoint connects again.
 *
 * @param first the first delay of an outage
 * @param slowest the longest
 * @param afterFatal whether also when the next attempt will fail as this one did
 */
public record Reconnect(Duration first, Duration slowest, boolean afterFatal) {}
