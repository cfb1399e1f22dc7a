package io.zmtp.reactive.replay;

/**
 * Where a subscription begins.
 *
 * @since 0.1
 */
public final class Start {

    enum Kind {
        NOW,
        OLDEST,
        NUMBER,
        LAST_VALUES
    }

    private static final Start NOW = new Start(Kind.NOW, 0, 0);
    private static final Start OLDEST = new Start(Kind.OLDEST, 0, 0);
    private static final Start LAST_VALUES = new Start(Kind.LAST_VALUES, 0, 0);

    final Kind kind;
    final long epoch;
    final long number;

    private Start(Kind kind, long epoch, long number) {
        this.kind = kind;
        this.epoch = epoch;
        this.number = number;
    }

    /** {@return with the next message that is published when the publisher was reached} */
    public static Start now() {
        return NOW;
    }

    /** {@return with the oldest message that the history has} */
    public static Start oldest() {
        return OLDEST;
    }

    /**
     * Begins with the last message of each key, in the order of their numbers, and goes on with all messages that follow: the state of
     * a subscriber that was there all the time. Only for publishers with {@link PublisherOptions#lastValues(int)}.
     *
     * @return the start
     */
    public static Start lastValues() {
        return LAST_VALUES;
    }

    /**
     * Begins with a number, which may be one to come.
     *
     * @param number 0 or more
     * @return the start
     */
    public static Start at(long number) {
        return at(0, number);
    }

    /**
     * Begins with a number, unless the publisher was started again meanwhile: then with its first one.
     *
     * @param epoch {@link Update#epoch()}; 0 if it does not matter
     * @param number 0 or more
     * @return the start
     */
    public static Start at(long epoch, long number) {
        if (number < 0) {
            throw new IllegalArgumentException("number: expected 0 or more, but it is " + number);
        }
        return new Start(Kind.NUMBER, epoch, number);
    }

    /**
     * Begins behind what was received already, as kept from an earlier subscription.
     *
     * @param update the last update
     * @return the start
     */
    public static Start after(Update update) {
        return at(update.epoch(), update.last() + 1);
    }

    @Override
    public String toString() {
        return kind == Kind.NUMBER ? "number " + number : kind.toString();
    }
}
