package io.zmtp.spring.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpInterruptedException;
import io.zmtp.reactive.ZmtpTimeoutException;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpListenerObservationConvention;
import io.zmtp.spring.core.ZmtpReceiverContext;
import io.zmtp.spring.core.ZmtpRequestObservationConvention;
import io.zmtp.spring.core.ZmtpSendObservationConvention;
import io.zmtp.spring.core.ZmtpSenderContext;
import io.zmtp.spring.listener.ZmtpListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ParameterizedTypeReference;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class ZmtpTemplateTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withPropertyValues(
                    "zmtp.sockets.out.type=push",
                    "zmtp.sockets.out.connect=inproc://template",
                    "zmtp.sockets.in.type=pull",
                    "zmtp.sockets.in.bind=inproc://template");

    record Order(String item, int count) {}

    @Test
    void sendsAndReceivesObjects() {
        runner.run(context -> {
            ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
            StepVerifier.create(template.send("out", new Order("tea", 2)).thenMany(template.receive("in", Order.class)))
                    .expectNext(new Order("tea", 2))
                    .thenCancel()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void putsATopicBeforeThePayload() {
        runner.run(context -> {
            context.getBean(ZmtpTemplate.class).send("out", "md.x", "1").block(TIMEOUT);
            StepVerifier.create(context.getBean(PullSocket.class).receive())
                    .expectNext(Message.of("md.x", "1"))
                    .thenCancel()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void sendsStreams() {
        runner.run(context -> {
            ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
            StepVerifier.create(
                            template.sendAll("out", Flux.just("a", "b")).thenMany(template.receive("in", String.class)))
                    .expectNext("a", "b")
                    .thenCancel()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void waitsInItsBlockingTwin() {
        runner.run(context -> {
            ZmtpBlockingTemplate template = context.getBean(ZmtpBlockingTemplate.class);
            template.send("out", "hello");
            assertThat(template.receive("in", String.class)).contains("hello");
            assertThat(template.withTimeout(Duration.ofMillis(50)).receive("in", String.class))
                    .isEmpty();
        });
    }

    /** It gives up about when a message comes. */
    @Test
    void itsBlockingTwinCanBeInterruptedAndLosesNothing() {
        runner.run(context -> {
            ZmtpBlockingTemplate template = context.getBean(ZmtpBlockingTemplate.class);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> template.send("out", "never")).isInstanceOf(ZmtpInterruptedException.class);
            assertThatThrownBy(() -> template.receive("in", String.class)).isInstanceOf(ZmtpInterruptedException.class);
            assertThat(Thread.interrupted()).isTrue();
            template.send("out", "sent");
            assertThat(template.receive("in", String.class)).contains("sent");
        });
    }

    @Test
    void itsBlockingTwinDoesNotSendWhatItGivesUp() {
        runner.withPropertyValues("zmtp.sockets.out.connect=inproc://nobody", "zmtp.sockets.out.linger=0s")
                .run(context -> {
                    ZmtpBlockingTemplate template =
                            context.getBean(ZmtpBlockingTemplate.class).withTimeout(Duration.ofMillis(1));
                    for (int i = 0; i < 1_001; i++) { // as many as wait for a peer, and one more
                        int number = i;
                        if (i < 1_000) {
                            template.withTimeout(TIMEOUT).send("out", "" + i);
                        } else {
                            assertThatThrownBy(() -> template.send("out", "" + number))
                                    .isInstanceOf(ZmtpTimeoutException.class)
                                    .hasMessageContaining("'out'")
                                    .hasMessageContaining("PT0.001S");
                        }
                    }
                });
    }

    @Test
    @SuppressWarnings("NullAway")
    void refusesPayloadsThatAreNullAtOnce() {
        runner.withPropertyValues("zmtp.sockets.ask.type=dealer", "zmtp.sockets.ask.connect=")
                .run(context -> {
                    ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
                    ZmtpBlockingTemplate blocking = context.getBean(ZmtpBlockingTemplate.class);
                    ParameterizedTypeReference<String> text = ParameterizedTypeReference.forType(String.class);
                    Map<String, ThrowingCallable> calls = Map.of(
                            "send: expected a payload for the ZMTP socket 'out'", () -> template.send("out", null),
                            "send: expected a payload for the ZMTP socket 'out', but", () -> blocking.send("out", null),
                            "request: expected a payload for the ZMTP socket 'ask'",
                                    () -> template.request("ask", null, String.class),
                            "request: expected a payload for the ZMTP socket 'ask', but",
                                    () -> blocking.request("ask", null, String.class),
                            "requestStream: expected a payload for the ZMTP socket 'ask'",
                                    () -> template.requestStream("ask", "route", null, text, TIMEOUT),
                            "toMessage: expected a payload", () -> template.toMessage("out", null));
                    calls.forEach((expected, call) -> assertThatThrownBy(call)
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageStartingWith(expected)
                            .hasMessageContaining("null"));
                });
    }

    @Test
    void saysWhatATypeCanDoAndWhichIsNeeded() {
        runner.run(context -> {
            ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
            assertThatThrownBy(() -> template.request("out", "x", String.class))
                    .hasMessage("The ZMTP socket 'out' is of type PUSH, which sends, but does not send requests, as REQ"
                            + " and DEALER do.");
            assertThatThrownBy(() -> template.send("in", "x"))
                    .hasMessageContaining("PULL, which receives, but does not send, as PUSH, ");
            assertThatThrownBy(() -> template.receive("out", String.class))
                    .hasMessageContaining("PUSH, which sends, but does not receive, as PULL, ");
            assertThatThrownBy(() -> template.requestStream(
                            "out", "route", "x", ParameterizedTypeReference.forType(String.class), TIMEOUT))
                    .hasMessageContaining("does not ask for streams, as DEALER does.");
        });
    }

    @Test
    void itsBlockingTwinIsRefusedOnEventLoops() {
        runner.run(context -> {
            ZmtpBlockingTemplate template = context.getBean(ZmtpBlockingTemplate.class);
            StepVerifier.create(
                            Mono.fromRunnable(() -> template.send("out", "x")).subscribeOn(Schedulers.parallel()))
                    .expectErrorMatches(error -> error instanceof IllegalStateException
                            && error.getMessage().contains("expected a thread that may wait"))
                    .verify(TIMEOUT);
        });
    }

    @Test
    void aMessageThatComesWhenItsBlockingTwinGivesUpIsTheNextOnes() {
        runner.run(context -> {
            int count = 500;
            ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
            ZmtpBlockingTemplate blocking = context.getBean(ZmtpBlockingTemplate.class);
            Disposable sending = Flux.range(0, count)
                    .publishOn(Schedulers.boundedElastic())
                    .concatMap(i -> {
                        LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(200_000));
                        return template.send("out", "" + i);
                    })
                    .subscribe();
            List<String> received = new ArrayList<>();
            for (long end = System.nanoTime() + TIMEOUT.toNanos();
                    received.size() < count && System.nanoTime() < end; ) {
                Duration timeout = Duration.ofNanos(ThreadLocalRandom.current().nextInt(200_000));
                blocking.withTimeout(timeout).receive("in", String.class).ifPresent(received::add);
            }
            sending.dispose();

            assertThat(received)
                    .isEqualTo(
                            IntStream.range(0, count).mapToObj(String::valueOf).toList());
        });
    }

    @Test
    void refusesASocketThatCannotDoIt() {
        runner.run(context -> assertThatThrownBy(
                        () -> context.getBean(ZmtpTemplate.class).send("in", "x"))
                .isInstanceOf(ZmtpConfigurationException.class)
                .hasMessageContaining("PULL"));
    }

    @Test
    void saysWhatIsMissingForJson() {
        runner.withClassLoader(new FilteredClassLoader("tools.jackson"))
                .run(context -> assertThatThrownBy(() -> context.getBean(ZmtpTemplate.class)
                                .send("out", new Order("tea", 2))
                                .block(TIMEOUT))
                        .isInstanceOfSatisfying(
                                ZmtpConfigurationException.class,
                                failure -> assertThat(failure.remedy()).contains("spring-boot-starter-jackson")));
    }

    @Test
    void convertsTextsWithoutSpringWeb() {
        runner.withClassLoader(new FilteredClassLoader("org.springframework.http", "org.springframework.web"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    ZmtpBlockingTemplate template = context.getBean(ZmtpBlockingTemplate.class);
                    template.send("out", "hello");
                    assertThat(template.receive("in", String.class)).contains("hello");
                });
    }

    // ---- observations

    static class Handling {
        final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @ZmtpListener(id = "handling", socket = "in")
        void on(String text) {
            seen.add(text);
        }
    }

    @Test
    void observesSendingAndHandling() {
        TestObservationRegistry observations = TestObservationRegistry.create();
        runner.withConfiguration(AutoConfigurations.of(ZmtpListenerAutoConfiguration.class))
                .withUserConfiguration(Handling.class)
                .withBean(ObservationRegistry.class, () -> observations)
                .run(context -> {
                    context.getBean(ZmtpTemplate.class).send("out", "hello").block(TIMEOUT);
                    assertThat(context.getBean(Handling.class).seen.poll(30, TimeUnit.SECONDS))
                            .isEqualTo("hello");
                    context.getBean(io.zmtp.spring.listener.ZmtpListenerRegistry.class)
                            .stop("handling")
                            .block(TIMEOUT);
                    TestObservationRegistryAssert.assertThat(observations)
                            .hasObservationWithNameEqualTo("zmtp.send")
                            .that()
                            .hasContextualNameEqualTo("send out")
                            .hasLowCardinalityKeyValue("messaging.system", "zeromq")
                            .hasLowCardinalityKeyValue("messaging.operation.name", "send")
                            .hasLowCardinalityKeyValue("messaging.operation.type", "send")
                            .hasLowCardinalityKeyValue("messaging.destination.name", "out")
                            .hasLowCardinalityKeyValue("zmtp.socket.type", "PUSH")
                            .hasBeenStopped();
                    TestObservationRegistryAssert.assertThat(observations)
                            .hasObservationWithNameEqualTo("zmtp.listener")
                            .that()
                            .hasLowCardinalityKeyValue("messaging.operation.name", "process")
                            .hasLowCardinalityKeyValue("messaging.destination.name", "in")
                            .hasLowCardinalityKeyValue("zmtp.listener.id", "handling")
                            .hasBeenStarted();
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Conventions {

        @Bean
        ZmtpSendObservationConvention sends() {
            return new ZmtpSendObservationConvention() {
                @Override
                public KeyValues getLowCardinalityKeyValues(ZmtpSenderContext context) {
                    return ZmtpSendObservationConvention.super
                            .getLowCardinalityKeyValues(context)
                            .and("team", "desk");
                }
            };
        }

        @Bean
        ZmtpRequestObservationConvention requests() {
            return new ZmtpRequestObservationConvention() {
                @Override
                public String getName() {
                    return "my.request";
                }
            };
        }

        @Bean
        ZmtpListenerObservationConvention listeners() {
            return new ZmtpListenerObservationConvention() {
                @Override
                public String getContextualName(ZmtpReceiverContext context) {
                    return context.listener() + " on " + context.socket();
                }
            };
        }
    }

    @Test
    void observesByTheConventionsOfTheApplication() {
        TestObservationRegistry observations = TestObservationRegistry.create();
        runner.withConfiguration(AutoConfigurations.of(ZmtpListenerAutoConfiguration.class))
                .withUserConfiguration(Handling.class, Conventions.class)
                .withPropertyValues("zmtp.sockets.ask.type=req", "zmtp.sockets.ask.connect=")
                .withBean(ObservationRegistry.class, () -> observations)
                .run(context -> {
                    ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
                    template.send("out", "topic", "hello").block(TIMEOUT);
                    assertThat(context.getBean(Handling.class).seen.poll(30, TimeUnit.SECONDS))
                            .isEqualTo("hello");
                    template.request("ask", "hello", String.class).subscribe().dispose();
                    context.getBean(io.zmtp.spring.listener.ZmtpListenerRegistry.class)
                            .stop("handling")
                            .block(TIMEOUT);
                    TestObservationRegistryAssert.assertThat(observations)
                            .hasObservationWithNameEqualTo("zmtp.send")
                            .that()
                            .hasLowCardinalityKeyValue("team", "desk")
                            .hasLowCardinalityKeyValue("messaging.system", "zeromq")
                            .hasHighCardinalityKeyValue("zmtp.topic", "topic");
                    TestObservationRegistryAssert.assertThat(observations)
                            .hasObservationWithNameEqualTo("my.request")
                            .that()
                            .hasLowCardinalityKeyValue("messaging.operation.name", "request")
                            .hasLowCardinalityKeyValue("messaging.operation.type", "send");
                    TestObservationRegistryAssert.assertThat(observations)
                            .hasObservationWithNameEqualTo("zmtp.listener")
                            .that()
                            .hasContextualNameEqualTo("handling on in");
                });
    }
}
