package io.zmtp.spring.autoconfigure;

import io.zmtp.reactive.replay.PublisherOptions;

/**
 * Changes the options of publications with a history, after the properties. Beans of this type are called in their order.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ReplayPublisherCustomizer {

    /**
     * Changes the options of one.
     *
     * @param socket the name under {@code zmtp.sockets}
     * @param options as the properties have it
     * @return the options to use
     */
    PublisherOptions customize(String socket, PublisherOptions options);
}
