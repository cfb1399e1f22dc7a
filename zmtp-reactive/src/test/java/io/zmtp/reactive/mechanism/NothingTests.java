package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.SslContext;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.connection.ZmtpServer;
import io.zmtp.reactive.socket.DishSocket;
import io.zmtp.reactive.socket.RadioSocket;
import io.zmtp.reactive.socket.SocketOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Null is no way to say "without": what decides who may talk is there, or the call fails. */
@SuppressWarnings("NullAway") // on purpose
class NothingTests {

    private static final KeyPair KEYS = KeyPair.generate();
    private static final Bytes KEY = KEYS.publicKey();

    static Map<String, ThrowingCallable> calls() {
        return Map.ofEntries(
                Map.entry("NULL with an authenticator", () -> NullMechanism.create(null)),
                Map.entry("a PLAIN server", () -> PlainMechanism.server(null)),
                Map.entry("a user name", () -> PlainMechanism.client(null, "password")),
                Map.entry("a password", () -> PlainMechanism.client("user", null)),
                Map.entry("a CURVE server", () -> CurveMechanism.server(KEYS, null)),
                Map.entry("a CURVE server's keys", () -> CurveMechanism.server((KeyPair) null, anyone())),
                Map.entry("a CURVE server's supply", () -> CurveMechanism.server((Mono<KeyPair>) null, anyone())),
                Map.entry("a CURVE server with a supply", () -> CurveMechanism.server(Mono.just(KEYS), null)),
                Map.entry("the server of a CURVE client", () -> CurveMechanism.client((Bytes) null, KEYS)),
                Map.entry("a CURVE client's keys", () -> CurveMechanism.client(KEY, null)),
                Map.entry("a CURVE client's supply", () -> CurveMechanism.client(Mono.just(KEY), null)),
                Map.entry("a BLAKE3 server", () -> Blake3Mechanism.server(KEYS, null)),
                Map.entry("a BLAKE3 server's supply", () -> Blake3Mechanism.server((Mono<KeyPair>) null, anyone())),
                Map.entry("the server of a BLAKE3 client", () -> Blake3Mechanism.client((Bytes) null, KEYS)),
                Map.entry("a BLAKE3 client's keys", () -> Blake3Mechanism.client(KEY, null)),
                Map.entry("a BLAKE3 client's supply", () -> Blake3Mechanism.client(Mono.just(KEY), null)),
                Map.entry("a user", () -> Verdict.accept(null)),
                Map.entry("a list of keys", () -> Authenticator.publicKeys((Set<Bytes>) null)),
                Map.entry("a mechanism", () -> SocketOptions.create().mechanism(null)),
                Map.entry("a TLS context", () -> SocketOptions.create().secure((SslContext) null)),
                Map.entry("a verifier", () -> SocketOptions.create().verifyPeer(null)),
                Map.entry("an address filter", () -> ZmtpServer.create().accept(null)));
    }

    static Set<String> names() {
        return calls().keySet();
    }

    private static Authenticator anyone() {
        return Authenticator.anyone();
    }

    @ParameterizedTest
    @MethodSource("names")
    void nothingIsRefused(String what) {
        assertThatThrownBy(calls().get(what)).as(what).isInstanceOf(NullPointerException.class);
    }

    /** Datagrams ask nobody. */
    @Test
    void anAuthenticatorIsRefusedWhereNobodyWouldAskIt() {
        NullMechanism asking = NullMechanism.create(credentials -> Mono.just(Verdict.refuse("no")));
        try (Closing<DishSocket> dish = new Closing<>(DishSocket.create(options -> options.mechanism(asking)));
                Closing<RadioSocket> radio = new Closing<>(RadioSocket.create(options -> options.mechanism(asking)))) {
            Endpoint endpoint = Endpoint.parse("udp://127.0.0.1:5");
            assertThatThrownBy(() -> dish.socket.bind(endpoint).block(Duration.ofSeconds(10)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("NULL with an authenticator");
            assertThatThrownBy(() -> radio.socket.connect(endpoint).block(Duration.ofSeconds(10)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("NULL with an authenticator");
        }
    }

    private record Closing<S extends Disposable>(S socket) implements AutoCloseable {
        @Override
        public void close() {
            socket.dispose();
        }
    }
}
