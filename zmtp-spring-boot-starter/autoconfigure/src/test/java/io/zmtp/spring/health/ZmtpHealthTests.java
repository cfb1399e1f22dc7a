package io.zmtp.spring.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class ZmtpHealthTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpHealthAutoConfiguration.class,
                    ZmtpEndpointAutoConfiguration.class,
                    ZmtpInfoAutoConfiguration.class))
            .withPropertyValues("management.endpoints.web.exposure.include=zmtp");

    @Test
    void isUpWhereItIsBound() {
        runner.withPropertyValues("zmtp.sockets.work.type=pull", "zmtp.sockets.work.bind=tcp://127.0.0.1:*")
                .run(context -> {
                    Health health = health(context, "work");
                    assertThat(health.getStatus()).isEqualTo(Status.UP);
                    assertThat(health.getDetails())
                            .containsEntry("type", "PULL")
                            .containsEntry("peers", 0);
                });
    }

    @Test
    void isUnknownForATimeOfGrace() {
        runner.withPropertyValues("zmtp.sockets.jobs.type=push", "zmtp.sockets.jobs.connect=tcp://127.0.0.1:1")
                .run(context -> assertThat(health(context, "jobs").getStatus()).isEqualTo(Status.UNKNOWN));
    }

    @Test
    void isDownWithoutPeersAfterIt() {
        runner.withPropertyValues(
                        "zmtp.health.grace=0s",
                        "zmtp.sockets.jobs.type=push",
                        "zmtp.sockets.jobs.linger=0s",
                        "zmtp.sockets.jobs.connect=tcp://127.0.0.1:1")
                .run(context -> assertThat(health(context, "jobs").getStatus()).isEqualTo(Status.DOWN));
    }

    @Test
    void leavesOutSocketsThatAreToldNotToTakePart() {
        runner.withPropertyValues(
                        "zmtp.sockets.jobs.type=push", "zmtp.sockets.jobs.connect=", "zmtp.sockets.jobs.health=false")
                .run(context -> assertThat(
                                ((CompositeReactiveHealthContributor) context.getBean("zmtpHealthContributor"))
                                        .getContributor("jobs"))
                        .isNull());
    }

    @Test
    void canBeSwitchedOff() {
        runner.withPropertyValues("management.health.zmtp.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(ReactiveHealthContributor.class));
    }

    @Test
    void backsOffWithoutActuator() {
        runner.withClassLoader(new FilteredClassLoader(
                        ConditionalOnAvailableEndpoint.class, ConditionalOnEnabledInfoContributor.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ZmtpEndpoint.class));
    }

    @Test
    void backsOffWithoutHealth() {
        runner.withClassLoader(new FilteredClassLoader(ReactiveHealthIndicator.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(ZmtpEndpoint.class)
                        .doesNotHaveBean("zmtpHealthContributor"));
    }

    static class Working {
        @ZmtpListener(id = "working", socket = "work")
        void on(String text) {}
    }

    @Test
    void showsSocketsAndPausesTheirListeners() {
        runner.withUserConfiguration(Working.class)
                .withPropertyValues("zmtp.sockets.work.type=pull", "zmtp.sockets.work.bind=tcp://127.0.0.1:*")
                .run(context -> {
                    ZmtpEndpoint endpoint = context.getBean(ZmtpEndpoint.class);
                    ZmtpEndpoint.SocketDescriptor work = endpoint.socket("work");
                    assertThat(work.type()).isEqualTo("PULL");
                    assertThat(work.state()).isEqualTo("RUNNING");
                    assertThat(work.listeners()).containsExactly("working");
                    assertThat(work.endpoints().get(0).role()).isEqualTo("bind");
                    assertThat(endpoint.steer("work", ZmtpEndpoint.Action.PAUSE).state())
                            .isEqualTo("PAUSED");
                    assertThat(endpoint.steer("work", ZmtpEndpoint.Action.RESUME)
                                    .state())
                            .isEqualTo("RUNNING");
                    assertThat(endpoint.socket("nowhere")).isNull();
                });
    }

    @Test
    void tellsWhatItIsWhereThatIsAsked() {
        runner.run(context -> assertThat(context).doesNotHaveBean(InfoContributor.class));
        runner.withPropertyValues("management.info.zmtp.enabled=true").run(context -> {
            Info.Builder info = new Info.Builder();
            context.getBean(InfoContributor.class).contribute(info);
            assertThat(info.build().get("zmtp").toString()).contains("CURVE");
        });
    }

    // ---- listeners

    static class Failing {
        @ZmtpListener(id = "failing", socket = "work")
        Mono<Void> on(Flux<String> texts) {
            return Mono.error(new StackOverflowError("thrown"));
        }
    }

    private ApplicationContextRunner failing(String onError) {
        return runner.withUserConfiguration(Failing.class)
                .withPropertyValues(
                        "zmtp.listener.on-error=" + onError,
                        "zmtp.sockets.work.type=pull",
                        "zmtp.sockets.work.bind=inproc://failing-health");
    }

    @Test
    void isDownWhileAListenerHasFailed() {
        failing("continue").run(context -> {
            Health health = health(context, "work");
            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails())
                    .containsEntry("listeners", Map.of("failing", "RETRYING, java.lang.StackOverflowError"));
            assertThat(context.getBean(ZmtpEndpoint.class).socket("work").state())
                    .isEqualTo("RETRYING");
        });
    }

    @Test
    void isOutOfServiceWhereAListenerHasEnded() {
        failing("stop").run(context -> {
            Health health = health(context, "work");
            assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(health.getDetails())
                    .containsEntry("listeners", Map.of("failing", "FAILED, java.lang.StackOverflowError"));
        });
    }

    @Test
    void isDownUntilAListenerCanReceive() {
        runner.withUserConfiguration(Working.class)
                .withPropertyValues(
                        "zmtp.sockets.work.type=pull",
                        "zmtp.sockets.work.bind=inproc://deprived",
                        "zmtp.listener.auto-startup=false")
                .run(context -> {
                    assertThat(health(context, "work").getDetails())
                            .containsEntry("listeners", Map.of("working", "STOPPED"));
                    Disposable other =
                            context.getBean(PullSocket.class).receive().subscribe();
                    context.getBean(ZmtpListenerRegistry.class).start("working");
                    assertThat(health(context, "work").getStatus()).isEqualTo(Status.DOWN);
                    other.dispose();
                    Flux.interval(Duration.ofMillis(5))
                            .filter(i -> health(context, "work").getStatus().equals(Status.UP))
                            .blockFirst(TIMEOUT);
                });
    }

    private static Health health(ApplicationContext context, String socket) {
        CompositeReactiveHealthContributor all =
                (CompositeReactiveHealthContributor) context.getBean("zmtpHealthContributor");
        ReactiveHealthIndicator indicator = (ReactiveHealthIndicator) all.getContributor(socket);
        assertThat(indicator).isNotNull();
        return indicator.health().toFuture().join();
    }
}
