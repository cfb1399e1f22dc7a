package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What CURVE and BLAKE3ZMQ share: long-term keys, and which side is the server. */
abstract sealed class KeyMechanism implements Mechanism permits CurveMechanism, Blake3Mechanism {

    private final String name;
    private final @Nullable Mono<Bytes> serverKey;
    private final Mono<KeyPair> keys;
    private final @Nullable Authenticator authenticator;
    final CookieKeys cookies = new CookieKeys();

    /** A client. */
    KeyMechanism(String name, Mono<Bytes> serverKey, Mono<KeyPair> keys) {
        this.name = name;
        this.serverKey = serverKey.map(KeyPair::checkPublic);
        this.keys = Objects.requireNonNull(keys, "keys");
        this.authenticator = null;
    }

    /** A server. */
    KeyMechanism(String name, Mono<KeyPair> keys, Authenticator authenticator) {
        this.name = name;
        this.serverKey = null;
        this.keys = Objects.requireNonNull(keys, "keys");
        this.authenticator = Objects.requireNonNull(authenticator, "authenticator");
    }

    abstract Mono<Session> clientSession(Exchange exchange, Bytes serverKey, KeyPair keys);

    abstract Mono<Session> serverSession(Exchange exchange, KeyPair keys, Authenticator authenticator);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final boolean asServer() {
        return authenticator != null;
    }

    @Override
    public final Mono<Session> handshake(Exchange exchange) {
        Mono<KeyPair> pair = keys.switchIfEmpty(noKeys());
        if (serverKey != null) {
            return Mono.zip(serverKey.switchIfEmpty(noKeys()), pair)
                    .flatMap(both -> clientSession(exchange, both.getT1(), both.getT2()));
        }
        Authenticator asked = Objects.requireNonNull(authenticator);
        return exchange.remote().asServer()
                ? Mono.error(new ZmtpHandshakeException(
                        Failure.MECHANISM,
                        "expected a " + name + " client, but the peer announces itself as a " + name + " server too"))
                : pair.flatMap(own -> serverSession(exchange, own, asked));
    }

    private static <T> Mono<T> noKeys() {
        return Mono.error(
                () -> new ZmtpHandshakeException(Failure.CRYPTO, "expected a key, but its supplier emitted none"));
    }

    @Override
    public final String toString() {
        return name + (asServer() ? " server" : " client");
    }
}
