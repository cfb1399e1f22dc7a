package io.zmtp.reactive.delivery;

/**
 * How much is promised of a message, level 0 to 3 of the rules. Both sides must have the same.
 *
 * @since 0.1
 */
public enum DeliveryLevel {
    /** Nothing, as ever in ZeroMQ: what is on its way when a connection ends may be lost. Costs nothing. */
    NONE(0),

    /**
     * At least once: a message is sent again, to any peer, until a receiver has handed it to its application. So it may come
     * twice, when a connection ends.
     */
    TAKEN_OVER(1),

    /**
     * Once: a message is sent again to the same peer only, which knows what it has taken over already, as far as it
     * remembers: for a while, and in memory only.
     */
    ONCE(2),

    /**
     * Once, and done: the application of the receiver says whether it has done the work. What failed is sent again, or goes
     * to where dead letters go.
     */
    DONE(3);

    private final int number;

    DeliveryLevel(int number) {
        this.number = number;
    }

    /** {@return the number of the level in the rules, 0 to 3} */
    public int number() {
        return number;
    }

    /** {@return whether a message is handed out once only, so that peers must be known by a name} */
    public boolean isOnce() {
        return this == ONCE || this == DONE;
    }
}
