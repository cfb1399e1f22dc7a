package io.zmtp.reactive.pipe;

/**
 * How much a pipe holds.
 *
 * @param sendMessages whole messages waiting to be written
 * @param sendBytes their octets, if that is reached first
 * @param receiveMessages messages read ahead
 */
public record Bounds(long sendMessages, long sendBytes, int receiveMessages) {}
