package io.zmtp.spring.autoconfigure.web;

import static io.zmtp.spring.autoconfigure.web.Web.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.spring.autoconfigure.web.Web.Page;
import io.zmtp.spring.autoconfigure.web.Web.Server;
import io.zmtp.spring.listener.ZmtpListener;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.config.CorsRegistry;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Sockets at paths of the web server, on each of WebFlux's. */
class WebPathTests {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application implements WebFluxConfigurer {

        @ZmtpListener("desk")
        Mono<String> desk(String text) {
            return Mono.just("re: " + text);
        }

        @Override
        public void addCorsMappings(CorsRegistry registry) {
            registry.addMapping("/zmtp/**").allowedOrigins("https://good.example");
        }
    }

    private final List<Disposable> opened = new ArrayList<>();

    private <T extends Disposable> T opened(T socket) {
        opened.add(socket);
        return socket;
    }

    @AfterEach
    void close() {
        opened.forEach(Disposable::dispose);
    }

    private static Web start(Server server, String... more) {
        String[] all = Flux.just(
                        "zmtp.sockets.ticks.type=pub",
                        "zmtp.sockets.ticks.bind=ws:/zmtp/ticks",
                        "zmtp.sockets.jobs.type=pull",
                        "zmtp.sockets.jobs.bind=ws:/zmtp/jobs",
                        "zmtp.sockets.desk.type=router",
                        "zmtp.sockets.desk.bind=ws:/zmtp/desk",
                        "management.endpoints.web.exposure.include=zmtp,health")
                .concatWith(Flux.just(more))
                .collectList()
                .block()
                .toArray(String[]::new);
        return Web.start(server, Application.class, all);
    }

