package io.zmtp.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.GatherSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Traces cross to peers only where that is asked. */
class PropagationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String OPTED_IN = "zmtp.observation.propagation=frame";

    private final BlockingQueue<String> extracted = new LinkedBlockingQueue<>();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class))
            .withBean(ObservationRegistry.class, this::tracing);

    /** Injects and extracts as a tracer does. */
    private ObservationRegistry tracing() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStart(Observation.Context context) {
                if (context instanceof SenderContext<?> sender) {
                    inject(sender);
                } else if (context instanceof ReceiverContext<?> receiver) {
                    extracted.add(String.valueOf(extract(receiver)));
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
        context.getSetter().set(context.getCarrier(), "traceparent", PARENT);
    }

    private static <C> String extract(ReceiverContext<C> context) {
        return context.getGetter().get(context.getCarrier(), "traceparent");
    }

    static class Listening {
        final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

        @ZmtpListener("in")
        void on(String text) {
            handled.add(text);
        }

        BlockingQueue<String> handled() {
            return handled;
        }
    }

    private ApplicationContextRunner sockets(String from, String to) {
        return runner.withPropertyValues(
                "zmtp.sockets.out.type=" + from,
                "zmtp.sockets.out.connect=inproc://propagation",
                "zmtp.sockets.in.type=" + to,
                "zmtp.sockets.in.bind=inproc://propagation");
    }

    private static Message sent(ZmtpTemplate template, Receiver to) {
        return template.send("out", "hello").then(to.receive().next()).block(TIMEOUT);
    }

    @Test
    void sendsNoTraceByDefault() {
        sockets("push", "pull")
                .run(context -> assertThat(
                                sent(context.getBean(ZmtpTemplate.class), context.getBean("in", PullSocket.class))
                                        .parts())
                        .hasSize(1));
    }

    @Test
    void sendsTheTraceAsOneMorePartWhereThatIsAsked() {
        sockets("push", "pull").withPropertyValues(OPTED_IN).run(context -> {
            Message message = sent(context.getBean(ZmtpTemplate.class), context.getBean("in", PullSocket.class));
            assertThat(message.parts()).hasSize(2);
            assertThat(message.last().utf8()).isEqualTo("\0zmtp-trace\ntraceparent=" + PARENT + "\n");
        });
    }

    @Test
    void listenersGoOnWithTheTraceWhereThatIsAsked() {
        listening().withPropertyValues(OPTED_IN).run(context -> {
            context.getBean(ZmtpTemplate.class).send("out", "hello").block(TIMEOUT);
            assertThat(context.getBean(Listening.class).handled().poll(30, TimeUnit.SECONDS))
                    .isEqualTo("hello");
            assertThat(extracted).containsExactly(PARENT);
        });
    }

    @Test
    void listenersBeginATraceOfTheirOwnByDefault() {
        listening().run(context -> {
            context.getBean(ZmtpTemplate.class).send("out", "hello").block(TIMEOUT);
            assertThat(context.getBean(Listening.class).handled().poll(30, TimeUnit.SECONDS))
                    .isEqualTo("hello");
            assertThat(extracted).containsExactly("null");
        });
    }

    @Test
    void sendsNoTraceWhereMessagesHaveOnePart() {
        sockets("scatter", "gather")
                .withPropertyValues(OPTED_IN)
                .run(context -> assertThat(
                                sent(context.getBean(ZmtpTemplate.class), context.getBean("in", GatherSocket.class))
                                        .parts())
                        .hasSize(1));
    }

    @Test
    void templatesTakeTheTraceOffWhatTheyReceive() {
        sockets("push", "pull").withPropertyValues(OPTED_IN).run(context -> {
            ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
            assertThat(template.send("out", "hello")
                            .thenMany(template.receive("in", String.class))
                            .blockFirst(TIMEOUT))
                    .isEqualTo("hello");
        });
    }

    static class Streaming {
        final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

        @ZmtpListener("in")
        Mono<Void> all(Flux<String> texts) {
            return texts.doOnNext(handled::add).then();
        }

        BlockingQueue<String> handled() {
            return handled;
        }
    }

    @Test
    void listenersToTheStreamGetItWithoutTraces() {
        sockets("push", "pull")
                .withUserConfiguration(Streaming.class)
                .withPropertyValues(OPTED_IN)
                .run(context -> {
                    context.getBean(ZmtpTemplate.class).send("out", "hello").block(TIMEOUT);
                    assertThat(context.getBean(Streaming.class).handled().poll(10, TimeUnit.SECONDS))
                            .isEqualTo("hello");
                });
    }

    private ApplicationContextRunner listening() {
        return sockets("push", "pull").withUserConfiguration(Listening.class);
    }
}
