package io.zmtp.reactive.transport;

/** What is at the other end of a channel in memory; told of everything on the loop of the one that tells. */
public interface MemoryEnd {

    /** Octets came; they are the end's own now. */
    void octets(byte[] octets);

    /** Nothing comes any more. */
    void ended();

    /** Whether no more should be written for now; later {@link #hasRoom} of the other one is told. */
    boolean isFull();

    /** There is room again at the other one. */
    void hasRoom();
}