    @ParameterizedTest
    @EnumSource
    void passesMessagesBothWays(Server server) {
        SubSocket sub = opened(SubSocket.create());
        PushSocket push = opened(PushSocket.create());
        ReqSocket req = opened(ReqSocket.create());
        try (Web web = start(server)) {
            PubSocket ticks = web.bean("ticks", PubSocket.class);
            sub.subscribe("a");
            sub.connectNow(web.at("/zmtp/ticks"));
            ticks.awaitSubscribers("a", 1).block(TIMEOUT);
            Message whole = Message.of(Bytes.utf8("a"), Bytes.EMPTY, Bytes.wrap(new byte[8 << 20]), Bytes.utf8("z"));
            StepVerifier.create(sub.receive().take(3))
                    .then(() -> ticks.send(Flux.just(Message.of("ab"), whole, Message.of("a")))
                            .subscribe())
                    .expectNext(Message.of("ab"), whole, Message.of("a"))
                    .expectComplete()
                    .verify(TIMEOUT);

            push.connectNow(web.at("/zmtp/jobs"));
            Message[] jobs = IntStream.of(0, 1, 124, 125, 126, 65_534, 65_535, 65_536, 8 << 20)
                    .mapToObj(size -> Message.of(Bytes.wrap(new byte[size]), Bytes.utf8("x")))
                    .toArray(Message[]::new);
            StepVerifier.create(web.bean("jobs", PullSocket.class).receive().take(jobs.length))
                    .then(() -> push.send(Flux.fromArray(jobs)).subscribe())
                    .expectNext(jobs)
                    .expectComplete()
                    .verify(TIMEOUT);

            req.connectNow(web.at("/zmtp/desk"));
            assertThat(req.request(Message.of("hello")).block(TIMEOUT)).isEqualTo(Message.of("re: hello"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsNoPeer(Server server) {
        try (Web web = start(server)) {
            HttpResponse<String> plain = web.get("/zmtp/ticks");
            assertThat(plain.statusCode()).isEqualTo(426);
            assertThat(plain.headers().firstValue("Upgrade")).contains("websocket");
            assertThat(plain.body()).contains("here is a ZeroMQ socket");
            assertThat(web.get("/zmtp/nothing").statusCode()).isEqualTo(404);
            assertThat(upgrade(web, "/zmtp/ticks", "ZWS2.0/CURVE", "")).startsWith("HTTP/1.1 400 ");
            assertThat(upgrade(web, "/zmtp/ticks", "XYZ, ZWS2.0", "")).startsWith("HTTP/1.1 101 ");
            assertThat(upgrade(web, "/zmtp/ticks", "ZWS2.0/NULL", "Origin: https://evil.example\r\n"))
                    .startsWith("HTTP/1.1 403 ");
            assertThat(upgrade(web, "/zmtp/ticks", "ZWS2.0/NULL", "Origin: https://good.example\r\n"))
                    .startsWith("HTTP/1.1 101 ");
            assertThat(upgrade(web, "/zmtp/ticks", "ZWS2.0/NULL", "Origin: http://localhost\r\n"))
                    .startsWith("HTTP/1.1 101 "); // the Host that it asks
        }
    }

    /** Asks for a WebSocket; returns the head of the answer. */
    private static String upgrade(Web web, String path, String subprotocols, String more) {
        try (Socket socket = new Socket("127.0.0.1", web.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write(("GET " + path
                            + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade"
                            + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Protocol: " + subprotocols + "\r\n" + more + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readUnsignedByte());
            }
            return head.toString();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerWithoutAMechanismIsServedAndHearsWhyItEnds(Server server) throws InterruptedException {
        Page page;
        try (Web web = start(server, "server.shutdown=graceful", "spring.lifecycle.timeout-per-shutdown-phase=20s")) {
            page = web.open("/zmtp/ticks");
            page.say("\0me");
            assertThat(page.next()).isEqualTo("\0");
            page.say("\0\1t");
            PubSocket ticks = web.bean("ticks", PubSocket.class);
            ticks.awaitSubscribers("t", 1).block(TIMEOUT);
            ticks.send(Message.of("tick", "1")).block(TIMEOUT);
            assertThat(page.next()).isEqualTo("\1tick");
            assertThat(page.next()).isEqualTo("\0" + "1");
            page.socket.sendPing(ByteBuffer.wrap(new byte[] {'x'})).join();
            assertThat(page.next()).isEqualTo("pong x");
            assertThat(web.get("/actuator/zmtp/ticks").body())
                    .contains("\"uri\":\"ws:/zmtp/ticks\"")
                    .contains("\"role\":\"bind\"")
                    .contains("127.0.0.1")
                    .contains("\"routingId\":\"me\"");
            assertThat(web.get("/actuator/health").body()).contains("UP");
        }
        assertThat(page.next()).isEqualTo("close 1001 closed");
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenRuleAndATooLargeMessageHaveTheirCodes(Server server) throws InterruptedException {
        try (Web web = start(server, "zmtp.sockets.jobs.max-message-size=100KB")) {
            Page broken = web.open("/zmtp/jobs");
            broken.say("\0");
            assertThat(broken.next()).isEqualTo("\0");
            broken.say("\7x");
            assertThat(broken.next()).startsWith("close 1002 ");
            Page large = web.open("/zmtp/jobs");
            large.say("\0");
            assertThat(large.next()).isEqualTo("\0");
            large.socket.sendBinary(ByteBuffer.wrap(new byte[200_000]), true); // which the CLOSE may interrupt
            // A client that still sends when the server closes may be reset before it hears why; of Tomcat it is
            // always.
            assertThat(large.next())
                    .matches(end -> server == Server.TOMCAT || end.startsWith("close 1009 ") || end.contains("reset"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSocketThatNobodyAsksStopsThePeer(Server server) {
        PushSocket push = opened(PushSocket.create(options -> options.sendHwm(1)));
        try (Web web = start(server, "zmtp.sockets.jobs.recv-hwm=2", "zmtp.sockets.jobs.max-message-size=1MB")) {
            PullSocket jobs = web.bean("jobs", PullSocket.class);
            push.connectNow(web.at("/zmtp/jobs"));
            ConnectedPeer peer = jobs.onPeer().blockFirst(TIMEOUT);
            Flux<Message> endless = Flux.range(0, 1_000).map(i -> Message.of(Bytes.wrap(new byte[500_000])));
            StepVerifier.create(endless.concatMap(push::send, 1).then())
                    .expectSubscription()
                    .expectNoEvent(Duration.ofMillis(700))
                    .then(() -> assertThat(peer.messagesReceived()).isLessThan(10))
                    .thenCancel()
                    .verify(TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void encryptsByCurve(Server server) {
        KeyPair keys = KeyPair.generate();
        PushSocket push = opened(PushSocket.create(
                options -> options.mechanism(CurveMechanism.client(keys.publicKey(), KeyPair.generate()))));
        try (Web web = start(
                server,
                "zmtp.sockets.jobs.security.mechanism=curve",
                "zmtp.sockets.jobs.security.clients=*",
                "zmtp.sockets.jobs.security.secret-key=hex:" + keys.secretKey().hex())) {
            push.connectNow(web.at("/zmtp/jobs"));
            push.send(Message.of("secret")).block(TIMEOUT);
            assertThat(web.bean("jobs", PullSocket.class).receive().next().block(TIMEOUT))
                    .isEqualTo(Message.of("secret"));
        }
    }

    /** Not on Jetty, where Spring sends PINGs without payload, so that their answers all look the same. */
    @ParameterizedTest
    @EnumSource(names = {"NETTY", "TOMCAT"})
    void heartbeatsGoByWebSocket(Server server) {
        try (Web web =
                start(server, "zmtp.sockets.desk.heartbeat.interval=50ms", "zmtp.sockets.desk.heartbeat.timeout=5s")) {
            DealerSocket dealer = opened(DealerSocket.create());
            dealer.connectNow(web.at("/zmtp/desk"));
            RouterSocket desk = web.bean("desk", RouterSocket.class);
            ConnectedPeer peer = desk.onPeer().blockFirst(TIMEOUT);
            StepVerifier.create(Flux.interval(Duration.ofMillis(20))
                            .filter(tick -> peer.roundTrip().isPresent())
                            .next())
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @ParameterizedTest
    @CsvSource({"framework, 192.0.2.7", "none, 127.0.0.1"})
    void theAddressIsThatOfTheClientIfForwardedHeadersCount(String strategy, String address) throws Exception {
        try (Web web = start(Server.NETTY, "server.forward-headers-strategy=" + strategy)) {
            PubSocket ticks = web.bean("ticks", PubSocket.class);
            Page page = web.open("/zmtp/ticks", "X-Forwarded-For", "192.0.2.7");
            page.say("\0");
            InetSocketAddress from = (InetSocketAddress)
                    ticks.onPeer().blockFirst(TIMEOUT).peer().address();
            assertThat(from.getHostString()).isEqualTo(address);
        }
    }

    @Test
    void aBasePathIsBeforeThePath() throws InterruptedException {
        try (Web web = start(Server.NETTY, "spring.webflux.base-path=/app")) {
            assertThat(web.get("/zmtp/ticks").statusCode()).isEqualTo(404);
            Page page = web.open("/app/zmtp/ticks");
            page.say("\0");
            assertThat(page.next()).isEqualTo("\0");
        }
    }
}
