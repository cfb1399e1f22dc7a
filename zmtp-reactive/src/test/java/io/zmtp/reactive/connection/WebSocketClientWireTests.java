package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.push;
import static io.zmtp.reactive.connection.WebSocketWire.ACCEPT;
import static io.zmtp.reactive.connection.WebSocketWire.READY_PULL;
import static io.zmtp.reactive.connection.WebSocketWire.ascii;
import static io.zmtp.reactive.connection.WebSocketWire.switching;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Sinks;

/** The octets of a client over ws, to raw servers, polite and hostile. */
class WebSocketClientWireTests {

    private final Opened opened = new Opened();

    @AfterEach
    void close() {
        opened.close();
    }

    private static final String ASKED = "GET /x?y HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Key: ";

    private static Stream<Arguments> offers() {
        KeyPair keys = KeyPair.generate();
        return Stream.of(
                Arguments.of(push(), "ZWS2.0/NULL,ZWS2.0"),
                Arguments.of(push().mechanism(PlainMechanism.client("a", "b")), "ZWS2.0/PLAIN"),
                Arguments.of(
                        push().mechanism(CurveMechanism.client(keys.publicKey(), KeyPair.generate())), "ZWS2.0/CURVE"),
                Arguments.of(push().mechanism(CurveMechanism.server(keys, Authenticator.anyone())), "ZWS2.0/CURVE"),
                Arguments.of(push().mechanism(NullMechanism.create(Authenticator.anyone())), "ZWS2.0/NULL,ZWS2.0"),
                Arguments.of(ZmtpClient.create().socketType(SocketType.CLIENT), "ZWS2.0/NULL"));
    }

    @ParameterizedTest
    @MethodSource("offers")
    void aClientAsksForWhatItsMechanismNeeds(ZmtpClient client, String offered) {
        try (RawListener listener = RawPeer.listen()) {
            var connecting = client.upgradeHeader("Authorization", "Basic abc")
                    .connect("ws://127.0.0.1:" + listener.port() + "/x?y")
                    .subscribe(connection -> {}, failed -> {});
            try (RawPeer peer = listener.accept()) {
                String start = String.format(ASKED, listener.port());
                String key = new String(peer.read(start.length() + 24), StandardCharsets.US_ASCII);
                assertThat(key).startsWith(start);
                String rest = "\r\nSec-WebSocket-Protocol: " + offered
                        + "\r\nSec-WebSocket-Version: 13\r\nAuthorization: Basic abc\r\n\r\n";
                assertThat(new String(peer.read(rest.length()), StandardCharsets.US_ASCII))
                        .isEqualTo(rest);
            }
            connecting.dispose();
        }
    }

    static Stream<Arguments> wrongAnswers() {
        String head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
        String accept = "Sec-WebSocket-Accept: $\r\n";
        String protocol = "Sec-WebSocket-Protocol: ZWS2.0/NULL\r\n";
        return Stream.of(
                Arguments.of("HTTP/1.1 302 Found\r\nLocation: ws://evil/\r\n\r\n", "302"),
                Arguments.of("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nx", "200"),
                Arguments.of("SSH-2.0-server\r\n\r\n", "cannot be read"),
                Arguments.of("HTTP/1.1 101 x\r\nA: " + "x".repeat(9000) + "\r\n\r\n", "8192"),
                Arguments.of(head + protocol + "Sec-WebSocket-Accept: " + ACCEPT + "\r\n\r\n", "Accept"),
                Arguments.of(head + protocol + "\r\n", "Accept"),
                Arguments.of(head + accept + "\r\n", "ZWS2.0"),
                Arguments.of(head + accept + "Sec-WebSocket-Protocol: chat\r\n\r\n", "chat"),
                Arguments.of(
                        head + accept + protocol + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
                        "extensions"),
                Arguments.of(head.replace("websocket", "h2c") + accept + protocol + "\r\n", "h2c"),
                Arguments.of(head.replace("Upgrade: websocket\r\n", "") + accept + protocol + "\r\n", "Upgrade"),
                Arguments.of(head.replace("Connection", "X") + accept + protocol + "\r\n", "Connection"),
                Arguments.of(head + accept + protocol + protocol + "\r\n", "ZWS2.0/NULL, ZWS2.0/NULL"),
                Arguments.of(head + accept + protocol.replace("NULL", "PLAIN") + "\r\n", "ZWS2.0/PLAIN"),
                Arguments.of(head + "X: y\r\n".repeat(65) + accept + protocol + "\r\n", "64 header fields"),
                Arguments.of("HTTP/1.1 101 " + "x".repeat(9000) + "\r\n\r\n", "8192"),
                Arguments.of("HTTP/1.1 401 No\r\nContent-Length: 99999999\r\n\r\n" + "x".repeat(100_000), "401 No"),
                Arguments.of("HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\nx", "503 Busy"),
                Arguments.of("HTTP/1.1 502 Bad Gateway\r\n\r\n<html>", "502 Bad Gateway"));
    }

