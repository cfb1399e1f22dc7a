package io.zmtp.reactive.mechanism;

import reactor.core.publisher.Mono;

/**
 * A security mechanism: the conversation that two peers hold after their greetings and before traffic.
 *
 * <p>A mechanism is immutable, and shared by all connections of a client or server. The state of one handshake is in the
 * {@code Mono} that {@link #handshake} returns. Both peers must announce the same {@link #name()}: nothing is negotiated,
 * so nobody on the path can make two peers use a weaker one.
 *
 * @see <a href="https://rfc.zeromq.org/spec/37/">RFC 37, section "Security mechanisms"</a>
 * @since 0.1
 */
public interface Mechanism {

    /** The name in the greeting, at most 20 characters: {@code NULL}, {@code PLAIN}, {@code CURVE}. */
    String name();

    /**
     * Whether this side is the server of the mechanism, whichever side binds. The greeting announces it; that of the peer
     * is not relied upon, as libzmq always sends 0.
     */
    boolean asServer();

    /**
     * Whether the conversation may begin before the peer's greeting has come. If so, the side that connects begins at once
     * if the peer may {@linkplain Exchange#awaitsPeer wait for it}, which saves a round trip. {@link Exchange#remote()} is
     * then known after the first {@link Exchange#receive}. By default false.
     */
    default boolean speaksFirst() {
        return false;
    }

    /**
     * Holds the conversation. It begins when the publisher is subscribed to, on the connection's event loop. Until the
     * publisher ends, nothing else is sent or received.
     *
     * @param exchange the connection, to send and receive commands
     * @return emits the session when the peer is authenticated; fails with a
     *     {@link io.zmtp.reactive.ZmtpHandshakeException}, and then the connection is closed. Cancelled when the connection
     *     ends, or the handshake takes too long
     */
    Mono<Session> handshake(Exchange exchange);
}
