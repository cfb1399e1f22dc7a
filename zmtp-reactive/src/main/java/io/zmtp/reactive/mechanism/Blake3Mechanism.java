package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * BLAKE3ZMQ, <em>experimental</em>: CURVE's handshake with BLAKE3 and ChaCha20 instead of XSalsa20 and Poly1305. Only
 * other libraries of the OMQ family speak it. Prefer {@link CurveMechanism}.
 *
 * <p>Nobody has audited the draft, and it has a known weakness that can't be repaired on one side: the tag of a frame
 * does not say which frame it is. Somebody on the path between the peers can drop, repeat or swap frames after the
 * handshake, and every tag is still right: the receiver gets octets of the right number with the wrong content, as if
 * they were authentic; empty parts can be added and removed at will. What was said cannot be read, and in the handshake
 * nothing can be changed or played again.
 *
 * <p>The draft's data phase changed in June 2026 under the same name; a peer that speaks the older one gets through the
 * handshake and is closed at its first frame.
 *
 * <p>Keys, the authenticator and the scheduler are those of CURVE.
 *
 * @see CurveMechanism
 * @since 0.1
 */
public final class Blake3Mechanism extends KeyMechanism {

    /** The name in the greeting. */
    public static final String NAME = "BLAKE3";

    private Blake3Mechanism(Mono<Bytes> serverKey, Mono<KeyPair> keys) {
        super(NAME, serverKey, keys);
    }

    private Blake3Mechanism(Mono<KeyPair> keys, Authenticator authenticator) {
        super(NAME, keys, authenticator);
    }

    /**
     * The side that knows whom it calls, with a fresh pair of its own: for servers that let anyone in.
     *
     * @param serverKey the server's public key, 32 octets
     */
    public static Blake3Mechanism client(Bytes serverKey) {
        return client(serverKey, KeyPair.generate());
    }

    /**
     * The side that knows whom it calls.
     *
     * @param serverKey the server's public key, 32 octets
     * @param keys our own pair, by whose public key the server knows us
     */
    public static Blake3Mechanism client(Bytes serverKey, KeyPair keys) {
        Objects.requireNonNull(keys, "keys");
        return client(Mono.just(KeyPair.checkPublic(serverKey)), Mono.just(keys));
    }

    /**
     * The side that knows whom it calls, its keys asked for at each handshake.
     *
     * @param serverKey emits the server's public key; a failed or empty one fails the handshake
     * @param keys emits our own pair, likewise
     */
    public static Blake3Mechanism client(Mono<Bytes> serverKey, Mono<KeyPair> keys) {
        return new Blake3Mechanism(serverKey, keys);
    }

    /**
     * The side that is called.
     *
     * @param keys its pair, whose public key the clients know
     * @param authenticator sees the client's {@code publicKey}, which is proven; {@link Authenticator#publicKeys} for a
     *     list, {@link Authenticator#anyone()} to encrypt without asking who it is
     */
    public static Blake3Mechanism server(KeyPair keys, Authenticator authenticator) {
        Objects.requireNonNull(keys, "keys");
        return server(Mono.just(keys), authenticator);
    }

    /**
     * The side that is called, its keys asked for at each handshake.
     *
     * @param keys emits its pair; a failed or empty one fails the handshake
     * @param authenticator as for {@link #server(KeyPair, Authenticator)}
     */
    public static Blake3Mechanism server(Mono<KeyPair> keys, Authenticator authenticator) {
        return new Blake3Mechanism(keys, authenticator);
    }

    @Override
    Mono<Session> clientSession(Exchange exchange, Bytes serverKey, KeyPair keys) {
        return new Blake3Client(exchange, serverKey, keys).run();
    }

    @Override
    Mono<Session> serverSession(Exchange exchange, KeyPair keys, Authenticator authenticator) {
        return new Blake3Server(exchange, keys, authenticator, cookies).run();
    }
}
