package io.zmtp.reactive.mechanism;

import reactor.core.publisher.Mono;

/**
 * Decides whether a peer may talk: asks a database, a service, a list.
 *
 * <p>Called on the connection's event loop once a handshake, so it must not block: return a {@code Mono} that does its
 * work elsewhere. The handshake's time limit covers it. A failed or empty {@code Mono} refuses the peer with status
 * 500; nothing but an {@link Verdict.Accept} lets it in.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Authenticator {

    /** Answers for one peer; the answer may come on any thread. */
    Mono<Verdict> authenticate(Credentials credentials);
}
