package io.zmtp.spring.autoconfigure.web;

import static io.zmtp.spring.autoconfigure.web.Web.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.spring.autoconfigure.web.Web.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** libzmq, as npm's zeromq has it, and jszmq, under Node, at paths of the web server. Of a path libzmq asks for the last segment only. */
class WebPathInteropTests {

    /** The library's peers under Node. */
    private static final Path FOLDER = Path.of("../../zmtp-reactive/src/test/node");

    private static Process node;
    private static BufferedReader answers;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @BeforeAll
    static void start() throws IOException {
        boolean installed = Files.isDirectory(FOLDER.resolve("node_modules"));
        if (System.getenv("CI") == null) {
            assumeTrue(installed, "no " + FOLDER + "/node_modules: run npm ci --ignore-scripts there");
        }
        assertThat(installed).as("npm packages of " + FOLDER).isTrue();
        node = new ProcessBuilder("node", "peers.js")
                .directory(FOLDER.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8));
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.destroy();
        }
    }

    /** Has Node do something, and waits for its answer. */
    private static JsonNode node(int socket, String operation, String more) throws IOException {
        String line = "{\"id\":1,\"socket\":" + socket + ",\"op\":\"" + operation + "\"" + more + "}\n";
        node.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
        node.getOutputStream().flush();
        JsonNode answer = JsonMapper.shared().readTree(answers.readLine());
        assertThat(answer.path("error").isMissingNode()).as(answer.toString()).isTrue();
        return answer.path("value");
    }

    private static void open(int socket, String library, String type, String endpoint) throws IOException {
        node(socket, "open", ",\"library\":\"" + library + "\",\"type\":\"" + type + "\",\"options\":{}");
        if (type.startsWith("Sub")) {
            node(socket, "subscribe", ",\"topic\":\"t\"");
        }
        node(socket, "connect", ",\"endpoint\":\"" + endpoint + "\"");
    }

    private static String parts(byte[]... parts) {
        return Stream.of(parts)
                .map(part -> "\"" + Base64.getEncoder().encodeToString(part) + "\"")
                .collect(Collectors.joining(",", ",\"parts\":[", "]"));
    }

    @ParameterizedTest
    @CsvSource({
        "NETTY, zeromq, Subscriber, Push",
        "NETTY, jszmq, Sub, Push",
        "JETTY, zeromq, Subscriber, Push",
        "JETTY, jszmq, Sub, Push",
        "TOMCAT, jszmq, Sub, Push" // libzmq 4.3.5 takes no 101 without the words behind it
    })
    void subscribesAndPushes(Server server, String library, String sub, String push) throws IOException {
        try (Web web = Web.start(
                server,
                Application.class,
                "zmtp.sockets.ticks.type=pub",
                "zmtp.sockets.ticks.bind=ws:/ticks",
                "zmtp.sockets.jobs.type=pull",
                "zmtp.sockets.jobs.bind=ws:/jobs")) {
            PubSocket ticks = web.bean("ticks", PubSocket.class);
            open(1, library, sub, web.at("/ticks"));
            ticks.awaitSubscribers("t", 1).block(TIMEOUT);
            byte[] large = new byte[1 << 20];
            ticks.send(Message.of(Bytes.utf8("tick"), Bytes.EMPTY, Bytes.wrap(large)))
                    .block(TIMEOUT);
            JsonNode came = node(1, "receive", "");
            assertThat(came.size()).isEqualTo(3);
            assertThat(Base64.getDecoder().decode(came.get(0).stringValue()))
                    .asString()
                    .isEqualTo("tick");
            assertThat(Base64.getDecoder().decode(came.get(2).stringValue())).hasSize(large.length);

            open(2, library, push, web.at("/jobs"));
            PullSocket jobs = web.bean("jobs", PullSocket.class);
            jobs.onPeer().blockFirst(TIMEOUT);
            node(2, "send", parts(new byte[] {1}, new byte[0], large));
            assertThat(jobs.receive().next().block(TIMEOUT))
                    .isEqualTo(Message.of(Bytes.wrap(new byte[] {1}), Bytes.EMPTY, Bytes.wrap(large)));
            node(1, "close", "");
            node(2, "close", "");
        }
    }
}
