package io.zmtp.samples.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;

/** A producer and its workers, in contexts of their own, over TCP. */
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class PipelineTests {

    private final List<ConfigurableApplicationContext> running = new ArrayList<>();

    @AfterEach
    void stop() {
        running.forEach(ConfigurableApplicationContext::close);
    }

    private ConfigurableApplicationContext start(String profile, String... properties) {
        ConfigurableApplicationContext context =
                new SpringApplicationBuilder(Pipeline.class).profiles(profile).run(properties);
        running.add(context);
        return context;
    }

    private ConfigurableApplicationContext producer() {
        return start(
                "producer",
                "--zmtp.sockets.tasks.bind=tcp://127.0.0.1:*",
                "--zmtp.sockets.results.bind=tcp://127.0.0.1:*");
    }

    private static String at(ConfigurableApplicationContext producer, String socket) {
        return "tcp://127.0.0.1:" + producer.getEnvironment().getProperty("local.zmtp." + socket + ".port");
    }

    private static void await(CapturedOutput output, String text) {
        Flux.interval(Duration.ofMillis(20))
                .onBackpressureDrop()
                .filter(tick -> output.toString().contains(text))
                .blockFirst(Duration.ofSeconds(120));
    }

    @Test
    void sharesTheTasksOutAndGathersTheResults(CapturedOutput output) {
        ConfigurableApplicationContext producer = producer();
        String tasks = "--zmtp.sockets.work.connect=" + at(producer, "tasks");
        String results = "--zmtp.sockets.found.connect=" + at(producer, "results");
        start("worker", tasks, results);
        start("worker", tasks, results);
        await(output, "100 of 100");
        assertThat(output).contains("168 primes below 1000 ", "9592 primes below 100000 ");
    }

    /** As the worker in the README, which is a program of its own. */
    @Test
    void takesAnyProgramForAWorker(CapturedOutput output) {
        ConfigurableApplicationContext producer = producer();
        PullSocket work = PullSocket.create();
        PushSocket found = PushSocket.create();
        try {
            work.connectNow(at(producer, "tasks"));
            found.connectNow(at(producer, "results"));
            assertThat(work.receive().map(Message::text).blockFirst()).isEqualTo("{\"id\":1,\"below\":1000}");
            found.send("{\"id\":1,\"primes\":168,\"worker\":\"python 1\"}").block();
            await(output, "168 primes below 1000 says python 1");
        } finally {
            work.dispose();
            found.dispose();
        }
    }
}
