package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import java.util.Set;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Decides whether a peer may talk: asks a database, a service, a list.
 *
 * <p>Called once a handshake, on the connection's event loop or, where the peer's key is proven first, on the scheduler
 * of handshakes; it must block neither: return a {@code Mono} that does its work elsewhere. The handshake's time limit covers it. A failed or empty {@code Mono} refuses the peer with status
 * 500; nothing but an {@link Verdict.Accept} lets it in.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Authenticator {

    /** Answers for one peer; the answer may come on any thread. */
    Mono<Verdict> authenticate(Credentials credentials);

    /** Lets everybody in: what is left is encryption, where the mechanism has it. */
    static Authenticator anyone() {
        return credentials -> Mono.just(Verdict.accept());
    }

    /**
     * Lets in who proves to have one of these public keys, and refuses everybody else with 400.
     *
     * @param keys 32 octets each
     */
    static Authenticator publicKeys(Set<Bytes> keys) {
        Set<Bytes> known = Set.copyOf(keys);
        known.forEach(KeyPair::checkPublic);
        return publicKeys(() -> known);
    }

    /**
     * As {@link #publicKeys(Set)}, for a list that may change.
     *
     * @param keys asked at each handshake, on the thread of {@link #authenticate}: it must not block
     */
    static Authenticator publicKeys(Supplier<Set<Bytes>> keys) {
        return credentials -> {
            Bytes key = credentials.publicKey();
            boolean known = key != null && keys.get().contains(key);
            return Mono.just(known ? Verdict.accept() : Verdict.refuse("the public key is not on the list"));
        };
    }
}
