package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.crypto.Cryptography;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.util.Loggers;

/**
 * CURVE: each side proves that it has the key it is known by, and everything after the greetings is encrypted. What is
 * recorded cannot be read later, even by an attacker that gets the long-term keys.
 *
 * <pre>
 * client                                    server
 *   HELLO C', a box for S             ──▶     knows that the client knows S
 *                                     ◀──   WELCOME S', a cookie
 *   INITIATE the cookie, C, metadata  ──▶     asks the authenticator about C
 *                                     ◀──   READY metadata, or ERROR "400" and the connection closes
 *   MESSAGE                          ◀──▶   MESSAGE
 * </pre>
 *
 * <p>C and S are the long-term public keys; C' and S' are made for each connection. A client needs the server's public
 * key beforehand. Subscriptions, PING and PONG are encrypted like messages. A peer that has
 * proved nothing is not answered: a wrong key, a changed octet or an old cookie closes the connection without an ERROR.
 * Frames that are dropped on the way are not noticed, and traffic analysis is not prevented.
 *
 * <p>Where a {@code Mono} supplies keys, it is subscribed to in each handshake, so keys can be replaced without a restart.
 * Key agreement, 0.1 to 0.5 ms of arithmetic for each handshake, runs on
 * {@link io.zmtp.reactive.connection.ConnectionSpec#handshakeScheduler}, and not on the event loop.
 *
 * @see <a href="https://rfc.zeromq.org/spec/26/">RFC 26, CurveZMQ</a>
 * @see <a href="https://rfc.zeromq.org/spec/25/">RFC 25, ZMTP CURVE</a>
 * @since 0.1
 */
public final class CurveMechanism extends KeyMechanism {

    /** The name in the greeting. */
    public static final String NAME = "CURVE";

    static {
        Loggers.getLogger(CurveMechanism.class).info("CURVE is computed by {}", Cryptography.description());
    }

    private CurveMechanism(Mono<Bytes> serverKey, Mono<KeyPair> keys) {
        super(NAME, serverKey, keys);
    }

    private CurveMechanism(Mono<KeyPair> keys, Authenticator authenticator) {
        super(NAME, keys, authenticator);
    }

    /**
     * The client's side, with a pair of its own that is made now: for servers that accept any client.
     *
     * @param serverKey the server's public key, {@value KeyPair#KEY_SIZE} octets:
     *     {@code Bytes.z85("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")}
     * @return the mechanism of a client
     * @throws IllegalArgumentException if the key has another size
     */
    public static CurveMechanism client(Bytes serverKey) {
        return client(serverKey, KeyPair.generate());
    }

    /**
     * The client's side.
     *
     * @param serverKey the server's public key, {@value KeyPair#KEY_SIZE} octets
     * @param keys the client's own pair, by whose public key the server knows it
     * @return the mechanism of a client
     * @throws IllegalArgumentException if the key has another size
     */
    public static CurveMechanism client(Bytes serverKey, KeyPair keys) {
        Objects.requireNonNull(keys, "keys");
        return client(Mono.just(KeyPair.checkPublic(serverKey)), Mono.just(keys));
    }

    /**
     * The client's side, with keys that are supplied anew in each handshake.
     *
     * @param serverKey emits the server's public key. Subscribed to on the event loop, so it must not block; if it fails,
     *     or emits nothing, the handshake fails
     * @param keys emits the client's own pair; the same holds
     * @return the mechanism of a client
     */
    public static CurveMechanism client(Mono<Bytes> serverKey, Mono<KeyPair> keys) {
        return new CurveMechanism(serverKey, keys);
    }

    /**
     * The server's side.
     *
     * @param keys the server's pair, whose public key the clients know
     * @param authenticator decides on clients by their {@code publicKey}, which is proven: {@link Authenticator#publicKeys}
     *     has a list, {@link Authenticator#anyone()} accepts any key and only encrypts
     * @return the mechanism of a server
     */
    public static CurveMechanism server(KeyPair keys, Authenticator authenticator) {
        Objects.requireNonNull(keys, "keys");
        return server(Mono.just(keys), authenticator);
    }

    /**
     * The server's side, with a pair that is supplied anew in each handshake.
     *
     * @param keys emits the server's pair. Subscribed to on the event loop, so it must not block; if it fails, or emits
     *     nothing, the handshake fails
     * @param authenticator as for {@link #server(KeyPair, Authenticator)}
     * @return the mechanism of a server
     */
    public static CurveMechanism server(Mono<KeyPair> keys, Authenticator authenticator) {
        return new CurveMechanism(keys, authenticator);
    }

    /**
     * Whose code computes CURVE in this JVM, as it is logged once. That is libsodium where it is installed and the JDK, from 22
     * on, can call it; else Bouncy Castle. Salsa20 and Poly1305 of this library encrypt messages where they are faster: small
     * ones, and all where there is no libsodium. The system property {@code io.zmtp.reactive.cryptography} asks for
     * {@code libsodium} or {@code bouncycastle} for all of it, or for {@code java}, as without libsodium.
     *
     * @return a name and a version, what else takes part, and why it is not libsodium
     */
    public static String cryptography() {
        return Cryptography.description();
    }

    @Override
    Mono<Session> clientSession(Exchange exchange, Bytes serverKey, KeyPair keys) {
        return new CurveClient(exchange, serverKey, keys).run();
    }

    @Override
    Mono<Session> serverSession(Exchange exchange, KeyPair keys, Authenticator authenticator) {
        return new CurveServer(exchange, keys, authenticator, cookies).run();
    }
}
