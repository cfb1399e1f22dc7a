package io.zmtp.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.socket.SocketOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** What one hostile peer does to an application with 64 MiB of heap; good peers are served meanwhile. */
class SmallHeapTests {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Bytes STREAM = Bytes.utf8("\0zmtp-stream\n");

    private final RouterSocket server =
            RouterSocket.create(options -> quick(options).mandatory());
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private Process process;
    private PrintStream in;
    private String work;
    private String desk;

    private static SocketOptions quick(SocketOptions options) {
        return options.linger(Duration.ZERO).recvHwm(1);
    }

    @BeforeEach
    void start() throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        FloodedApplication.class.getName(),
                        server.bindNow("tcp://127.0.0.1:*").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread reader = new Thread(this::readAll, "lines");
        reader.setDaemon(true);
        reader.start();
        work = "tcp://127.0.0.1:" + line();
        desk = "tcp://127.0.0.1:" + line();
    }

    private void readAll() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line; (line = out.readLine()) != null; ) {
                lines.add(line);
            }
        } catch (IOException ended) {
            // killed
        }
    }

    private String line() {
        try {
            for (long end = System.nanoTime() + TIMEOUT.toNanos(); System.nanoTime() < end; ) {
                String line = lines.poll(100, TimeUnit.MILLISECONDS);
                if (line != null) {
                    return line;
                }
                assertThat(process.isAlive()).isTrue();
            }
            throw new AssertionError("the application says nothing");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @AfterEach
    void stop() {
        server.dispose();
        process.destroyForcibly();
    }

    /** How much heap it uses, in KiB. */
    private long used() {
        in.println();
        return Long.parseLong(line()) >> 10;
    }

    private static DealerSocket deaf(String endpoint) {
        DealerSocket deaf = DealerSocket.create(SmallHeapTests::quick);
        deaf.connectNow(endpoint);
        return deaf;
    }

    private static Message request(int number, String route) {
        Bytes id = Bytes.wrap(ByteBuffer.allocate(STREAM.size() + 16)
                .put(STREAM.toByteArray())
                .putInt(number)
                .array());
        return Message.of(id, Bytes.EMPTY, Bytes.utf8(route), Bytes.utf8("x".repeat(70)));
    }

    private void assertServed() {
        DealerSocket good = DealerSocket.create(options -> options.linger(Duration.ZERO));
        good.connectNow(desk);
        good.send(request(1, "one")).block(TIMEOUT);
        assertThat(good.receive()
                        .map(message -> message.part(2).utf8())
                        .take(3)
                        .collectList()
                        .block(TIMEOUT))
                .containsExactly("S", "N", "C");
        good.send(Message.of("1", "", "reply", "")).block(TIMEOUT);
        assertThat(good.receive().blockFirst(TIMEOUT).last().size()).isEqualTo(1024);
        good.dispose();
    }

    @Test
    void topicsOf16MiB() {
        PushSocket push = PushSocket.create(options -> options.linger(Duration.ZERO));
        push.connectNow(work);
        push.send("md.x", "first").block(TIMEOUT);
        assertThat(line()).isEqualTo("worked on first");
        long before = used();
        Bytes topic = Bytes.utf8("md." + "a.".repeat(8 << 20));
        for (int i = 0; i < 5; i++) {
            push.send(Message.of(topic, Bytes.EMPTY)).then(push.flush()).block(TIMEOUT);
        }
        push.send("md.x", "last").block(TIMEOUT);
        assertThat(line()).isEqualTo("worked on last");
        assertThat(report("topics of 16 MiB", before)).isLessThan(20 << 10);
        push.dispose();
    }

    @ParameterizedTest
    @ValueSource(strings = {"endless", "one", "nobody.has.it"})
    void streamsOfAPeerThatDoesNotRead(String route) {
        assertServed();
        long before = used();
        DealerSocket deaf = deaf(desk);
        deaf.send(Flux.range(0, 30_000).map(number -> request(number, route)))
                .then(deaf.flush())
                .block(TIMEOUT);
        assertServed();
        assertThat(report("streams " + route, before)).isLessThan(20 << 10);
        deaf.dispose();
    }

    @Test
    void repliesToAPeerThatDoesNotRead() {
        assertServed();
        long before = used();
        DealerSocket deaf = deaf(desk);
        deaf.send(Flux.range(0, 100_000).map(number -> Message.of("" + number, "", "reply", "")))
                .then(deaf.flush())
                .block(TIMEOUT);
        assertServed();
        assertThat(report("replies", before)).isLessThan(20 << 10);
        deaf.dispose();
    }

    /** Each of which the client would answer by a cancel. */
    @Test
    void elementsOfStreamsThatNobodyAskedFor() {
        Bytes client = server.onPeer().blockFirst(TIMEOUT).routingId();
        assertServed();
        long before = used();
        server.send(Flux.range(0, 300_000).map(number -> request(number, "N").prepend(client)))
                .then(server.flush())
                .block(TIMEOUT);
        assertServed();
        assertThat(report("elements", before)).isLessThan(20 << 10);
    }

    private long report(String what, long before) {
        long more = used() - before;
        if (Boolean.getBoolean("figures")) {
            System.out.println(what + ": " + more + " KiB more heap in use");
        }
        return more;
    }
}
