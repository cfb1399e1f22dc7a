package io.zmtp.spring.autoconfigure;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.socket.ZmtpSocket;

/**
 * A socket was bound. Published at start, on the thread that starts the application.
 *
 * @param name the name of the socket
 * @param socket the socket
 * @param endpoint where it is bound, with the port that was picked
 * @since 0.1
 */
public record ZmtpSocketBoundEvent(String name, ZmtpSocket socket, Endpoint endpoint) {}
