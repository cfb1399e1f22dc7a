package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.first;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** A bound path of ws, raw peers of it, and a good one beside them. */
abstract class WebSocketWire {

    // The example of RFC 6455, section 1.3.
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    static final String READY_PUSH = "82 9b 00000000 02 05 'READY' 0b 'Socket-Type' 00000004 'PUSH'";
    static final String READY_PULL = "82 1b 02 05 'READY' 0b 'Socket-Type' 00000004 'PULL'";

    final Opened opened = new Opened();
    final Sinks.Many<Closed> ends = Sinks.many().replay().all();
    Binding binding;
    ZmtpConnection good;
    ZmtpConnection served;
    ZmtpConnection last;
    final Set<ZmtpConnection> seen = new HashSet<>();

    @BeforeEach
    void bind() {
        bind(pull().maxMessageSize(1000));
    }

    void bind(ZmtpServer server) {
        binding = opened.bind(Opened.telling(server, ends), "ws://127.0.0.1:*/raw");
        good = opened.connect(push(), binding.endpoint().toString());
        served = first(binding);
        seen.add(served);
    }

    @AfterEach
    void close() {
        opened.close();
    }

    RawPeer raw() {
        return RawPeer.connect("127.0.0.1", binding.endpoint().port());
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String request(String protocols) {
        return "GET /raw HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: " + protocols
                + "\r\n\r\n";
    }

    static String switching(String protocol) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + ACCEPT + "\r\nSec-WebSocket-Protocol: " + protocol + "\r\n\r\n";
    }

    /** One whose upgrade is through. */
    RawPeer upgraded(String protocol) {
        RawPeer peer = raw();
        peer.write(ascii(request(protocol)));
        assertThat(new String(peer.read(switching(protocol).length()), StandardCharsets.US_ASCII))
                .isEqualTo(switching(protocol));
        return peer;
    }

    /** One whose handshake is through. */
    RawPeer ready() {
        RawPeer peer = upgraded("ZWS2.0/NULL").write(READY_PUSH).expect(READY_PULL);
        last = awaitNext();
        return peer;
    }

    /** The connection of the peer that came last. */
    ZmtpConnection awaitNext() {
        return Flux.interval(Duration.ofMillis(5))
                .onBackpressureDrop()
                .flatMapIterable(tick -> binding.connections())
                .filter(seen::add)
                .blockFirst(TIMEOUT);
    }

    /** The good peer is served, whatever the others do. */
    void assertServed() {
        good.send(Message.of("good")).block(TIMEOUT);
        StepVerifier.create(served.receive().take(1))
                .expectNext(Message.of("good"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    Closed nextEnd() {
        return ends.asFlux().blockFirst(TIMEOUT);
    }

    /** The status of the CLOSE at the end of what a server sent. */
    static int status(byte[] sent) {
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
}
