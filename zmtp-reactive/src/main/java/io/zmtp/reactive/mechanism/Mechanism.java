package io.zmtp.reactive.mechanism;

import reactor.core.publisher.Mono;

/**
 * A security mechanism: the conversation that two peers hold after their greetings and before traffic.
 *
 * <p>A mechanism is immutable and shared by all connections of a client or server; what one handshake needs to
 * remember lives in the {@code Mono} that {@link #handshake} returns. Both peers must announce the same
 * {@link #name()}: there is no negotiation, hence no downgrade.
 *
 * @see <a href="https://rfc.zeromq.org/spec/37/">RFC 37, section "Security mechanisms"</a>
 * @since 0.1
 */
public interface Mechanism {

    /** The name in the greeting, at most 20 characters: {@code NULL}, {@code PLAIN}, {@code CURVE}. */
    String name();

    /**
     * Whether this side plays the server. The greeting announces it, but the peer's announcement is never relied
     * upon: libzmq leaves it at 0.
     */
    boolean asServer();

    /**
     * Whether the conversation may begin before the peer's greeting has come. The side that connects does so if its peer may
     * be one that {@linkplain Exchange#awaitsPeer awaits} it, so that waiting costs no round trip. {@link Exchange#remote()} is known after the first {@link Exchange#receive} then.
     */
    default boolean speaksFirst() {
        return false;
    }

    /**
     * Holds the conversation. Nothing happens before subscription; the connection is exclusively the exchange's until
     * the returned publisher ends.
     *
     * @param exchange what the mechanism may do: talk
     * @return completes with the session once the peer is who it should be; fails with a
     *     {@link io.zmtp.reactive.ZmtpHandshakeException}, upon which the connection is closed
     */
    Mono<Session> handshake(Exchange exchange);
}
