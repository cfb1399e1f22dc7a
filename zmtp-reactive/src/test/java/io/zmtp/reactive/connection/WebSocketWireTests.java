package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.first;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.wire.Command;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** The octets of ws, from raw peers, polite and hostile, with a good one beside them that is served. */
class WebSocketWireTests {

    // The example of RFC 6455, section 1.3.
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static final String READY_PUSH = "82 9b 00000000 02 05 'READY' 0b 'Socket-Type' 00000004 'PUSH'";
    static final String READY_PULL = "82 1b 02 05 'READY' 0b 'Socket-Type' 00000004 'PULL'";

    private final Opened opened = new Opened();
    private final Sinks.Many<Closed> ends = Sinks.many().replay().all();
    private Binding binding;
    private ZmtpConnection good;
    private ZmtpConnection served;
    private ZmtpConnection last;
    private final Set<ZmtpConnection> seen = new HashSet<>();

    @BeforeEach
    void bind() {
        bind(pull().maxMessageSize(1000));
    }

    private void bind(ZmtpServer server) {
        binding = opened.bind(Opened.telling(server, ends), "ws://127.0.0.1:*/raw");
        good = opened.connect(push(), binding.endpoint().toString());
        served = first(binding);
        seen.add(served);
    }

    @AfterEach
    void close() {
        opened.close();
    }

    private RawPeer raw() {
        return RawPeer.connect("127.0.0.1", binding.endpoint().port());
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String request(String protocols) {
        return "GET /raw HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: " + protocols
                + "\r\n\r\n";
    }

    static String switching(String protocol) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + ACCEPT + "\r\nSec-WebSocket-Protocol: " + protocol + "\r\n\r\n";
    }

    /** One whose upgrade is through. */
    private RawPeer upgraded(String protocol) {
        RawPeer peer = raw();
        peer.write(ascii(request(protocol)));
        assertThat(new String(peer.read(switching(protocol).length()), StandardCharsets.US_ASCII))
                .isEqualTo(switching(protocol));
        return peer;
    }

    /** One whose handshake is through. */
    private RawPeer ready() {
        RawPeer peer = upgraded("ZWS2.0/NULL").write(READY_PUSH).expect(READY_PULL);
        last = awaitNext();
        return peer;
    }

    /** The connection of the peer that came last. */
    private ZmtpConnection awaitNext() {
        return Flux.interval(Duration.ofMillis(5))
                .onBackpressureDrop()
                .flatMapIterable(tick -> binding.connections())
                .filter(seen::add)
                .blockFirst(TIMEOUT);
    }

