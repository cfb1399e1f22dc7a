package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.testing.RawCurve;
import io.zmtp.reactive.testing.Vectors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The kit that plays CURVE makes the octets that libsodium made. */
class RawCurveTests {
    private static final Vectors KNOWN = Vectors.load("curve-handshake");

    private final RawCurve client = RawCurve.client(pair("server"), pair("client"));
    private final RawCurve server = RawCurve.server(pair("server"));

    RawCurveTests() {
        set(client.transientSecret, "keys", "client_transient_secret");
        set(server.transientSecret, "keys", "server_transient_secret");
        server.cookieKey = KNOWN.hex("cookie_key");
        server.longNonce = KNOWN.hex("welcome_nonce");
        client.longNonce = KNOWN.hex("vouch_nonce");
    }

    private static KeyPair pair(String side) {
        return KeyPair.of(
                KNOWN.bytes("keys", side + "_permanent_public"), KNOWN.bytes("keys", side + "_permanent_secret"));
    }

    private static void set(byte[] target, String... names) {
        System.arraycopy(KNOWN.hex(names), 0, target, 0, target.length);
    }

    private static byte[] data(String name) {
        byte[] body = KNOWN.hex(name + "_body");
        return Arrays.copyOfRange(body, 1 + body[0], body.length);
    }

    @Test
    void makesTheKnownConnection() {
        assertThat(client.hello()).isEqualTo(data("hello"));
        server.welcomeTo(data("hello"));
        byte[] cookieNonce = KNOWN.hex("cookie_nonce");
        assertThat(server.welcomeOf(KNOWN.hex("shared_hello_welcome"), cookieNonce))
                .isEqualTo(data("welcome"));
        client.welcome(data("welcome"));
        assertThat(client.cookie).isEqualTo(KNOWN.hex("cookie"));
        assertThat(client.initiate(KNOWN.hex("client_metadata"))).isEqualTo(data("initiate"));
        assertThat(server.initiateOf(data("initiate"))).isEqualTo(KNOWN.hex("client_metadata"));
        assertThat(server.readyWith(KNOWN.hex("server_metadata"))).isEqualTo(data("ready"));
        assertThat(client.ready(data("ready"))).isEqualTo(KNOWN.hex("server_metadata"));
        for (Vectors message : KNOWN.list("messages")) {
            boolean fromClient = message.text("direction").equals("c2s");
            RawCurve from = fromClient ? client : server;
            from.nextNonce = Long.parseUnsignedLong(message.text("short_nonce"), 16);
            assertThat(from.message(message.number("flags"), message.hex("payload")))
                    .as("%s", message)
                    .isEqualTo(message.hex("body"));
        }
    }
}
