package io.zmtp.reactive.replay;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpGapException;

/**
 * Messages are lost. Numbers count the messages of all topics: if not all were subscribed to, fewer may be lost that were
 * wanted, or none.
 *
 * @param endpoint the endpoint of the publication
 * @param epoch of which start of the publisher they are
 * @param first the number of the first one
 * @param last the number of the last one
 * @since 0.1
 */
public record Gap(Endpoint endpoint, long epoch, long first, long last) implements Update {

    /** {@return how many numbers there are in it} */
    public long count() {
        return last - first + 1;
    }

    /** {@return the same as an exception} */
    public ZmtpGapException toException() {
        return new ZmtpGapException(endpoint, epoch, first, last);
    }
}
