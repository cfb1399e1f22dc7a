package io.zmtp.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.SenderContext;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpBlockingTemplate;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;

/** Replies go on with a trace if what they answer carried one, and so does what a listener sends and asks. */
class ReplyPropagationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String TRACE = "\0zmtp-trace\n";

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class))
            .withBean(ObservationRegistry.class, ReplyPropagationTests::tracing)
            .withPropertyValues("zmtp.observation.propagation=frame");

    /** Tells as the trace what the observation's parent is. */
    private static ObservationRegistry tracing() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStart(Observation.Context context) {
                if (context instanceof SenderContext<?> sender) {
                    inject(sender);
                }
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        return registry;
    }

    private static <C> void inject(SenderContext<C> context) {
        var parent = context.getParentObservation();
        context.getSetter()
                .set(
                        context.getCarrier(),
                        "parent",
                        parent == null ? "none" : parent.getContextView().getName());
    }

    static class Answering {
        @ZmtpListener("in")
        Mono<String> on(String text) {
            return Mono.just(text + " yourself");
        }
    }

    static class Refusing {
        @ZmtpListener("in")
        Mono<String> on(String text) {
            return Mono.error(new IllegalStateException("no"));
        }
    }

    private ApplicationContextRunner asking(String from, String to) {
        return runner.withPropertyValues(
                "zmtp.sockets.out.type=" + from,
                "zmtp.sockets.out.connect=inproc://replies",
                "zmtp.sockets.in.type=" + to,
                "zmtp.sockets.in.bind=inproc://replies");
    }

    @ParameterizedTest
    @CsvSource({"req, rep", "req, router", "dealer, router", "dealer, rep"})
    void requestersGetTheReplyWithoutItsTrace(String from, String to) {
        asking(from, to)
                .withUserConfiguration(Answering.class)
                .run(context -> assertThat(context.getBean(ZmtpTemplate.class)
                                .request("out", "hello", String.class)
                                .block(TIMEOUT))
                        .isEqualTo("hello yourself"));
    }

    @Test
    void aReplyCarriesATraceIfItsRequestDid() {
        asking("req", "rep").withUserConfiguration(Answering.class).run(context -> {
            Message reply = context.getBean("out", ReqSocket.class)
                    .request(Message.of("hello", TRACE + "parent=elsewhere\n"))
                    .block(TIMEOUT);
            assertThat(reply).isEqualTo(Message.of("hello yourself", TRACE + "parent=zmtp.listener\n"));
        });
    }

    @Test
    void aReplyCarriesNoTraceIfItsRequestDidNot() {
        asking("req", "rep").withUserConfiguration(Answering.class).run(context -> {
            Message reply = context.getBean("out", ReqSocket.class)
                    .request(Message.of("hello"))
                    .block(TIMEOUT);
            assertThat(reply).isEqualTo(Message.of("hello yourself"));
        });
    }

    @Test
    void aReplyKeepsItsEnvelopeBeforeAPayloadAndATrace() {
        asking("dealer", "router").withUserConfiguration(Answering.class).run(context -> {
            DealerSocket dealer = context.getBean("out", DealerSocket.class);
            Message request = Message.of("hello", TRACE + "parent=elsewhere\n")
                    .prepend(Bytes.EMPTY)
                    .prepend(Bytes.utf8("7"));
            Message reply = dealer.send(request).then(dealer.receive().next()).block(TIMEOUT);
            assertThat(reply).isNotNull();
            assertThat(reply.parts().stream().map(Bytes::utf8))
                    .containsExactly("7", "", "hello yourself", TRACE + "parent=zmtp.listener\n");
        });
    }

    @Test
    void aReplyOfAnErrorHandlerCarriesNone() {
        asking("req", "rep")
                .withUserConfiguration(Refusing.class)
                .withPropertyValues("zmtp.listener.on-error=reply")
                .run(context -> {
                    Message reply = context.getBean("out", ReqSocket.class)
                            .request(Message.of("hello", TRACE + "parent=elsewhere\n"))
                            .block(TIMEOUT);
                    assertThat(reply).isNotNull();
                    assertThat(reply.size()).isEqualTo(1);
                });
    }

    static class Forwarding {
        private final CompletableFuture<@Nullable String> current = new CompletableFuture<>();
        private final ZmtpBlockingTemplate template;
        private final ObservationRegistry registry;

        Forwarding(ZmtpBlockingTemplate template, ObservationRegistry registry) {
            this.template = template;
            this.registry = registry;
        }

        @ZmtpListener("in")
        void on(String text) {
            Observation observation = registry.getCurrentObservation();
            current.complete(
                    observation == null ? null : observation.getContextView().getName());
            template.send("on", text);
        }

        CompletableFuture<@Nullable String> current() {
            return current;
        }
    }

    @Test
    void whatABlockingListenerSendsGoesOnWithItsTrace() {
        asking("push", "pull")
                .withUserConfiguration(Forwarding.class)
                .withPropertyValues(
                        "zmtp.sockets.on.type=push",
                        "zmtp.sockets.on.connect=inproc://on",
                        "zmtp.sockets.last.type=pull",
                        "zmtp.sockets.last.bind=inproc://on")
                .run(context -> {
                    context.getBean(ZmtpTemplate.class).send("out", "hello").block(TIMEOUT);
                    assertThat(context.getBean(Forwarding.class).current().get(10, TimeUnit.SECONDS))
                            .isEqualTo("zmtp.listener");
                    assertThat(context.getBean("last", io.zmtp.reactive.socket.PullSocket.class)
                                    .receive()
                                    .blockFirst(TIMEOUT))
                            .isEqualTo(Message.of("hello", TRACE + "parent=zmtp.listener\n"));
                });
    }
}
