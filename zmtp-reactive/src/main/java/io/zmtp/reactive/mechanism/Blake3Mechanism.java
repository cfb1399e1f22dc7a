package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * BLAKE3ZMQ, <em>experimental</em>: CURVE's handshake with BLAKE3 and ChaCha20 instead of XSalsa20 and Poly1305. It comes
 * from the OMQ family of libraries, and since mid-2026 it is no longer part of omq.rs and of omq.rb's default set; so hardly
 * any peer speaks it. Prefer {@link CurveMechanism}.
 *
 * <p>Nobody has audited the draft, and it has a known weakness that cannot be repaired on one side: the tag of a frame
 * does not cover the frame's place in the stream. An attacker on the path between the peers can drop, repeat or swap
 * frames after the handshake, and every tag is still right: the receiver takes octets of the right number, but with the
 * wrong content, for authentic. Empty parts can be added and removed. The attacker can read nothing, and in the handshake
 * can change and repeat nothing.
 *
 * <p>The draft's data phase changed in June 2026 under the same name; a peer that speaks the older one completes the
 * handshake, and is disconnected at its first frame.
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
     * As {@link CurveMechanism#client(Bytes)}.
     *
     * @param serverKey the server's public key, {@value KeyPair#KEY_SIZE} octets
     * @return the mechanism of a client
     * @throws IllegalArgumentException if the key has another size
     */
    public static Blake3Mechanism client(Bytes serverKey) {
        return client(serverKey, KeyPair.generate());
    }

    /**
     * As {@link CurveMechanism#client(Bytes, KeyPair)}.
     *
     * @param serverKey the server's public key, {@value KeyPair#KEY_SIZE} octets
     * @param keys the client's own pair
     * @return the mechanism of a client
     * @throws IllegalArgumentException if the key has another size
     */
    public static Blake3Mechanism client(Bytes serverKey, KeyPair keys) {
        Objects.requireNonNull(keys, "keys");
        return client(Mono.just(KeyPair.checkPublic(serverKey)), Mono.just(keys));
    }

    /**
     * As {@link CurveMechanism#client(Mono, Mono)}.
     *
     * @param serverKey emits the server's public key
     * @param keys emits the client's own pair
     * @return the mechanism of a client
     */
    public static Blake3Mechanism client(Mono<Bytes> serverKey, Mono<KeyPair> keys) {
        return new Blake3Mechanism(serverKey, keys);
    }

    /**
     * As {@link CurveMechanism#server(KeyPair, Authenticator)}.
     *
     * @param keys the server's pair
     * @param authenticator decides on clients
     * @return the mechanism of a server
     */
    public static Blake3Mechanism server(KeyPair keys, Authenticator authenticator) {
        Objects.requireNonNull(keys, "keys");
        return server(Mono.just(keys), authenticator);
    }

    /**
     * As {@link CurveMechanism#server(Mono, Authenticator)}.
     *
     * @param keys emits the server's pair
     * @param authenticator decides on clients
     * @return the mechanism of a server
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
