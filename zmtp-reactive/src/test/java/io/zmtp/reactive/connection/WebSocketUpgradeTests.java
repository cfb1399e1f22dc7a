package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.StepVerifier;

/** Requests for a WebSocket, from raw peers, polite and hostile, with a good one beside them that is served. */
class WebSocketUpgradeTests extends WebSocketWire {

    @Test
    void answersARequestThatComesOctetByOctet() {
        try (RawPeer peer = raw()) {
            peer.writeSlowly(ascii(request("ZWS2.0/NULL")));
            assertThat(new String(peer.read(switching("ZWS2.0/NULL").length()), StandardCharsets.US_ASCII))
                    .isEqualTo(switching("ZWS2.0/NULL"));
            peer.writeSlowly(Hex.parse(READY_PUSH)).expect(READY_PULL);
            peer.writeSlowly(Hex.parse("82 84 01020304 00 'cba'"));
            peer.writeSlowly(Hex.parse("82 81 00000000 00"));
            StepVerifier.create(awaitNext().receive().take(1))
                    .expectNext(Message.of(Bytes.wrap(Hex.parse("61 61 65")), Bytes.EMPTY))
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ZWS2.0/NULL,ZWS2.0 | ZWS2.0/NULL",
                "ZWS2.0, ZWS2.0/NULL | ZWS2.0",
                "ZWS2.0 | ZWS2.0",
                "chat, ZWS2.0/CURVE,  ZWS2.0/NULL | ZWS2.0/NULL"
            })
    void choosesTheFirstSubprotocolThatItHas(String offered, String chosen) {
        try (RawPeer peer = raw()) {
            peer.write(ascii(request(offered)));
            assertThat(new String(peer.read(switching(chosen).length()), StandardCharsets.US_ASCII))
                    .isEqualTo(switching(chosen));
        }
    }