    @ParameterizedTest
    @MethodSource
    void wrongAnswers(String answer, String text) {
        try (RawListener listener = RawPeer.listen()) {
            Sinks.One<Throwable> failure = Sinks.one();
            push().connect("ws://127.0.0.1:" + listener.port() + "/").subscribe(opened::keep, failure::tryEmitValue);
            try (RawPeer peer = listener.accept()) {
                String key = key(peer);
                peer.write(ascii(answer.replace("$", accept(key))));
                assertThat(failure.asMono().block(TIMEOUT))
                        .isInstanceOf(ZmtpHandshakeException.class)
                        .hasMessageContaining(text);
                assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade", "upgrade", "keep-alive, Upgrade", "Upgrade,Keep-Alive"})
    void anAnswerMayHaveOtherTokensOfConnection(String connection) {
        try (RawListener listener = RawPeer.listen()) {
            var connecting = push().connect("ws://127.0.0.1:" + listener.port() + "/")
                    .map(opened::keep)
                    .toFuture();
            try (RawPeer peer = listener.accept()) {
                String answer = switching("ZWS2.0/NULL")
                        .replace(ACCEPT, accept(key(peer)))
                        .replace("Connection: Upgrade", "Connection: " + connection);
                peer.write(ascii(answer), Hex.parse(READY_PULL));
                assertThat(Pair.get(connecting).peer().socketType()).isEqualTo(SocketType.PULL);
            }
        }
    }

    @Test
    void aHeadWithoutAnEndIsRefusedWhenTheLimitIsPassed() {
        try (RawListener listener = RawPeer.listen()) {
            Sinks.One<Throwable> failure = Sinks.one();
            push().connect("ws://127.0.0.1:" + listener.port() + "/").subscribe(opened::keep, failure::tryEmitValue);
            try (RawPeer peer = listener.accept()) {
                key(peer);
                peer.write(ascii("HTTP/1.1 101 x\r\n" + "X-Filler: y\r\n".repeat(1000)));
                assertThat(failure.asMono().block(TIMEOUT)).hasMessageContaining("8192");
                assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
            }
        }
    }

    @Test
    void anAnswerThatIsTooSlowIsNotAwaited() {
        try (RawListener listener = RawPeer.listen()) {
            Sinks.One<Throwable> failure = Sinks.one();
            push().handshakeTimeout(Duration.ofMillis(300))
                    .connect("ws://127.0.0.1:" + listener.port() + "/")
                    .subscribe(opened::keep, failure::tryEmitValue);
            try (RawPeer peer = listener.accept()) {
                key(peer);
                peer.write(ascii("HTTP/1.1 10"));
                assertThat(failure.asMono().block(TIMEOUT)).hasMessageContaining("the answer to the request");
                assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
            }
        }
    }

    /** The status of the CLOSE that a client sends. */
    private static int status(byte[] sent) {
        int at = 0;
        while (at < sent.length) {
            assertThat(sent[at + 1]).as("masked").isNegative();
            int length = sent[at + 1] & 0x7f;
            if ((sent[at] & 0xff) == 0x88) {
                assertThat(at + 6 + length).as("nothing behind the CLOSE").isEqualTo(sent.length);
                return ((sent[at + 6] ^ sent[at + 2]) & 0xff) << 8 | (sent[at + 7] ^ sent[at + 3]) & 0xff;
            }
            at += 6 + length;
        }
        throw new AssertionError("no CLOSE in " + Hex.dump(sent));
    }

    @ParameterizedTest
    @CsvSource({
        "a reserved bit, c2 01 00, 1002, PROTOCOL",
        "a mask, 82 81 00000000 00, 1002, PROTOCOL",
        "a PING with a mask, 89 80 00000000, 1002, PROTOCOL",
        "a text, 81 01 00, 1003, PROTOCOL",
        "an opcode that is none, 83 01 00, 1002, PROTOCOL",
        "a continuation of nothing, 80 01 00, 1002, PROTOCOL",
        "a message within a message, 02 01 00 82 01 00, 1002, PROTOCOL",
        "a fragmented PING, 09 00, 1002, PROTOCOL",
        "a long PING, 89 7e 0080, 1002, PROTOCOL",
        "a long form, 82 7e 0001 00, 1002, PROTOCOL",
        "a negative length, 82 7f 8000000000000000 00, 1002, PROTOCOL",
        "no flags, 82 00, 1002, PROTOCOL",
        "flags that are none, 82 01 08, 1002, PROTOCOL",
        "a CLOSE of one octet, 88 01 03, 1002, PROTOCOL",
        "a status that is none, 88 02 03ed, 1002, PROTOCOL",
        "a reason that is no UTF-8, 88 04 03e8 c328, 1007, PROTOCOL",
        "a frame that is too large, 82 7e 03ea 00, 1009, TOO_LARGE",
        "a frame of gigabytes, 82 7f 7fffffffffffffff 00, 1009, TOO_LARGE"
    })
    void aServerThatBreaksARuleIsToldWhich(String what, String wire, int status, Reason reason) {
        try (RawListener listener = RawPeer.listen()) {
            var connecting = ZmtpClient.create()
                    .socketType(SocketType.PAIR)
                    .maxMessageSize(1000)
                    .connect("ws://127.0.0.1:" + listener.port() + "/")
                    .map(opened::keep)
                    .toFuture();
            try (RawPeer peer = listener.accept()) {
                String answer = switching("ZWS2.0/NULL").replace(ACCEPT, accept(key(peer)));
                peer.write(ascii(answer), Hex.parse(READY_PULL.replace("PULL", "PAIR")));
                ZmtpConnection client = Pair.get(connecting);
                peer.write(Hex.parse(wire), new byte[2000]);
                assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(status);
                assertThat(client.onClose().block(TIMEOUT).reason()).isEqualTo(reason);
            }
        }
    }

    @Test
    void rubbishBehindTheAnswerIsRefused() {
        try (RawListener listener = RawPeer.listen()) {
            Sinks.One<Throwable> failure = Sinks.one();
            push().connect("ws://127.0.0.1:" + listener.port() + "/").subscribe(opened::keep, failure::tryEmitValue);
            try (RawPeer peer = listener.accept()) {
                String answer = switching("ZWS2.0/NULL").replace(ACCEPT, accept(key(peer)));
                peer.write(ascii(answer + "<html>what is this?</html>"));
                assertThat(failure.asMono().block(TIMEOUT)).hasMessageContaining("reserved bits");
                assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(1002);
            }
        }
    }

    @Test
    void aServerThatClosesInsteadOfItsReadySaysWhy() {
        try (RawListener listener = RawPeer.listen()) {
            Sinks.One<Throwable> failure = Sinks.one();
            push().connect("ws://127.0.0.1:" + listener.port() + "/").subscribe(opened::keep, failure::tryEmitValue);
            try (RawPeer peer = listener.accept()) {
                String answer = switching("ZWS2.0/NULL").replace(ACCEPT, accept(key(peer)));
                peer.write(ascii(answer), Hex.parse("88 06 03f0 'full'"));
                assertThat(failure.asMono().block(TIMEOUT)).hasMessageContaining("1008 \"full\"");
            }
        }
    }

    /** Reads a request; its key. */
    private static String key(RawPeer peer) {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) peer.read(1)[0]);
        }
        int at = head.indexOf("Key: ") + 5;
        return head.substring(at, at + 24);
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest(ascii(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatComesWithTheAnswerIsRead() {
        try (RawListener listener = RawPeer.listen()) {
            var connecting = push().connect("ws://127.0.0.1:" + listener.port() + "/")
                    .map(opened::keep)
                    .toFuture();
            try (RawPeer peer = listener.accept()) {
                String answer = switching("ZWS2.0/NULL").replace(ACCEPT, accept(key(peer)));
                peer.write(ascii(answer), Hex.parse(READY_PULL));
                assertThat(Pair.get(connecting).peer().socketType()).isEqualTo(SocketType.PULL);
                peer.expect("82 9b");
                peer.read(4 + 27);
                Pair.get(connecting).send(Message.of("x")).subscribe();
                peer.expect("82 82");
            }
        }
    }

    /** As jszmq does, which takes the first of what is offered. */
    @Test
    void aServerThatChoosesAMechanismAndHasNoneIsOneWithout() {
        try (RawListener listener = RawPeer.listen()) {
            var connecting = push().connect("ws://127.0.0.1:" + listener.port() + "/")
                    .map(opened::keep)
                    .toFuture();
            try (RawPeer peer = listener.accept()) {
                String answer = switching("ZWS2.0/NULL").replace(ACCEPT, accept(key(peer)));
                peer.write(ascii(answer), Hex.parse("82 05 00 'name'"));
                assertThat(Pair.get(connecting).peer().routingId()).isEqualTo(Bytes.utf8("name"));
                byte[] start = peer.read(2); // our READY or our routing id, whichever it was; and then no other
                peer.read(4 + (start[1] & 0x7f));
                Pair.get(connecting).send(Message.of("x")).subscribe();
                peer.expect("82 82");
            }
        }
    }
}
