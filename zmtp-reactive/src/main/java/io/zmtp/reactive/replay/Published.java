package io.zmtp.reactive.replay;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;

/**
 * A message of a publication.
 *
 * @param endpoint the endpoint of the publication
 * @param epoch of which start of the publisher it is
 * @param number its number
 * @param replayed whether it was replayed, and not received as it was published
 * @param message the message as it was given to the publisher: the topic and the payload
 * @since 0.1
 */
public record Published(Endpoint endpoint, long epoch, long number, boolean replayed, Message message)
        implements Update {

    @Override
    public long last() {
        return number;
    }
}
