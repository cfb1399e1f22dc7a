package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.push;
import static io.zmtp.reactive.connection.WebSocketWireTests.ACCEPT;
import static io.zmtp.reactive.connection.WebSocketWireTests.READY_PULL;
import static io.zmtp.reactive.connection.WebSocketWireTests.ascii;
import static io.zmtp.reactive.connection.WebSocketWireTests.switching;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
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
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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
                Arguments.of(head.replace("websocket", "h2c") + accept + protocol + "\r\n", "h2c"));
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
