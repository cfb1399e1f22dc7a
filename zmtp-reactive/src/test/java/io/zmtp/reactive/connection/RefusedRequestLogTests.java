package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.transport.ws.UpgradeRequest;
import io.zmtp.reactive.transport.ws.WebSocketAcceptor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.Disposables;

/** A request for a WebSocket that is refused is in the log, with the endpoint and the peer. */
class RefusedRequestLogTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Logger logger = (Logger) LoggerFactory.getLogger(ZmtpServer.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void start() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
    }

    private List<String> lines() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void atAPortOfItsOwn() {
        PullSocket pull = PullSocket.create();
        Endpoint endpoint = pull.bindNow("ws://127.0.0.1:*/jobs");
        try (RawPeer peer = RawPeer.connect("127.0.0.1", endpoint.port())) {
            peer.write("GET /jobs HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            peer.readAll(TIMEOUT);
        }
        pull.dispose();
        assertThat(lines())
                .singleElement()
                .asString()
                .matches(
                        "ws://127\\.0\\.0\\.1:.*\\(peer /127\\.0\\.0\\.1:\\d+\\): a handshake failed with VERSION: .*");
    }

    @Test
    void atAPathOfAnotherWebServer() {
        refuse(new InetSocketAddress("127.0.0.1", 4711));
        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith(
                        "ws:/jobs (peer /127.0.0.1:4711): a handshake failed with VERSION: here is a ZeroMQ socket");
    }

    @Test
    void anAddressOutOfAHeaderIsEscapedAndCut() {
        refuse(InetSocketAddress.createUnresolved("a\r\nb\u001b[2J" + "x".repeat(8000), 1));
        assertThat(lines()).singleElement().asString().hasSizeLessThan(1000).doesNotContain("\r", "\n", "\u001b");
    }

    /** A request without an upgrade. */
    private static void refuse(InetSocketAddress peer) {
        AtomicReference<WebSocketAcceptor> host = new AtomicReference<>();
        PullSocket pull =
                PullSocket.create(options -> options.server(server -> server.webSocketHost((path, acceptor) -> {
                    host.set(acceptor);
                    return Disposables.disposed();
                })));
        pull.bindNow("ws:/jobs");
        host.get()
                .ask(new UpgradeRequest("/jobs", "", List.of(), peer, null, null))
                .block(TIMEOUT);
        pull.dispose();
    }
}
