package io.zmtp.reactive.replay;

import io.zmtp.reactive.Endpoint;

/**
 * What a subscriber learns: a message, or that some are lost.
 *
 * @since 0.1
 */
public sealed interface Update permits Published, Gap {

    /** {@return the endpoint of the publication} */
    Endpoint endpoint();

    /**
     * {@return of which start of the publisher it is: another number after each; from a publisher that announces none, how often
     * its numbers began anew}
     */
    long epoch();

    /** {@return the last number it is about: that of the message, or of the last lost one} */
    long last();
}