    /** The good peer is served, whatever the others do. */
    private void assertServed() {
        good.send(Message.of("good")).block(TIMEOUT);
        StepVerifier.create(served.receive().take(1))
                .expectNext(Message.of("good"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    private Closed nextEnd() {
        return ends.asFlux().blockFirst(TIMEOUT);
    }

    // ---- the upgrade

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

    // ---- traffic

    /** The status of the CLOSE at the end of what a server sent. */
    private static int status(byte[] sent) {
        int at = 0;
        while (at < sent.length) {
            int length = sent[at + 1] & 0xff;
            int payload = at + 2;
            if (length == 126) {
                length = (sent[at + 2] & 0xff) << 8 | sent[at + 3] & 0xff;
                payload += 2;
            }
            if ((sent[at] & 0xff) == 0x88) {
                assertThat(payload + length).as("nothing behind the CLOSE").isEqualTo(sent.length);
                return (sent[payload] & 0xff) << 8 | sent[payload + 1] & 0xff;
            }
            at = payload + length;
        }
        throw new AssertionError("no CLOSE in " + Hex.dump(sent));
    }

    @ParameterizedTest
    @CsvSource({
        "a reserved bit, c2 81 00000000 00, 1002, PROTOCOL",
        "no mask, 82 01 00, 1002, PROTOCOL",
        "a text, 81 81 00000000 00, 1003, PROTOCOL",
        "an opcode that is none, 83 81 00000000 00, 1002, PROTOCOL",
        "a continuation of nothing, 80 81 00000000 00, 1002, PROTOCOL",
        "a message within a message, 02 81 00000000 00 82 81 00000000 00, 1002, PROTOCOL",
        "a fragmented PING, 09 80 00000000, 1002, PROTOCOL",
        "a long PING, 89 fe 0080 00000000, 1002, PROTOCOL",
        "a long form, 82 fe 0001 00000000 00, 1002, PROTOCOL",
        "no flags, 82 80 00000000, 1002, PROTOCOL",
        "flags that are none, 82 81 00000000 08, 1002, PROTOCOL",
        "a frame that is too large, 82 fe 03ea 00000000 00, 1009, TOO_LARGE",
        "a frame of gigabytes, 82 ff 7fffffffffffffff 00000000 00, 1009, TOO_LARGE",
        "a command that is none, 82 82 00000000 02 05, 1002, PROTOCOL"
    })
    void aPeerThatBreaksARuleIsToldWhich(String what, String wire, int status, Reason reason) {
        try (RawPeer peer = ready()) {
            peer.write(Hex.parse(wire), new byte[2000]);
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(status);
        }
        assertThat(nextEnd().reason()).isEqualTo(reason);
        assertServed();
    }

    @Test
    void fragmentsThatAreTooManyOrTooLargeAreRefused() {
        try (RawPeer peer = ready()) {
            peer.write("02 81 00000000 00");
            peer.write(Hex.parse("00 80 00000000 ".repeat(4096)));
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(1008);
        }
        try (RawPeer peer = ready()) {
            peer.write("02 81 00000000 00");
            peer.write(Hex.parse(("00 e4 00000000 " + "ab".repeat(100)).repeat(11)));
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(1009);
        }
        assertServed();
    }

    @Test
    void answersPingsBetweenFragmentsAndClosesWithTheSameStatus() {
        try (RawPeer peer = ready()) {
            peer.write("02 82 00000000 00 'a' 89 82 00000000 'hi'").expect("8a 02 'hi'");
            peer.write("80 81 00000000 'b'");
            peer.write("88 85 00000000 0fa0 'bye'").expect("88 02 0fa0");
            assertThat(peer.readAll(TIMEOUT)).isEmpty();
        }
        Closed end = nextEnd();
        assertThat(end.reason()).isEqualTo(Reason.PEER);
        assertThat(end.cause()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "within a frame, 82 8a 00000000 00 'abc'",
        "within its header, 82",
        "between parts, 82 82 00000000 01 'a'",
        "between fragments, 02 82 00000000 00 'a'",
        "before the flags, 02 80 00000000",
        "with a CLOSE between parts, 82 82 00000000 01 'a' 88 80 00000000",
        "with a CLOSE between fragments, 02 82 00000000 00 'a' 88 80 00000000"
    })
    void aMessageThatIsCutIsReported(String where, String wire) {
        try (RawPeer peer = ready()) {
            peer.write(wire).shutdownOutput();
            peer.readAll(TIMEOUT);
        }
        Closed end = nextEnd();
        assertThat(end.reason()).isEqualTo(Reason.PEER);
        assertThat(end.cause())
                .isInstanceOf(ZmtpProtocolException.class)
                .hasMessageContaining("expected the rest of a message");
    }

    @Test
    void anEndBetweenMessagesIsAnEndInOrder() {
        try (RawPeer peer = ready()) {
            peer.write("82 82 00000000 00 'a'").shutdownOutput();
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(1000);
        }
        assertThat(nextEnd().cause()).isNull();
    }

    @Test
    void aServerThatClosesSaysThatItGoesAway() {
        try (RawPeer peer = ready()) {
            last.close().subscribe();
            assertThat(status(peer.readAll(TIMEOUT))).isEqualTo(1001);
        }
    }

    @Test
    void aPeerWithoutAMechanismSaysItsNameFirst() {
        Binding sub = opened.bind(
                ZmtpServer.create()
                        .socketType(SocketType.SUB)
                        .routingId(Bytes.utf8("us"))
                        .heartbeat(Duration.ofMillis(50), Duration.ofSeconds(20)),
                "ws://127.0.0.1:*/raw");
        try (RawPeer peer = RawPeer.connect("127.0.0.1", sub.endpoint().port())) {
            peer.write(ascii(request("ZWS2.0")));
            peer.read(switching("ZWS2.0").length());
            peer.expect("82 03 00 'us'"); // and no READY behind it
            peer.write("82 85 00000000 00 'them'");
            ZmtpConnection connection = first(sub);
            assertThat(connection.peer().routingId()).isEqualTo(Bytes.utf8("them"));
            assertThat(connection.peer().socketType()).isEqualTo(SocketType.PUB);
            peer.expect("89 00");
            connection.send(Command.subscribe(Bytes.utf8("no"))).block(TIMEOUT);
            connection.send(Message.of(Bytes.wrap(new byte[] {1, 'x'}))).block(TIMEOUT);
            byte[] next = peer.read(2);
            while ((next[0] & 0xff) == 0x89) { // further PINGs
                next = peer.read(2);
            }
            assertThat(Hex.of(next)).isEqualTo("82 03");
            peer.expect("00 01 'x'");
        }
    }
}
