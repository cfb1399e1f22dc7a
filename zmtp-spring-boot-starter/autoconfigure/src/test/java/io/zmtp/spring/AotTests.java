package io.zmtp.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.replay.Published;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.client.ImportZmtpServices;
import io.zmtp.spring.client.ZmtpExchange;
import io.zmtp.spring.health.ZmtpEndpoint;
import io.zmtp.spring.health.ZmtpEndpointAutoConfiguration;
import io.zmtp.spring.health.ZmtpHealthAutoConfiguration;
import io.zmtp.spring.health.ZmtpInfoAutoConfiguration;
import io.zmtp.spring.integration.Zmtp;
import io.zmtp.spring.listener.ZmtpHeaders;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.metrics.ZmtpMetricsAutoConfiguration;
import io.zmtp.spring.template.ZmtpBlockingTemplate;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.javapoet.ClassName;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** An application that is processed ahead of time, as for a native image, and then runs on the JVM. */
class AotTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    record Quote(String symbol) {}

    @ZmtpExchange("quote")
    interface Quotes { // not public: generated code of other packages cannot name it
        @ZmtpExchange("{symbol}")
        Mono<Quote> quote(@DestinationVariable String symbol);
    }

    static class Desk {
        @ZmtpListener(socket = "desk", topics = "quote.{symbol}")
        Mono<Quote> quote(@DestinationVariable String symbol) {
            return Mono.just(new Quote(symbol));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        JacksonAutoConfiguration.class,
        ZmtpAutoConfiguration.class,
        ZmtpCodecAutoConfiguration.class,
        ZmtpListenerAutoConfiguration.class,
        ZmtpTemplateAutoConfiguration.class
    })
    @Import(Desk.class)
    @ImportZmtpServices(socket = "ask", types = Quotes.class)
    static class Application {}

    private static final Map<String, Object> PROPERTIES = Map.of(
            "zmtp.sockets.desk.type", "router",
            "zmtp.sockets.desk.bind", "inproc://aot",
            "zmtp.sockets.ask.type", "dealer",
            "zmtp.sockets.ask.connect", "inproc://aot");

    private static <C extends ConfigurableApplicationContext> C configured(C context, Map<String, Object> properties) {
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
        return context;
    }

    private static void process(
            Class<?> application,
            Map<String, Object> properties,
            Consumer<RuntimeHints> hints,
            Consumer<GenericApplicationContext> running) {
        TestGenerationContext generation = new TestGenerationContext();
        AnnotationConfigApplicationContext source = configured(new AnnotationConfigApplicationContext(), properties);
        source.register(application);
        ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(source, generation);
        generation.writeGeneratedContent();
        hints.accept(generation.getRuntimeHints());
        TestCompiler.forSystem().with(generation).compile(compiled -> {
            try (GenericApplicationContext context = configured(new GenericApplicationContext(), properties)) {
                initialize(compiled.getInstance(ApplicationContextInitializer.class, initializer.toString()), context);
                context.refresh();
                running.accept(context);
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static void initialize(ApplicationContextInitializer<?> generated, GenericApplicationContext context) {
        ((ApplicationContextInitializer<GenericApplicationContext>) generated).initialize(context);
    }

    @Test
    @CompileWithForkedClassLoader
    void asksAndAnswers() {
        process(
                Application.class,
                PROPERTIES,
                hints -> {
                    assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Quotes.class))
                            .accepts(hints);
                    assertThat(RuntimeHintsPredicates.reflection().onType(Quote.class))
                            .accepts(hints);
                    assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Desk.class, "quote"))
                            .accepts(hints);
                },
                context -> assertThat(context.getBean(Quotes.class).quote("X").block(TIMEOUT))
                        .isEqualTo(new Quote("X")));
    }

    static class Reader {

        final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @ZmtpListener("ticks")
        void on(String tick, Published published) {
            seen.add(published.number() + tick);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        ZmtpAutoConfiguration.class,
        ZmtpCodecAutoConfiguration.class,
        ZmtpListenerAutoConfiguration.class,
        ZmtpTemplateAutoConfiguration.class
    })
    @Import(Reader.class)
    static class Publication {}

    @Test
    @CompileWithForkedClassLoader
    void publishesAndListensWithoutGaps() {
        process(
                Publication.class,
                Map.of(
                        "zmtp.defaults.content-type", "text/plain",
                        "zmtp.sockets.feed.type", "pub",
                        "zmtp.sockets.feed.bind", "inproc://aot-feed",
                        "zmtp.sockets.feed.replay.bind", "inproc://aot-feed-history",
                        "zmtp.sockets.ticks.type", "sub",
                        "zmtp.sockets.ticks.connect", "inproc://aot-feed",
                        "zmtp.sockets.ticks.replay.connect", "inproc://aot-feed-history",
                        "zmtp.sockets.ticks.replay.from", "0"),
                hints -> {},
                context -> {
                    context.getBean(ZmtpTemplate.class).send("feed", "md.", "a").block(TIMEOUT);
                    try {
                        assertThat(context.getBean(Reader.class).seen.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                                .isEqualTo("0a");
                    } catch (InterruptedException interrupted) {
                        throw new AssertionError(interrupted);
                    }
                });
    }

    static class Resizer {
        @ZmtpListener("work")
        Mono<Void> on(String picture) {
            return picture.equals("good")
                    ? Mono.empty()
                    : Mono.error(new ZmtpNackException(ZmtpNackException.REJECTED, picture));
        }
    }

    static class Resizers {
        @ZmtpListener("works")
        Mono<Void> all(Flux<Work> all) {
            return all.doOnNext(Work::done).then();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        ZmtpAutoConfiguration.class,
        ZmtpCodecAutoConfiguration.class,
        ZmtpListenerAutoConfiguration.class,
        ZmtpTemplateAutoConfiguration.class
    })
    @Import({Resizer.class, Resizers.class})
    static class Acknowledging {}

    @Test
    @CompileWithForkedClassLoader
    void doesAcknowledgedWork() {
        process(
                Acknowledging.class,
                Map.ofEntries(
                        Map.entry("zmtp.defaults.content-type", "text/plain"),
                        Map.entry("zmtp.defaults.delivery", "done"),
                        Map.entry("zmtp.sockets.work.type", "pull"),
                        Map.entry("zmtp.sockets.work.bind", "inproc://aot-done"),
                        Map.entry("zmtp.sockets.jobs.type", "push"),
                        Map.entry("zmtp.sockets.jobs.connect", "inproc://aot-done"),
                        Map.entry("zmtp.sockets.jobs.delivery.dead-letter", "failed"),
                        Map.entry("zmtp.sockets.works.type", "pull"),
                        Map.entry("zmtp.sockets.works.bind", "inproc://aot-failed"),
                        Map.entry("zmtp.sockets.failed.type", "push"),
                        Map.entry("zmtp.sockets.failed.connect", "inproc://aot-failed")),
                hints -> assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Resizer.class, "on"))
                        .accepts(hints),
                context -> {
                    ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
                    template.deliver("jobs", "good").done().block(TIMEOUT);
                    StepVerifier.create(template.deliver("jobs", "bad").done())
                            .expectErrorSatisfies(failure -> assertThat(failure)
                                    .isInstanceOfSatisfying(
                                            ZmtpNackException.class,
                                            nack -> assertThat(nack.text()).isEqualTo("bad")))
                            .verify(TIMEOUT);
                    template.deliver("failed", "by itself").done().block(TIMEOUT);
                });
    }

    // ---- all of the starter

    record Order(String item) {}

    static class Worker {

        final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @ZmtpListener(id = "worker", socket = "work")
        void on(Order order, @Header(ZmtpHeaders.SOCKET) String socket) {
            if (order.item().isEmpty()) {
                throw new IllegalArgumentException(socket);
            }
            seen.add(order.item());
        }

        @MessageExceptionHandler
        void failed(IllegalArgumentException failure) {
            seen.add("failed on " + failure.getMessage());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Flows {
        /** As Boot has one: that of Spring Integration itself cannot be generated. */
        @Bean
        ThreadPoolTaskScheduler taskScheduler() {
            return new ThreadPoolTaskScheduler();
        }

        @Bean
        IntegrationFlow relay() {
            return IntegrationFlow.from(Zmtp.inboundChannelAdapter("in").payloadType(Order.class))
                    .handle(Zmtp.outboundChannelAdapter("out"))
                    .get();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    @ImportAutoConfiguration({
        JacksonAutoConfiguration.class,
        EndpointAutoConfiguration.class,
        ZmtpMetricsAutoConfiguration.class,
        ZmtpAutoConfiguration.class,
        ZmtpCodecAutoConfiguration.class,
        ZmtpListenerAutoConfiguration.class,
        ZmtpTemplateAutoConfiguration.class,
        ZmtpHealthAutoConfiguration.class,
        ZmtpEndpointAutoConfiguration.class,
        ZmtpInfoAutoConfiguration.class
    })
    @Import({SimpleMeterRegistry.class, Worker.class, Flows.class})
    static class Whole {}

    private static final Map<String, Object> WHOLE = Map.of(
            "zmtp.sockets.work.type", "pull",
            "zmtp.sockets.work.bind", "inproc://aot-work",
            "zmtp.sockets.jobs.type", "push",
            "zmtp.sockets.jobs.connect", "inproc://aot-work",
            "zmtp.sockets.in.type", "pull",
            "zmtp.sockets.in.bind", "inproc://aot-in",
            "zmtp.sockets.out.type", "push",
            "zmtp.sockets.out.connect", "inproc://aot-work",
            "management.endpoints.web.exposure.include", "zmtp");

    @Test
    @CompileWithForkedClassLoader
    void sendsListensIntegratesAndIsWatched() {
        process(
                Whole.class,
                WHOLE,
                hints -> {
                    assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Worker.class, "on"))
                            .accepts(hints);
                    assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Worker.class, "failed"))
                            .accepts(hints);
                    assertThat(RuntimeHintsPredicates.reflection().onType(Order.class))
                            .accepts(hints);
                    assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(ZmtpEndpoint.class, "sockets"))
                            .accepts(hints);
                    assertThat(RuntimeHintsPredicates.reflection().onType(ZmtpEndpoint.PeerDescriptor.class))
                            .accepts(hints);
                },
                AotTests::watched);
    }

    private static void watched(GenericApplicationContext context) {
        Worker worker = context.getBean(Worker.class);
        context.getBean(ZmtpTemplate.class).send("jobs", new Order("reactive")).block(TIMEOUT);
        assertThat(next(worker)).isEqualTo("reactive");
        context.getBean(ZmtpBlockingTemplate.class).send("jobs", new Order(""));
        assertThat(next(worker)).isEqualTo("failed on work");
        PushSocket peer = PushSocket.create();
        peer.connect("inproc://aot-in")
                .then(peer.send("{\"item\":\"through a flow\"}"))
                .block(TIMEOUT);
        assertThat(next(worker)).isEqualTo("through a flow");
        peer.dispose();

        assertThat(context.getBean(ZmtpEndpoint.class).sockets().sockets())
                .extracting(ZmtpEndpoint.SocketDescriptor::name)
                .containsExactlyInAnyOrder("in", "jobs", "out", "work");
        ReactiveHealthContributor health = context.getBean("zmtpHealthContributor", ReactiveHealthContributor.class);
        assertThat(health).isInstanceOf(CompositeReactiveHealthContributor.class);
        assertThat(context.getBean(SimpleMeterRegistry.class)
                        .get("zmtp.listener.paused")
                        .gauge()
                        .value())
                .isZero();
    }

    private static String next(Worker worker) {
        try {
            return worker.seen.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
