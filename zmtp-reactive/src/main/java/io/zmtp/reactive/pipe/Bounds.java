package io.zmtp.reactive.pipe;

import java.time.Duration;

/**
 * How much a pipe holds, and how long.
 *
 * @param sendMessages whole messages waiting to be written
 * @param sendBytes their octets, if that is reached first
 * @param maxAge how long each may wait; zero for any time
 * @param receiveMessages messages read ahead
 */
public record Bounds(long sendMessages, long sendBytes, Duration maxAge, int receiveMessages) {}
