package io.zmtp.spring.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.core.ZmtpReplays;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpTemplate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** An application in Spring Boot and peers in Python that know the plain wire only. */
class PythonReplayInteropTests {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final String PYTHON = "/usr/bin/python3";
    private static final String SCRIPTS = "../../zmtp-reactive/src/test/python/";
    private static final int COUNT = 2000;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withPropertyValues("zmtp.defaults.content-type=text/plain", "zmtp.defaults.linger=0s");

    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void needsPyzmq() throws Exception {
        boolean isThere;
        try {
            isThere = new ProcessBuilder(PYTHON, "-c", "import zmq")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            isThere = false;
        }
        if (!isThere && System.getenv("CI") != null) {
            throw new IllegalStateException("CI must have pyzmq: install python3-zmq");
        }
        assumeTrue(isThere, "no pyzmq: install python3-zmq to run this test");
    }

    private Process python(String script, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PYTHON, SCRIPTS + script));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        started.add(process);
        return process;
    }

    private static BufferedReader lines(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    static class Ticks {
        final AtomicInteger next = new AtomicInteger();
        final CountDownLatch all = new CountDownLatch(COUNT);

        @ZmtpListener("ticks")
        void on(String tick) {
            if (tick.equals("" + next.get())) {
                next.incrementAndGet();
            }
            all.countDown();
        }
    }

    @Test
    void aListenerGetsAllOfAPublisherInPythonWhileItsConnectionsAreCut() throws Exception {
        Process python = python("publisher.py", COUNT);
        BufferedReader ports = lines(python);
        runner.withUserConfiguration(Ticks.class)
                .withPropertyValues(
                        "zmtp.sockets.ticks.type=sub",
                        "zmtp.sockets.ticks.connect=tcp://127.0.0.1:" + ports.readLine(),
                        "zmtp.sockets.ticks.reconnect.min=20ms",
                        "zmtp.sockets.ticks.replay.connect=tcp://127.0.0.1:" + ports.readLine(),
                        "zmtp.sockets.ticks.replay.check=50ms",
                        "zmtp.sockets.ticks.replay.from=0")
                .run(context -> {
                    python.getOutputStream().write('\n');
                    python.getOutputStream().flush();
                    Ticks ticks = context.getBean(Ticks.class);
                    Flux.interval(Duration.ofMillis(1))
                            .filter(tick -> ticks.next.get() > COUNT / 4)
                            .blockFirst(TIMEOUT);
                    context.getBean(ZmtpReplays.class).subscription("ticks").orElseThrow().sockets().stream()
                            .flatMap(socket -> socket.peers().stream())
                            .forEach(Disposable::dispose);
                    assertThat(ticks.all.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                            .isTrue();
                    assertThat(ticks.next).hasValue(COUNT);
                });
    }

    @Test
    void aSubscriberInPythonGetsAllOfATemplate() {
        runner.withPropertyValues(
                        "zmtp.sockets.feed.type=pub",
                        "zmtp.sockets.feed.bind=tcp://127.0.0.1:*",
                        "zmtp.sockets.feed.replay.bind=tcp://127.0.0.1:*")
                .run(context -> {
                    ReplayPublisher feed = context.getBean(ReplayPublisher.class);
                    BufferedReader python = lines(python(
                            "subscriber.py",
                            feed.publication().endpoints().get(0),
                            feed.replay().endpoints().get(0),
                            COUNT));
                    assertThat(python.readLine()).isEqualTo("ready");
                    ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
                    template.sendAll("feed", Flux.range(0, COUNT / 2).map(i -> Message.of("feed", "" + i)))
                            .block(TIMEOUT);
                    feed.publication().peers().forEach(Disposable::dispose);
                    for (int i = COUNT / 2; i < COUNT; i++) {
                        template.send("feed", "feed", "" + i).block(TIMEOUT);
                    }
                    assertThat(python.readLine()).isEqualTo("done " + COUNT);
                });
    }
}
