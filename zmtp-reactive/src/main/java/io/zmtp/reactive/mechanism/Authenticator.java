package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import java.util.Set;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Decides whether a peer may talk: by a database, a service, a list.
 *
 * <p>Called once in each handshake: on the connection's event loop, or, by mechanisms with keys, on the scheduler of
 * handshakes. It must block neither, so it returns a {@code Mono} that does its work elsewhere. The time limit of the
 * handshake includes it.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Authenticator {

    /**
     * Decides on one peer.
     *
     * @param credentials what the peer showed
     * @return emits the verdict, on any thread. Only a {@link Verdict.Accept} lets the peer in; a failed or empty
     *     {@code Mono} refuses it with status 500. It is cancelled when the handshake ends before
     */
    Mono<Verdict> authenticate(Credentials credentials);

    /** {@return one that accepts every peer: nothing is proven, but a mechanism that encrypts still does} */
    static Authenticator anyone() {
        return credentials -> Mono.just(Verdict.accept());
    }

    /**
     * Accepts peers that have proved one of these public keys, and refuses all others with status 400.
     *
     * @param keys the keys, of {@value KeyPair#KEY_SIZE} octets each; copied
     * @return the authenticator
     */
    static Authenticator publicKeys(Set<Bytes> keys) {
        Set<Bytes> known = Set.copyOf(keys);
        known.forEach(KeyPair::checkPublic);
        return publicKeys(() -> known);
    }

    /**
     * As {@link #publicKeys(Set)}, for a list that may change.
     *
     * @param keys called in each handshake, on the thread of {@link #authenticate}, so it must not block
     * @return the authenticator
     */
    static Authenticator publicKeys(Supplier<Set<Bytes>> keys) {
        return credentials -> {
            Bytes key = credentials.publicKey();
            boolean known = key != null && keys.get().contains(key);
            return Mono.just(known ? Verdict.accept() : Verdict.refuse("the public key is not on the list"));
        };
    }
}
