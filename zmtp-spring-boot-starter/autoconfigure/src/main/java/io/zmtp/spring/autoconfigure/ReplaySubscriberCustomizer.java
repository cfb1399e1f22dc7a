package io.zmtp.spring.autoconfigure;

import io.zmtp.reactive.replay.ReplaySubscriber;

/**
 * Changes subscriptions with a replay, after the properties. Beans of this type are called in their order. An application that
 * keeps how far it has come begins there with {@link ReplaySubscriber#from}.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ReplaySubscriberCustomizer {

    /**
     * Changes one.
     *
     * @param socket the name under {@code zmtp.sockets}
     * @param subscriber as the properties have it, with its publishers
     * @return the subscriber to use
     */
    ReplaySubscriber customize(String socket, ReplaySubscriber subscriber);
}
