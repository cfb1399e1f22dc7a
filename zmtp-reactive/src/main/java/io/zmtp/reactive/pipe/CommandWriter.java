package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Bytes;

/** Writes commands over one connection, before all messages that wait; lost when it has ended. Any thread. */
public interface CommandWriter {

    /** Writes the frames of commands, all whole; they are copied. */
    void write(byte[] frames, int length);

    /** Asks for a PONG, behind all commands so far. */
    void ping(Bytes context);
}
