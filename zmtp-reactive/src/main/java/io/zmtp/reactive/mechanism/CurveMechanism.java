package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * CURVE: both sides prove who they are by their keys, everything after the greetings is encrypted, and what is recorded
 * cannot be read later, whatever becomes of the keys.
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
 * key beforehand. Subscriptions, PING and PONG are encrypted like messages. Peers that cannot be trusted are told
 * nothing: whatever does not open, a wrong key, a changed octet, an old cookie, closes the connection without a word.
 * Neither deletion of whole frames nor traffic analysis is noticed or prevented.
 *
 * <p>The keys are asked for anew at each handshake where a {@code Mono} supplies them, so that they can be replaced
 * without a restart. Key agreement, some 0.3 ms of arithmetic a handshake, runs on the scheduler of the connection's
 * options, not on its event loop.
 *
 * @see <a href="https://rfc.zeromq.org/spec/26/">RFC 26, CurveZMQ</a>
 * @see <a href="https://rfc.zeromq.org/spec/25/">RFC 25, ZMTP CURVE</a>
 * @since 0.1
 */
public final class CurveMechanism extends KeyMechanism {

    /** The name in the greeting. */
    public static final String NAME = "CURVE";

    private CurveMechanism(Mono<Bytes> serverKey, Mono<KeyPair> keys) {
        super(NAME, serverKey, keys);
    }

    private CurveMechanism(Mono<KeyPair> keys, Authenticator authenticator) {
        super(NAME, keys, authenticator);
    }

    /**
     * The side that knows whom it calls, with a fresh pair of its own: for servers that let anyone in.
     *
     * @param serverKey the server's public key, 32 octets: {@code Bytes.z85("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")}
     */
    public static CurveMechanism client(Bytes serverKey) {
        return client(serverKey, KeyPair.generate());
    }

    /**
     * The side that knows whom it calls.
     *
     * @param serverKey the server's public key, 32 octets
     * @param keys our own pair, by whose public key the server knows us
     */
    public static CurveMechanism client(Bytes serverKey, KeyPair keys) {
        Objects.requireNonNull(keys, "keys");
        return client(Mono.just(KeyPair.checkPublic(serverKey)), Mono.just(keys));
    }

    /**
     * The side that knows whom it calls, its keys asked for at each handshake.
     *
     * @param serverKey emits the server's public key; a failed or empty one fails the handshake
     * @param keys emits our own pair, likewise
     */
    public static CurveMechanism client(Mono<Bytes> serverKey, Mono<KeyPair> keys) {
        return new CurveMechanism(serverKey, keys);
    }

    /**
     * The side that is called.
     *
     * @param keys its pair, whose public key the clients know
     * @param authenticator sees the client's {@code publicKey}, which is proven; {@link Authenticator#publicKeys} for a
     *     list, {@link Authenticator#anyone()} to encrypt without asking who it is
     */
    public static CurveMechanism server(KeyPair keys, Authenticator authenticator) {
        Objects.requireNonNull(keys, "keys");
        return server(Mono.just(keys), authenticator);
    }

    /**
     * The side that is called, its keys asked for at each handshake.
     *
     * @param keys emits its pair; a failed or empty one fails the handshake
     * @param authenticator as for {@link #server(KeyPair, Authenticator)}
     */
    public static CurveMechanism server(Mono<KeyPair> keys, Authenticator authenticator) {
        return new CurveMechanism(keys, authenticator);
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
