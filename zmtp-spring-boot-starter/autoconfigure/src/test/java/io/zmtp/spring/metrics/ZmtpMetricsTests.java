package io.zmtp.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zmtp.reactive.metrics.MicrometerRecorder;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.core.ZmtpObservation;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ZmtpMetricsTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ZmtpMetricsAutoConfiguration.class, ZmtpAutoConfiguration.class))
            .withPropertyValues(
                    "zmtp.sockets.work.type=pull",
                    "zmtp.sockets.work.bind=tcp://127.0.0.1:*",
                    "zmtp.sockets.jobs.type=push",
                    "zmtp.sockets.jobs.connect=");

    @Test
    void countsByTheNamesOfSockets() {
        measured().run(context -> {
            exchange(context.getBean(PushSocket.class), context.getBean(PullSocket.class));
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.get("zmtp.messages.received")
                            .tags("messaging.destination.name", "work", "zmtp.socket.type", "PULL")
                            .counter()
                            .count())
                    .isEqualTo(1);
            assertThat(registry.get("zmtp.peers")
                            .tag("messaging.destination.name", "work")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            assertThat(registry.get("zmtp.send.queue.size")
                            .tag("messaging.destination.name", "jobs")
                            .gauge()
                            .value())
                    .isZero();
        });
    }

    @Test
    void showsWhatCameAndNobodyTook() {
        measured().run(context -> {
            PullSocket work = context.getBean(PullSocket.class);
            PushSocket jobs = context.getBean(PushSocket.class);
            jobs.connect(work.endpoints().get(0)).then(jobs.send("hello")).block(TIMEOUT);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            Gauge unread = registry.get("zmtp.receive.queue.size")
                    .tag("messaging.destination.name", "work")
                    .gauge();
            assertThat(Mono.fromSupplier(unread::value)
                            .filter(value -> value > 0)
                            .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(10)))
                            .block(TIMEOUT))
                    .isEqualTo(1);
        });
    }

    static class Paused {
        @ZmtpListener(socket = "work", id = "worker")
        void on(String job) {}
    }

    private ApplicationContextRunner listening() {
        return measured()
                .withConfiguration(
                        AutoConfigurations.of(ZmtpCodecAutoConfiguration.class, ZmtpListenerAutoConfiguration.class))
                .withUserConfiguration(Paused.class);
    }

    @Test
    void showsWhichListenersArePaused() {
        listening().run(context -> {
            ZmtpListenerRegistry listeners = context.getBean(ZmtpListenerRegistry.class);
            Gauge paused = context.getBean(MeterRegistry.class)
                    .get("zmtp.listener.paused")
                    .tags("messaging.destination.name", "work", "zmtp.listener.id", "worker")
                    .gauge();
            assertThat(paused.value()).isZero();
            listeners.pause("worker");
            assertThat(paused.value()).isEqualTo(1);
            listeners.resume("worker");
            assertThat(paused.value()).isZero();
        });
    }

    @Test
    void countsNothingWhereThatIsAsked() {
        measured().withPropertyValues("zmtp.metrics.enabled=false").run(context -> {
            exchange(context.getBean(PushSocket.class), context.getBean(PullSocket.class));
            assertThat(context.getBean(MeterRegistry.class).getMeters()).isEmpty();
        });
    }

    @Test
    void backsOffWithoutARegistry() {
        runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(QueueMetrics.class));
    }

    @Test
    void backsOffWithoutMicrometer() {
        runner.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void hasEveryMeterOfTheDashboard() throws IOException {
        listening().run(context -> {
            PullSocket work = context.getBean(PullSocket.class);
            work.endpoints()
                    .forEach(at -> context.getBean(PushSocket.class).connect(at).block(TIMEOUT));
            context.getBean(PushSocket.class).send("hello").block(TIMEOUT);
            Flux.interval(Duration.ofMillis(10))
                    .filter(tick -> context.getBean(MeterRegistry.class)
                                    .find("zmtp.peers")
                                    .gauge()
                            != null) // the last one that is registered
                    .blockFirst(TIMEOUT);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            MicrometerRecorder.of(registry, Tags.of("messaging.destination.name", "x"))
                    .dropped(work.type(), work.endpoints().get(0), DropReason.LINGER, 1);
            Set<String> spoken = new TreeSet<>();
            registry.getMeters().forEach(meter -> {
                spoken.addAll(prometheus(meter));
                meter.getId().getTags().forEach(tag -> spoken.add(tag.getKey().replace('.', '_')));
            });
            assertThat(spoken).containsAll(dashboard());
        });
        assertThat(dashboard()).hasSizeGreaterThan(8);
    }

    @Test
    void hasTheKeysOfObservations() {
        Set<String> keys = new TreeSet<>(List.of("endpoint", "reason"));
        for (ZmtpObservation.Low key : ZmtpObservation.Low.values()) {
            keys.add(key.asString());
        }
        measured().run(context -> {
            exchange(context.getBean(PushSocket.class), context.getBean(PullSocket.class));
            assertThat(context.getBean(MeterRegistry.class).getMeters())
                    .hasSizeGreaterThan(10)
                    .allSatisfy(meter -> assertThat(meter.getId().getTags())
                            .isNotEmpty()
                            .allSatisfy(tag -> assertThat(keys).contains(tag.getKey())));
        });
    }

    private static Set<String> dashboard() throws IOException {
        Set<String> names = new TreeSet<>();
        try (InputStream json = ZmtpMetricsTests.class.getResourceAsStream("/META-INF/grafana/zmtp.json")) {
            Matcher name = Pattern.compile("(zmtp|messaging)_[a-z_]+")
                    .matcher(new String(json.readAllBytes(), StandardCharsets.UTF_8));
            while (name.find()) {
                names.add(name.group());
            }
        }
        return names;
    }

    /** As Prometheus spells it. */
    private static Set<String> prometheus(Meter meter) {
        String name = meter.getId().getName().replace('.', '_');
        String unit = meter.getId().getBaseUnit();
        if (meter instanceof Timer) {
            return Set.of(name + "_seconds_sum", name + "_seconds_count", name + "_seconds_max");
        }
        String withUnit = unit == null || name.endsWith(unit) ? name : name + "_" + unit;
        return Set.of(meter.getId().getType() == Meter.Type.COUNTER ? withUnit + "_total" : withUnit);
    }

    private ApplicationContextRunner measured() {
        return runner.withBean(SimpleMeterRegistry.class);
    }

    private static void exchange(PushSocket jobs, PullSocket work) {
        StepVerifier.create(work.receive().take(1))
                .then(() -> jobs.connect(work.endpoints().get(0))
                        .then(jobs.send("hello"))
                        .block(TIMEOUT))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }
}