    static Stream<Arguments> refused() {
        String good = request("ZWS2.0/NULL");
        return Stream.of(
                Arguments.of("a GET without upgrade", 426, "GET /raw HTTP/1.1\r\nHost: here\r\n\r\n"),
                Arguments.of("another path", 404, good.replace("/raw", "/other")),
                Arguments.of("a path in another case", 404, good.replace("/raw", "/RAW")),
                Arguments.of("a GET of another path", 404, "GET / HTTP/1.1\r\nHost: here\r\n\r\n"),
                Arguments.of("another upgrade", 426, good.replace("websocket", "h2c")),
                Arguments.of("no Connection", 400, good.replace("Connection", "X-Connection")),
                Arguments.of("another version", 426, good.replace("Version: 13", "Version: 8")),
                Arguments.of("no key", 400, good.replace("Sec-WebSocket-Key", "X-Key")),
                Arguments.of("a short key", 400, good.replace(KEY, "dGhl")),
                Arguments.of("a key that is no Base64", 400, good.replace(KEY, "?")),
                Arguments.of("no subprotocol", 400, good.replace("Sec-WebSocket-Protocol", "X-Protocol")),
                Arguments.of("another subprotocol", 400, request("ZWS1.0, chat, ZWS2.0/CURVE")),
                Arguments.of("a POST", 405, good.replace("GET", "POST")),
                Arguments.of("a body", 400, good.replace("Host", "Content-Length: 1\r\nHost")),
                Arguments.of("chunks", 400, good.replace("Host", "Transfer-Encoding: chunked\r\nHost")),
                Arguments.of("HTTP/1.0", 505, good.replace("HTTP/1.1", "HTTP/1.0")),
                Arguments.of("a length that is no number", 400, good.replace("Host", "Content-Length: x\r\nHost")),
                Arguments.of("a negative length", 400, good.replace("Host", "Content-Length: -1\r\nHost")),
                Arguments.of(
                        "two lengths", 400, good.replace("Host", "Content-Length: 0\r\nContent-Length: 1\r\nHost")),
                Arguments.of("HTTP/2.0", 505, good.replace("HTTP/1.1", "HTTP/2.0")),
                Arguments.of("a CONNECT", 405, good.replace("GET /raw", "CONNECT here:80")),
                Arguments.of("an unknown method", 405, good.replace("GET", "FOO")),
                Arguments.of("two keys", 400, good.replace("Host", "Sec-WebSocket-Key: " + KEY + "\r\nHost")),
                Arguments.of("no version", 426, good.replace("Sec-WebSocket-Version", "X-Version")),
                Arguments.of("a path with dots", 404, good.replace("/raw", "/x/../raw")),
                Arguments.of("an escaped path", 404, good.replace("/raw", "/%72aw")),
                Arguments.of("two Origins", 403, good.replace("Host", "Origin: a\r\nOrigin: b\r\nHost")),
                Arguments.of("no Host", 400, good.replace("Host", "X-Host")),
                Arguments.of("two Hosts", 400, good.replace("Host: here", "Host: here\r\nHost: there")),
                Arguments.of("an Origin", 403, good.replace("Host", "Origin: http://evil\r\nHost")),
                Arguments.of("no HTTP", 400, "\377\0\0\0\0\0\0\1\177\3\r\n\r\n"),
                Arguments.of("a line without a name", 400, "GET /raw HTTP/1.1\r\n: x\r\n\r\n"),
                Arguments.of("a long path", 414, good.replace("/raw", "/" + "x".repeat(10_000))),
                Arguments.of("a long field", 431, good.replace("here", "x".repeat(10_000))),
                Arguments.of("many fields", 431, good.replace("Host", "X: y\r\n".repeat(65) + "Host")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String what, int status, String request) {
        try (RawPeer peer = raw()) {
            peer.write(ascii(request));
            String answer = new String(peer.readAll(TIMEOUT), StandardCharsets.UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("\r\nContent-Length: ")
                    .endsWith("\n");
            if (status == 426) {
                assertThat(answer).contains("\r\nUpgrade: websocket\r\n");
            }
        }
        assertServed();
    }

    @Test
    void aHeadOfOneMebibyteIsRefusedWhenTheLimitIsPassed() {
        try (RawPeer peer = raw()) {
            peer.write(ascii("GET /raw HTTP/1.1\r\nHost: here\r\n"));
            byte[] field = ascii("X-Filler: " + "x".repeat(1000) + "\r\n");
            for (int i = 0; i < 1024; i++) {
                peer.write(field);
            }
            assertThat(new String(peer.readAll(TIMEOUT), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 431 ");
        }
        assertServed();
    }

    @Test
    void aRequestThatIsTooSlowIsEnded() {
        bind(pull().handshakeTimeout(Duration.ofMillis(500)));
        try (RawPeer peer = raw()) {
            peer.write(ascii("GET /raw HTT"));
            assertThat(new String(peer.readAll(TIMEOUT), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 408 ");
        }
        assertServed();
    }

    @Test
    void aPeerThatSaysNothingAfterTheUpgradeIsEnded() {
        bind(pull().handshakeTimeout(Duration.ofMillis(500)));
        try (RawPeer peer = upgraded("ZWS2.0/NULL")) {
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(1008);
        }
        assertThat(nextEnd().reason()).isEqualTo(Reason.HANDSHAKE);
        assertServed();
    }

    @Test
    void whatComesRightBehindTheRequestIsRefused() {
        try (RawPeer peer = raw()) {
            peer.write(ascii(request("ZWS2.0/NULL")), Hex.parse(READY_PUSH));
            assertThat(new String(peer.readAll(TIMEOUT), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 400 ");
        }
        assertThat(nextEnd().reason()).isEqualTo(Reason.HANDSHAKE);
        try (RawPeer peer = raw()) { // a second request is no octet of WebSocket either
            peer.write(ascii(request("ZWS2.0/NULL") + request("ZWS2.0/NULL")));
            assertThat(new String(peer.readAll(TIMEOUT), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 400 ");
        }
        assertServed();
    }

    @Test
    void aPeerThatEndsBehindItsRequestIsEnded() {
        try (RawPeer peer = raw()) {
            peer.write(ascii(request("ZWS2.0/NULL"))).shutdownOutput();
            peer.readAll(TIMEOUT);
        }
        assertThat(nextEnd().reason()).isEqualTo(Reason.PEER);
        try (RawPeer peer = raw()) {
            peer.write(ascii("GET /raw HTTP/1.1\r\n")).shutdownOutput();
            assertThat(new String(peer.readAll(TIMEOUT), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 400 ");
        }
        assertServed();
    }
}
