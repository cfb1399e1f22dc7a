package io.zmtp.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.autoconfigure.diagnostics.ZmtpFailureAnalyzer;
import io.zmtp.spring.autoconfigure.loops.EventLoops;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpSockets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

class ZmtpAutoConfigurationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ZmtpAutoConfiguration.class));

    @ParameterizedTest
    @EnumSource(SocketType.class)
    void makesEveryNamedSocketABeanOfItsType(SocketType type) {
        runner.withPropertyValues("zmtp.sockets.some.type=" + type.name().toLowerCase(), "zmtp.sockets.some.connect=")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean("some", ZmtpSocket.class).type()).isEqualTo(type);
                    assertThat(context.getBeanFactory().getType("some").getSimpleName())
                            .isEqualToIgnoringCase(type.name() + "Socket");
                });
    }

    @Test
    void makesNothingWithoutSockets() {
        runner.run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(ZmtpSocket.class);
            assertThat(context.getBean(ZmtpSockets.class).all()).isEmpty();
        });
    }

    @Test
    void backsOffWithoutTheLibrary() {
        runner.withClassLoader(new FilteredClassLoader(ZmtpSocket.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ZmtpProperties.class));
    }

    @Test
    void carriesMessagesBetweenNamedSockets() {
        runner.withPropertyValues(
                        "zmtp.sockets.jobs.type=push",
                        "zmtp.sockets.jobs.connect=inproc://carries",
                        "zmtp.sockets.work.type=pull",
                        "zmtp.sockets.work.bind=inproc://carries")
                .run(context -> {
                    StepVerifier.create(
                                    context.getBean("jobs", PushSocket.class).send("one"))
                            .expectComplete()
                            .verify(TIMEOUT);
                    StepVerifier.create(context.getBean("work", PullSocket.class)
                                    .receive()
                                    .map(Message::text))
                            .expectNext("one")
                            .thenCancel()
                            .verify(TIMEOUT);
                });
    }

    @Test
    void tellsThePortThatWasPicked() {
        runner.withUserConfiguration(Bounds.class)
                .withPropertyValues("zmtp.sockets.work.type=pull", "zmtp.sockets.work.bind=tcp://127.0.0.1:*")
                .run(context -> {
                    ZmtpSocketBoundEvent event =
                            context.getBean(Bounds.class).events.get(0);
                    assertThat(event.name()).isEqualTo("work");
                    assertThat(event.endpoint().port()).isPositive();
                    assertThat(context.getEnvironment().getProperty("local.zmtp.work.port", Integer.class))
                            .isEqualTo(event.endpoint().port());
                });
    }

    @Test
    void bindsANewPathOfIpc() {
        runner.withUserConfiguration(Bounds.class)
                .withPropertyValues("zmtp.sockets.work.type=pull", "zmtp.sockets.work.bind=ipc://*")
                .run(context -> {
                    Endpoint bound = context.getBean(Bounds.class).events.get(0).endpoint();
                    assertThat(Path.of(bound.name())).exists().isAbsolute();
                });
    }

    @Test
    void connectsFromASource() {
        runner.withPropertyValues("zmtp.sockets.work.type=pull", "zmtp.sockets.work.bind=tcp://127.0.0.1:*")
                .run(context -> {
                    String port = context.getEnvironment().getProperty("local.zmtp.work.port");
                    runner.withPropertyValues(
                                    "zmtp.sockets.jobs.type=push",
                                    "zmtp.sockets.jobs.connect=tcp://127.0.0.2;127.0.0.1:" + port)
                            .run(other -> {
                                other.getBean("jobs", PushSocket.class)
                                        .send("x")
                                        .block(TIMEOUT);
                                Message came = context.getBean("work", PullSocket.class)
                                        .receive()
                                        .blockFirst(TIMEOUT);
                                assertThat(came.peer().orElseThrow().address().toString())
                                        .contains("127.0.0.2");
                            });
                });
    }

    @Test
    void subscribesAsConfigured() {
        runner.withPropertyValues(
                        "zmtp.sockets.feed.type=pub",
                        "zmtp.sockets.feed.bind=inproc://subscribes",
                        "zmtp.sockets.ticks.type=sub",
                        "zmtp.sockets.ticks.connect=inproc://subscribes",
                        "zmtp.sockets.ticks.subscribe=md.")
                .run(context -> {
                    io.zmtp.reactive.socket.PubSocket feed =
                            context.getBean("feed", io.zmtp.reactive.socket.PubSocket.class);
                    StepVerifier.create(context.getBean("ticks", SubSocket.class)
                                    .receive()
                                    .map(Message::text))
                            .then(() -> feed.awaitSubscribers("md.", 1)
                                    .then(feed.send("no"))
                                    .then(feed.send("md.x", "yes"))
                                    .block(TIMEOUT))
                            .expectNext("yes")
                            .thenCancel()
                            .verify(TIMEOUT);
                });
    }

    @Test
    void asksCustomizersForEachSocket() {
        runner.withUserConfiguration(Customizing.class)
                .withPropertyValues(
                        "zmtp.sockets.one.type=push",
                        "zmtp.sockets.one.connect=",
                        "zmtp.sockets.two.type=pull",
                        "zmtp.sockets.two.connect=")
                .run(context ->
                        assertThat(context.getBean(Customizing.class).asked).containsExactlyInAnyOrder("one", "two"));
    }

    @Test
    void takesEndpointsFromConnectionDetails() {
        runner.withUserConfiguration(Details.class)
                .withPropertyValues("zmtp.sockets.work.type=pull", "zmtp.sockets.work.bind=tcp://127.0.0.1:1")
                .run(context -> assertThat(context.getBean("work", PullSocket.class)
                                .endpoints()
                                .toString())
                        .isEqualTo("[inproc://details]"));
    }

    @Test
    void closesSocketsWithTheApplication() {
        List<PushSocket> sockets = new ArrayList<>();
        runner.withPropertyValues("zmtp.sockets.jobs.type=push", "zmtp.sockets.jobs.connect=")
                .run(context -> sockets.add(context.getBean("jobs", PushSocket.class)));
        assertThat(sockets.get(0).isDisposed()).isTrue();
    }

    @Test
    void runsOnEpollWhereThatIsAsked() {
        org.junit.jupiter.api.Assumptions.assumeTrue(io.netty.channel.epoll.Epoll.isAvailable());
        roundTripOn("epoll");
    }

    @Test
    void runsOnNioWhereThatIsAsked() {
        roundTripOn("nio");
    }

    private void roundTripOn(String transport) {
        runner.withPropertyValues(
                        "zmtp.transport.type=" + transport,
                        "zmtp.sockets.work.type=pull",
                        "zmtp.sockets.work.bind=tcp://127.0.0.1:*",
                        "zmtp.sockets.jobs.type=push",
                        "zmtp.sockets.jobs.connect=")
                .run(context -> {
                    PushSocket jobs = context.getBean("jobs", PushSocket.class);
                    PullSocket work = context.getBean("work", PullSocket.class);
                    StepVerifier.create(work.receive().map(Message::text))
                            .then(() -> jobs.connect(work.endpoints().get(0))
                                    .then(jobs.send("hello"))
                                    .block(TIMEOUT))
                            .expectNext("hello")
                            .thenCancel()
                            .verify(TIMEOUT);
                    assertThat(work.peers()
                                    .get(0)
                                    .connection()
                                    .orElseThrow()
                                    .channel()
                                    .getClass()
                                    .getSimpleName())
                            .startsWithIgnoringCase(transport);
                });
    }

    @Test
    void runsOnTheLoopsThatTheApplicationMade() {
        LoopResources mine = LoopResources.create("mine", 1, true);
        try {
            runner.withBean(LoopResources.class, () -> mine)
                    .withPropertyValues("zmtp.transport.type=nio")
                    .run(context -> assertThat(context.getBean(EventLoops.class).loops())
                            .isSameAs(mine));
            assertThat(mine.isDisposed()).isFalse();
        } finally {
            mine.disposeLater(Duration.ZERO, TIMEOUT).block(TIMEOUT);
        }
    }

    // ---- failures with remedies

    @Test
    void refusesASocketWithoutType() {
        assertThat(analysis("zmtp.sockets.jobs.bind=tcp://*:5555").getDescription())
                .isEqualTo("zmtp.sockets.jobs.type is missing.");
    }

    @Test
    void refusesKeysThatATypeHasNoUseFor() {
        FailureAnalysis analysis = analysis("zmtp.sockets.jobs.type=push", "zmtp.sockets.jobs.subscribe=x");
        assertThat(analysis.getDescription()).contains("zmtp.sockets.jobs.subscribe", "PUSH");
        assertThat(analysis.getAction()).contains("SUB");
    }

    @Test
    void refusesDefaultsThatBelongToOneSocket() {
        assertThat(analysis("zmtp.defaults.bind=tcp://*:5555").getAction()).contains("zmtp.sockets.<name>.bind");
    }

    @Test
    void refusesAnEndpointThatIsNone() {
        assertThat(analysis("zmtp.sockets.jobs.type=push", "zmtp.sockets.jobs.bind=localhost:5555")
                        .getDescription())
                .contains("zmtp.sockets.jobs.bind", "localhost:5555");
    }

    @Test
    void saysWhoHasAnAddress() {
        runner.withPropertyValues("zmtp.sockets.work.type=pull", "zmtp.sockets.work.bind=tcp://127.0.0.1:*")
                .run(first -> {
                    String taken = "tcp://127.0.0.1:" + first.getEnvironment().getProperty("local.zmtp.work.port");
                    FailureAnalysis analysis =
                            analysis("zmtp.sockets.other.type=pull", "zmtp.sockets.other.bind=" + taken);
                    assertThat(analysis.getDescription()).contains("zmtp.sockets.other.bind", taken);
                    assertThat(analysis.getAction()).contains("ss -ltnp");
                });
    }

    @Test
    void refusesUnknownKeys() {
        runner.withPropertyValues("zmtp.sockets.jobs.type=push", "zmtp.sockets.jobs.send-hmw=5")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("zmtp.sockets.jobs.send-hmw"));
    }

    @Test
    void refusesValuesThatTheLibraryRefuses() {
        assertThat(analysis("zmtp.sockets.jobs.type=push", "zmtp.sockets.jobs.send-hwm=0")
                        .getDescription())
                .contains("jobs", "zmtp.sockets.jobs.send-hwm: expected at least 1, but it is 0");
    }

    private FailureAnalysis analysis(String... properties) {
        List<FailureAnalysis> analyses = new ArrayList<>();
        runner.withPropertyValues(properties).run(context -> {
            assertThat(context).hasFailed();
            Throwable failure = context.getStartupFailure();
            while (failure != null && !(failure instanceof ZmtpConfigurationException)) {
                failure = failure.getCause();
            }
            assertThat(failure).isNotNull();
            analyses.add(new ZmtpFailureAnalyzer().analyze(context.getStartupFailure()));
        });
        return analyses.get(0);
    }

    @Configuration(proxyBeanMethods = false)
    static class Bounds {
        final List<ZmtpSocketBoundEvent> events = new ArrayList<>();

        @EventListener
        void on(ZmtpSocketBoundEvent event) {
            events.add(event);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizing {
        final List<String> asked = new ArrayList<>();

        @Bean
        SocketOptionsCustomizer customizer() {
            return (socket, options) -> {
                asked.add(socket);
                return options;
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Details {

        @Bean
        ZmtpConnectionDetails details() {
            return new ZmtpConnectionDetails() {
                @Override
                public List<String> bind(String socket) {
                    return List.of("inproc://details");
                }

                @Override
                public List<String> connect(String socket) {
                    return List.of();
                }

                @Override
                public @Nullable String serverKey(String socket) {
                    return null;
                }
            };
        }
    }
}
