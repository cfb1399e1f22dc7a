package io.zmtp.reactive;

/**
 * Messages of a publication are lost: a subscriber missed them, and the publisher's history does not have them any more, or
 * could not be asked in time.
 *
 * @since 0.1
 */
public final class ZmtpGapException extends ZmtpException {
    private static final long serialVersionUID = 1L;

    private final transient Endpoint endpoint;
    private final long epoch;
    private final long first;
    private final long last;

    /**
     * Makes one.
     *
     * @param endpoint where they were published
     * @param epoch of which start of the publisher they are
     * @param first the number of the first one
     * @param last the number of the last one
     */
    public ZmtpGapException(Endpoint endpoint, long epoch, long first, long last) {
        super(
                endpoint + ": expected all messages, but " + (last - first + 1) + " are lost, from number " + first
                        + " to " + last,
                null);
        this.endpoint = endpoint;
        this.epoch = epoch;
        this.first = first;
        this.last = last;
    }

    /** {@return where they were published} */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** {@return of which start of the publisher they are, as in the updates of a replay subscriber} */
    public long epoch() {
        return epoch;
    }

    /** {@return the number of the first one} */
    public long first() {
        return first;
    }

    /** {@return the number of the last one} */
    public long last() {
        return last;
    }
}
