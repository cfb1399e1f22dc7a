package io.zmtp.spring.autoconfigure;

import io.zmtp.reactive.socket.SocketOptions;

/**
 * Changes the options of the sockets that are made from properties, after the properties are applied. Beans of this type are
 * called in their order.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface SocketOptionsCustomizer {

    /**
     * Changes the options of one socket.
     *
     * @param socket its name
     * @param options as they are so far
     * @return the changed options
     */
    SocketOptions customize(String socket, SocketOptions options);
}
