/**
 * Methods that messages come to: {@link io.zmtp.spring.listener.ZmtpListener}, and what converts payloads for them.
 *
 * <h2>Coming from spring-integration-zeromq</h2>
 *
 * <p>There sockets are parts of adapters, which poll them by JeroMQ on threads of their own; here a socket has a name under
 * {@code zmtp.sockets}, and adapters, if there are any, use it. The payloads on the wire are the same: the last part.
 *
 * <table><caption>What takes the place of what</caption>
 * <tr><th>spring-integration-zeromq</th><th>here</th></tr>
 * <tr><td>{@code ZeroMqMessageProducer}, of PULL, SUB or PAIR</td><td>{@link io.zmtp.spring.listener.ZmtpListener}, of all types
 * that receive; or {@link io.zmtp.spring.template.ZmtpTemplate#receive(String, Class)}, a {@code Flux}</td></tr>
 * <tr><td>{@code topics}, {@code subscribeToTopics}</td><td>{@link io.zmtp.spring.listener.ZmtpListener#topics()}, which are
 * subscribed to while the listener runs</td></tr>
 * <tr><td>{@code consumeDelay}</td><td>nothing: messages come when they come</td></tr>
 * <tr><td>{@code receiveRaw}</td><td>a parameter of type {@link io.zmtp.reactive.Message}</td></tr>
 * <tr><td>{@code ZeroMqMessageHandler}, of PUSH, PUB or PAIR</td>
 * <td>{@link io.zmtp.spring.template.ZmtpTemplate#send(String, Object)}</td></tr>
 * <tr><td>{@code topic}, {@code topicExpression}</td>
 * <td>{@link io.zmtp.spring.template.ZmtpTemplate#send(String, String, Object)}; the topic is a part of its own, without an
 * empty part behind it, as with {@code wrapTopic} and {@code unwrapTopic} off</td></tr>
 * <tr><td>{@code messageMapper}, {@code messageConverter}</td><td>{@code content-type}, and beans of Spring's {@code Encoder}
 * and {@code Decoder}</td></tr>
 * <tr><td>{@code EmbeddedHeadersJsonMessageMapper}</td><td>nothing: ZMTP has no headers. What is known beside the payload is in
 * {@link io.zmtp.spring.listener.ZmtpHeaders}; what else is to travel belongs into the payload</td></tr>
 * <tr><td>{@code ZeroMqHeaders.TOPIC}</td><td>{@link io.zmtp.spring.listener.ZmtpHeaders#TOPIC}</td></tr>
 * <tr><td>{@code socketConfigurer}</td><td>properties of the socket; or a
 * {@code io.zmtp.spring.autoconfigure.SocketOptionsCustomizer}</td></tr>
 * <tr><td>{@code ZeroMqChannel}</td><td>two named sockets, over {@code inproc} within the application</td></tr>
 * <tr><td>{@code ZeroMqProxy}</td><td>{@link io.zmtp.reactive.socket.ZmtpProxy} between two sockets that are injected; its
 * {@code run()} is subscribed to</td></tr>
 * <tr><td>{@code ZContext} bean</td><td>nothing</td></tr>
 * </table>
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.listener;

import org.jspecify.annotations.NullMarked;
