package io.zmtp.reactive.transport;

/** The other end of a channel in memory. Internal. Its methods are called on the loop of the channel that calls. */
public interface MemoryEnd {

    /**
     * Octets came.
     *
     * @param octets the octets, which this end owns from now on
     */
    void octets(byte[] octets);

    /** Nothing comes any more. */
    void ended();

    /** {@return whether no more should be written for now; later this end calls {@link #hasRoom} of the other one} */
    boolean isFull();

    /** The other end has room again. */
    void hasRoom();
}
