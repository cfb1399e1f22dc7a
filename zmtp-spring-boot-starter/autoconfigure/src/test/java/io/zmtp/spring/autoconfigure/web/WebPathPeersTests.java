package io.zmtp.spring.autoconfigure.web;

import static io.zmtp.spring.autoconfigure.web.Web.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.autoconfigure.web.Web.Server;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Peers at a path of the web server that read nothing, go away, or go on for too long. */
class WebPathPeersTests {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    /** A client that does what it is made to do, and reads nothing by itself. */
    private record Raw(Socket socket, DataInputStream in, DataOutputStream out) implements AutoCloseable {

        static Raw open(Web web, String path, String more) throws IOException {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(16 * 1024);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress("127.0.0.1", web.port()));
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            Raw raw = new Raw(
                    socket,
                    new DataInputStream(socket.getInputStream()),
                    new DataOutputStream(socket.getOutputStream()));
            raw.out.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade"
                            + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Protocol: ZWS2.0\r\n" + more + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return raw;
        }

        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readUnsignedByte());
            }
            return head.toString();
        }

        void frame(int first, byte... payload) throws IOException {
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            DataOutputStream frame = new DataOutputStream(octets);
            frame.writeByte(first);
            if (payload.length <= 125) {
                frame.writeByte(0x80 | payload.length);
            } else if (payload.length <= 0xffff) {
                frame.writeByte(0x80 | 126);
                frame.writeShort(payload.length);
            } else {
                frame.writeByte(0x80 | 127);
                frame.writeLong(payload.length);
            }
            frame.writeInt(0);
            frame.write(payload);
            out.write(octets.toByteArray());
        }

        /** Reads a frame; returns its opcode and its payload. */
        String read() throws IOException {
            int opcode = in.readUnsignedByte() & 0xf;
            int length = in.readUnsignedByte();
            long size = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            byte[] payload = in.readNBytes((int) size);
            return opcode == 8 && size >= 2
                    ? "close " + ((payload[0] & 0xff) << 8 | payload[1] & 0xff) + " "
                            + new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8)
                    : opcode + " " + new String(payload, StandardCharsets.ISO_8859_1);
        }

        static Raw peer(Web web, String path) throws IOException {
            Raw raw = open(web, path, "");
            assertThat(raw.head()).startsWith("HTTP/1.1 101 ");
            raw.frame(0x82, (byte) 0);
            return raw;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private static Web start(Server server, String... more) {
        String[] all = Flux.just(
                        "zmtp.sockets.ticks.type=pub",
                        "zmtp.sockets.ticks.bind=ws:/zmtp/ticks",
                        "zmtp.sockets.jobs.type=pull",
                        "zmtp.sockets.jobs.bind=ws:/zmtp/jobs")
                .concatWith(Flux.just(more))
                .collectList()
                .block()
                .toArray(String[]::new);
        return Web.start(server, Application.class, all);
    }

    private static void await(ZmtpSocket socket, int peers) {
        Flux.interval(Duration.ofMillis(10))
                .filter(tick -> socket.peers().size() == peers)
                .blockFirst(TIMEOUT);
    }

    /** Sends 150 messages of 1 MB each to a subscriber that reads nothing. */
    private static long accepted(PubSocket ticks) {
        Bytes body = Bytes.wrap(new byte[1_000_000]);
        Flux.range(0, 150)
                .delayElements(Duration.ofMillis(1))
                .concatMap(i -> ticks.send(Message.of(Bytes.utf8("t"), body)))
                .blockLast(TIMEOUT);
        return 150 - ticks.drops().values().stream().mapToLong(Long::longValue).sum();
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriberThatReadsNothingHoldsNoMoreThanItsMark(Server server) throws Exception {
        try (Web web = start(server, "zmtp.sockets.ticks.send-hwm=5");
                Raw raw = Raw.peer(web, "/zmtp/ticks")) {
            raw.frame(0x82, (byte) 0, (byte) 1, (byte) 't');
            PubSocket ticks = web.bean("ticks", PubSocket.class);
            ticks.awaitSubscribers("t", 1).block(TIMEOUT);
            assertThat(accepted(ticks)).isLessThan(30);
        }
    }

    /** Jetty and Tomcat wait for such a peer as long as their own limits say. */
    @ParameterizedTest
    @EnumSource(names = "NETTY")
    void aPeerThatReadsNothingIsCutOffWhenItsSocketCloses(Server server) throws Exception {
        try (Web web = start(server, "zmtp.sockets.ticks.send-hwm=5", "zmtp.sockets.ticks.linger=0s");
                Raw raw = Raw.peer(web, "/zmtp/ticks")) {
            raw.frame(0x82, (byte) 0, (byte) 1, (byte) 't');
            PubSocket ticks = web.bean("ticks", PubSocket.class);
            ticks.awaitSubscribers("t", 1).block(TIMEOUT);
            accepted(ticks);
            ticks.close().block(TIMEOUT);
            assertThatIOException().isThrownBy(() -> {
                for (Long tick : Flux.interval(Duration.ofMillis(50)).take(160).toIterable()) {
                    raw.frame(0x8a, tick.byteValue()); // a PONG: of a connection that is closed there comes a reset
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void theApplicationStopsInTimeWithAPeerThatReadsNothing(Server server) throws Exception {
        Web web = start(
                server,
                "zmtp.sockets.ticks.send-hwm=5",
                "zmtp.sockets.ticks.linger=1s",
                "server.shutdown=graceful",
                "spring.lifecycle.timeout-per-shutdown-phase=60s");
        try (Raw raw = Raw.peer(web, "/zmtp/ticks")) {
            raw.frame(0x82, (byte) 0, (byte) 1, (byte) 't');
            PubSocket ticks = web.bean("ticks", PubSocket.class);
            ticks.awaitSubscribers("t", 1).block(TIMEOUT);
            accepted(ticks);
            Mono.fromRunnable(web::close)
                    .subscribeOn(Schedulers.boundedElastic())
                    .block(TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NETTY") // not shown for the others
    void peersThatGoAtAnyStepLeaveNothing(Server server) throws Exception {
        try (Web web = start(
                server,
                "zmtp.sockets.jobs.max-connections=20",
                "zmtp.sockets.jobs.recv-hwm=1",
                "zmtp.sockets.jobs.max-handshakes=20")) {
            PullSocket jobs = web.bean("jobs", PullSocket.class);
            for (int i = 0; i < 80; i++) {
                Raw raw = Raw.open(web, "/zmtp/jobs", "");
                switch (i % 8) {
                    case 0 -> raw.reset();
                    case 1 -> raw.close();
                    case 2 -> {
                        raw.head();
                        raw.reset();
                    }
                    case 3 -> {
                        raw.head();
                        raw.frame(0x82, (byte) 0);
                        raw.out.write(new byte[] {(byte) 0x82, (byte) 0xfe, 0x10, 0, 0, 0, 0, 0, 0, 1, 2});
                        raw.close();
                    }
                    case 4 -> {
                        raw.head();
                        raw.frame(0x82, (byte) 0);
                        for (int k = 0; k < 20; k++) {
                            raw.frame(0x82, new byte[2000]);
                        }
                        raw.reset();
                    }
                    case 5 -> {
                        raw.head();
                        raw.frame(0x82, (byte) 0);
                        raw.frame(0x02, (byte) 0, (byte) 1);
                        raw.frame(0x00, (byte) 0, (byte) 1);
                        raw.close();
                    }
                    case 6 -> {
                        raw.head();
                        raw.frame(0x82, (byte) 0);
                        raw.frame(0x88, (byte) 3, (byte) 0xe8);
                        raw.close();
                    }
                    default -> {
                        raw.head();
                        raw.frame(0x82, (byte) 0);
                        raw.frame(0x81, (byte) 0);
                        raw.close();
                    }
                }
            }
            jobs.receive().subscribe();
            await(jobs, 0);
            for (int i = 0; i < 20; i++) {
                Raw raw = Raw.open(web, "/zmtp/jobs", "");
                assertThat(raw.head()).as("number " + i).startsWith("HTTP/1.1 101 ");
                raw.frame(0x82, (byte) 0);
                assertThat(raw.read()).isEqualTo("2 \0");
            }
            await(jobs, 20);
        }
    }

    /** On Jetty and Tomcat WebFlux may drop what has come and was not asked for when the peer closes. */
    @ParameterizedTest
    @EnumSource(names = "NETTY")
    void whatAPeerHadSentBeforeItWentIsReceived(Server server) {
        try (Web web = start(server, "zmtp.sockets.jobs.recv-hwm=1")) {
            PullSocket jobs = web.bean("jobs", PullSocket.class);
            PushSocket push = PushSocket.create();
            push.connectNow(web.at("/zmtp/jobs"));
            push.send(Flux.range(0, 30).map(i -> Message.of("" + i))).block(TIMEOUT);
            Closed closed = push.close().block(TIMEOUT);
            assertThat(closed).isNotNull();
            assertThat(closed.unsentMessages()).isZero();
            StepVerifier.create(jobs.receive().map(Message::text).take(30))
                    .expectNextSequence(
                            IntStream.range(0, 30).mapToObj(Integer::toString).toList())
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void messagesInFragmentsAreTakenAndHaveTheSameLimit(Server server) throws Exception {
        try (Web web = start(server, "zmtp.sockets.jobs.max-message-size=10KB")) {
            Raw good = Raw.peer(web, "/zmtp/jobs");
            PullSocket jobs = web.bean("jobs", PullSocket.class);
            good.frame(0x02, (byte) 0);
            good.frame(0x00, (byte) 'a');
            good.frame(0x89, (byte) 'p');
            good.frame(0x00);
            good.frame(0x80, (byte) 'b');
            assertThat(List.of(good.read(), good.read())).containsExactlyInAnyOrder("2 \0", "10 p");
            assertThat(jobs.receive().next().block(TIMEOUT)).isEqualTo(Message.of("ab"));
            good.frame(0x02, new byte[6000]);
            good.frame(0x80, new byte[6000]);
            assertThat(end(good)).startsWith("close 1009 ");
            Raw reserved = Raw.peer(web, "/zmtp/jobs");
            reserved.frame(0xc2, (byte) 0, (byte) 1);
            assertThat(end(reserved)).contains("close 1002 ");
            Raw text = Raw.peer(web, "/zmtp/jobs");
            text.frame(0x81, (byte) '0', (byte) '1');
            assertThat(text.read()).isEqualTo("2 \0");
            assertThat(text.read()).startsWith("close 1003 ");
            text.close();
            Raw close = Raw.peer(web, "/zmtp/jobs");
            close.frame(0x88, (byte) 3, (byte) 0xe8);
            assertThat(end(close)).contains("close 1000 ");
            await(jobs, 0);
        }
    }

    private static String end(Raw raw) {
        StringBuilder all = new StringBuilder();
        try {
            raw.socket.setSoTimeout(5000);
            while (true) {
                all.append(raw.read()).append(" | ");
            }
        } catch (IOException end) {
            return all + end.toString();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatSaysNothingAfterTheUpgradeIsGivenUp(Server server) throws Exception {
        try (Web web = start(server, "zmtp.sockets.jobs.handshake-timeout=500ms")) {
            Raw silent = Raw.open(web, "/zmtp/jobs", "");
            assertThat(silent.head()).startsWith("HTTP/1.1 101 ");
            assertThat(silent.read()).isEqualTo("2 \0");
            assertThat(silent.read()).startsWith("close 1008 ");
        }
    }

    @Test
    void noExtensionIsAgreedOnAndOtherPathsAreOthers() throws Exception {
        try (Web web = start(
                Server.NETTY,
                "server.compression.enabled=true",
                "server.compression.min-response-size=1B",
                "server.http2.enabled=true")) {
            Raw zip = Raw.open(
                    web, "/zmtp/jobs", "Sec-WebSocket-Extensions: permessage-deflate\r\nAccept-Encoding: gzip\r\n");
            assertThat(zip.head()).startsWith("HTTP/1.1 101 ").doesNotContainIgnoringCase("extensions");
            for (String path : List.of("/zmtp/jobs/", "/zmtp/%6Aobs", "/zmtp//jobs", "/zmtp/jobs;a=b")) {
                assertThat(Raw.open(web, path, "").head()).startsWith("HTTP/1.1 404 ");
            }
            assertThat(Raw.open(web, "/zmtp/jobs?x=1", "").head()).startsWith("HTTP/1.1 101 ");
            for (String origin : List.of("null", "http://localhost:81", "https://localhost")) {
                assertThat(Raw.open(web, "/zmtp/jobs", "Origin: " + origin + "\r\n")
                                .head())
                        .as(origin)
                        .startsWith("HTTP/1.1 403 ");
            }
        }
    }
}
