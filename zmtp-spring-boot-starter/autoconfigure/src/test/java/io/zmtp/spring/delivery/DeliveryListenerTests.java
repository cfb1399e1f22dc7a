package io.zmtp.spring.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.Delivery;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.health.ZmtpEndpoint;
import io.zmtp.spring.health.ZmtpEndpointAutoConfiguration;
import io.zmtp.spring.listener.ListenerState;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import io.zmtp.spring.metrics.ZmtpMetricsAutoConfiguration;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.support.GenericMessage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** The end of a listener's method acknowledges its message. */
class DeliveryListenerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner levels = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class,
                    ZmtpMetricsAutoConfiguration.class,
                    ZmtpEndpointAutoConfiguration.class))
            .withBean(SimpleMeterRegistry.class)
            .withPropertyValues(
                    "management.endpoints.web.exposure.include=zmtp",
                    "zmtp.defaults.content-type=text/plain",
                    "zmtp.defaults.linger=0s",
                    "zmtp.sockets.work.type=pull",
                    "zmtp.sockets.work.bind=tcp://127.0.0.1:*",
                    "zmtp.sockets.jobs.type=push",
                    "zmtp.sockets.jobs.connect=");

    private final ApplicationContextRunner runner = levels.withPropertyValues(
            "zmtp.sockets.work.delivery=done",
            "zmtp.sockets.jobs.delivery.level=done",
            "zmtp.sockets.jobs.delivery.retries=0",
            "zmtp.sockets.jobs.delivery.retry-backoff=10ms");

    private static ZmtpTemplate connected(ApplicationContext context) {
        PullSocket work = context.getBean("work", PullSocket.class);
        context.getBean("jobs", PushSocket.class)
                .connect(work.endpoints().get(0))
                .block(TIMEOUT);
        return context.getBean(ZmtpTemplate.class);
    }

    private static void await(BooleanSupplier condition) {
        Flux.interval(Duration.ofMillis(5))
                .filter(tick -> condition.getAsBoolean())
                .blockFirst(TIMEOUT);
    }

    private static void fails(Mono<Void> done, int code, String text) {
        StepVerifier.create(done)
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(ZmtpNackException.class, nack -> {
                            assertThat(nack.code()).isEqualTo(code);
                            assertThat(nack.text()).isEqualTo(text);
                        }))
                .verify(TIMEOUT);
    }

    private static RuntimeException failure(String job) {
        return switch (job) {
            case "bad" -> new IllegalArgumentException("secret of the message");
            case "late" -> new IllegalStateException("secret of the message");
            case "busy" -> new RejectedExecutionException("secret of the message");
            case "full" -> new MessageDeliveryException("secret of the message");
            case "flow" ->
                new MessageHandlingException(
                        new GenericMessage<>(job), new ZmtpNackException(ZmtpNackException.REJECTED, "not now"));
            default -> new ZmtpNackException(ZmtpNackException.REJECTED, job);
        };
    }

    static class Blocking {
        final AtomicInteger calls = new AtomicInteger();

        @ZmtpListener(id = "worker", socket = "work")
        void on(String job) {
            calls.incrementAndGet();
            if (!job.startsWith("fine")) {
                throw failure(job);
            }
        }
    }

    static class Reactive {
        @ZmtpListener(id = "worker", socket = "work")
        Mono<Void> on(String job) {
            return job.startsWith("fine")
                    ? Mono.empty()
                    : Mono.delay(Duration.ofMillis(1)).then(Mono.error(failure(job)));
        }
    }

    private static final String FAILURES = """
            bad,  2,   the message makes no sense to the listener
            late, 131, the listener failed
            busy, 132, the listener has too much to do
            full, 131, the listener failed
            flow, 5,   not now
            no,   5,   no
            """;

    @ParameterizedTest
    @CsvSource(textBlock = FAILURES)
    void aMethodThatThrowsHasNotDoneTheWork(String job, int code, String text) {
        runner.withUserConfiguration(Blocking.class).run(context -> {
            ZmtpTemplate template = connected(context);
            template.deliver("jobs", "fine").done().block(TIMEOUT);
            fails(template.deliver("jobs", job).done(), code, text);
            template.deliver("jobs", "fine again").done().block(TIMEOUT);
        });
    }

    @ParameterizedTest
    @CsvSource(textBlock = FAILURES)
    void aMonoThatFailsHasNotDoneTheWork(String job, int code, String text) {
        runner.withUserConfiguration(Reactive.class).run(context -> {
            ZmtpTemplate template = connected(context);
            template.deliver("jobs", "fine").done().block(TIMEOUT);
            fails(template.deliver("jobs", job).done(), code, text);
            template.deliver("jobs", "fine again").done().block(TIMEOUT);
        });
    }

    static class WithHeader {
        @ZmtpListener("work")
        void on(@Header("none") String header) {}
    }

    @Test
    void aMessageWithoutWhatTheMethodNeedsIsBadInput() {
        runner.withUserConfiguration(WithHeader.class)
                .run(context -> fails(
                        connected(context).deliver("jobs", "x").done(),
                        ZmtpNackException.BAD_INPUT,
                        "the message makes no sense to the listener"));
    }

    static class Handling extends Blocking {
        @MessageExceptionHandler
        void handle(IllegalArgumentException handled) {}
    }

    @Test
    void anExceptionHandlerThatReturnsHasDoneIt() {
        runner.withUserConfiguration(Handling.class)
                .run(context -> connected(context).deliver("jobs", "bad").done().block(TIMEOUT));
    }

    @Test
    void whatFailsIsTriedAgain() {
        runner.withPropertyValues("zmtp.sockets.jobs.delivery.retries=2")
                .withUserConfiguration(Blocking.class)
                .run(context -> {
                    fails(
                            connected(context).deliver("jobs", "late").done(),
                            ZmtpNackException.INTERNAL,
                            "the listener failed");
                    assertThat(context.getBean(Blocking.class).calls).hasValue(3);
                });
    }

    @Test
    void aListenerThatStopsSaysThatItsMessageFailed() {
        runner.withPropertyValues("zmtp.listener.on-error=stop")
                .withUserConfiguration(Blocking.class)
                .run(context -> {
                    fails(
                            connected(context).deliver("jobs", "bad").done(),
                            2,
                            "the message makes no sense to the listener");
                    await(() -> context.getBean(ZmtpListenerRegistry.class).state("worker") == ListenerState.FAILED);
                });
    }

    @Test
    void aMethodThatTakesTooLongHasNotDoneIt() {
        runner.withPropertyValues("zmtp.listener.timeout=20ms")
                .withUserConfiguration(Never.class)
                .run(context -> fails(
                        connected(context).deliver("jobs", "slow").done(),
                        ZmtpNackException.TIMEOUT,
                        "the listener took too long"));
    }

    static class Never {
        final AtomicInteger calls = new AtomicInteger();
        final Sinks.Empty<Void> end = Sinks.empty();

        @ZmtpListener(id = "worker", socket = "work")
        Mono<Void> on(String job) {
            calls.incrementAndGet();
            return end.asMono();
        }
    }

    static class ByTopic {
        @ZmtpListener(socket = "work", topics = "mine")
        void on(String job) {}
    }

    @Test
    void aMessageThatNoListenerTakesIsNotDone() {
        runner.withUserConfiguration(ByTopic.class).run(context -> {
            ZmtpTemplate template = connected(context);
            template.deliver("jobs", "mine", "x").done().block(TIMEOUT);
            fails(
                    template.deliver("jobs", "yours", "x").done(),
                    ZmtpNackException.BAD_INPUT,
                    "not-found: no listener takes the route 'yours'");
        });
    }

    static class Streaming {
        @ZmtpListener(socket = "work")
        Mono<Void> on(Flux<Work> all) {
            return all.doOnNext(work -> {
                        if (work.message().text().equals("fine")) {
                            work.done();
                        } else {
                            work.fail(ZmtpNackException.REJECTED, "not fine");
                        }
                    })
                    .then();
        }
    }

    @Test
    void aStreamOfWorkSaysItself() {
        runner.withUserConfiguration(Streaming.class).run(context -> {
            ZmtpTemplate template = connected(context);
            template.deliver("jobs", "fine").done().block(TIMEOUT);
            fails(template.deliver("jobs", "bad").done(), ZmtpNackException.REJECTED, "not fine");
        });
    }

    // ---- dead letters

    @Test
    void whatCannotBeDeliveredGoesToTheSocketForDeadLetters() {
        runner.withPropertyValues(
                        "zmtp.sockets.dead.type=push",
                        "zmtp.sockets.dead.bind=inproc://dead-letters",
                        "zmtp.sockets.jobs.delivery.dead-letter=dead")
                .withUserConfiguration(Blocking.class)
                .run(context -> {
                    PullSocket dead = PullSocket.create();
                    dead.connectNow("inproc://dead-letters");
                    ZmtpTemplate template = connected(context);
                    template.deliver("jobs", "bad").done().onErrorComplete().block(TIMEOUT);
                    assertThat(dead.receive().map(Message::text).blockFirst(TIMEOUT))
                            .isEqualTo("bad");
                    assertThat(context.getBean(MeterRegistry.class)
                                    .get("zmtp.delivery.dead.letters")
                                    .tag("messaging.destination.name", "jobs")
                                    .functionCounter()
                                    .count())
                            .isEqualTo(1);
                    dead.dispose();
                });
    }

    // ---- what is under way

    @Test
    void showsWhatIsUnderWay() {
        runner.withUserConfiguration(Never.class).run(context -> {
            ZmtpTemplate template = connected(context);
            template.deliver("jobs", "slow").written().block(TIMEOUT);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            await(() -> registry.get("zmtp.delivery.oldest").timeGauge().value() > 0);
            assertThat(registry.get("zmtp.delivery.under.way").gauge().value()).isEqualTo(1);
            assertThat(registry.get("zmtp.delivery.under.way.size").gauge().value())
                    .isPositive();
            ZmtpEndpoint.SocketDescriptor jobs =
                    context.getBean(ZmtpEndpoint.class).socket("jobs");
            assertThat(jobs.delivery()).isEqualTo("DONE");
            assertThat(jobs.underWay()).singleElement().satisfies(each -> {
                assertThat(each.messages()).isEqualTo(1);
                assertThat(each.connected()).isTrue();
            });
            context.getBean(Never.class).end.tryEmitEmpty();
            await(() -> registry.get("zmtp.delivery.under.way").gauge().value() == 0);
        });
    }

    @Test
    void workIsTakenOverOnlyWhenItIsDone() {
        runner.withUserConfiguration(Never.class).run(context -> {
            Delivery delivery = connected(context).deliver("jobs", "slow");
            CompletableFuture<Void> takenOver = delivery.takenOver().toFuture();
            delivery.written().block(TIMEOUT);
            Never never = context.getBean(Never.class);
            await(() -> never.calls.get() == 1);
            assertThat(takenOver).isNotDone();
            never.end.tryEmitEmpty();
            assertThat(takenOver).succeedsWithin(TIMEOUT);
        });
    }

    @Test
    void theSenderLearnsOfWorkThatTheEndOfTheApplicationGaveUp() {
        runner.withPropertyValues("zmtp.listener.concurrency=1", "spring.lifecycle.timeout-per-shutdown-phase=50ms")
                .withUserConfiguration(Never.class)
                .run(context -> {
                    PushSocket outside = PushSocket.create(options -> options.routingId(Bytes.utf8("outside"))
                            .delivery(DeliveryOptions.done().retries(0)));
                    outside.connect(context.getBean("work", PullSocket.class)
                                    .endpoints()
                                    .get(0))
                            .block(TIMEOUT);
                    Never never = context.getBean(Never.class);
                    Mono<Void> done = outside.deliver(Message.of("slow")).done();
                    StepVerifier.create(done)
                            .then(() -> await(() -> never.calls.get() == 1))
                            .then(context::close)
                            .expectErrorSatisfies(failure -> assertThat(((ZmtpNackException) failure).text())
                                    .isEqualTo("the listener was stopped before it had done the work"))
                            .verify(TIMEOUT);
                    outside.dispose();
                });
    }

    // ---- other levels

    static class Counting {
        final AtomicInteger calls = new AtomicInteger();

        @ZmtpListener("work")
        void on(String job) {
            calls.incrementAndGet();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"taken-over", "once"})
    void messagesAreTakenOverAtThatLevel(String level) {
        levels.withPropertyValues("zmtp.sockets.work.delivery=" + level, "zmtp.sockets.jobs.delivery=" + level)
                .withUserConfiguration(Counting.class)
                .run(context -> {
                    connected(context).deliver("jobs", "x").takenOver().block(TIMEOUT);
                    await(() -> context.getBean(Counting.class).calls.get() == 1);
                });
    }

    @Test
    void nothingIsPromisedByDefault() {
        levels.withUserConfiguration(Counting.class).run(context -> {
            ZmtpTemplate template = connected(context);
            template.deliver("jobs", "x").written().block(TIMEOUT);
            StepVerifier.create(template.deliver("jobs", "x").takenOver())
                    .expectError()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void nothingIsSentBeforeAMomentIsAskedForAndOnceForAll() {
        runner.withUserConfiguration(Blocking.class).run(context -> {
            Delivery delivery = connected(context).deliver("jobs", "fine");
            assertThat(context.getBean(Blocking.class).calls).hasValue(0);
            delivery.done().block(TIMEOUT);
            delivery.written().block(TIMEOUT);
            delivery.takenOver().block(TIMEOUT);
            delivery.done().block(TIMEOUT);
            assertThat(context.getBean(Blocking.class).calls).hasValue(1);
        });
    }
}
