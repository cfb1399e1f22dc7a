package io.zmtp.spring.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The end of a function acknowledges its message. */
class AcknowledgedBindingTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Consumer<String> worker() {
            return job -> {
                if (job.equals("refused")) {
                    throw new ZmtpNackException(ZmtpNackException.REJECTED, "not here");
                } else if (!job.equals("fine")) {
                    throw new IllegalStateException("secret of the message");
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aFunctionThatFailsHasNotDoneTheWork(int attempts) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "zmtp.defaults.linger=0s",
                        "zmtp.sockets.work.type=pull",
                        "zmtp.sockets.work.bind=tcp://127.0.0.1:*",
                        "zmtp.sockets.work.delivery=done",
                        "spring.cloud.function.definition=worker",
                        "spring.cloud.stream.bindings.worker-in-0.destination=work",
                        "spring.cloud.stream.bindings.worker-in-0.consumer.max-attempts=" + attempts,
                        "spring.cloud.stream.bindings.worker-in-0.consumer.back-off-initial-interval=1")
                .run()) {
            PushSocket jobs = PushSocket.create(options -> options.routingId(Bytes.utf8("outside"))
                    .linger(Duration.ZERO)
                    .delivery(DeliveryOptions.done().retries(0)));
            jobs.connect(context.getBean("work", PullSocket.class).endpoints().get(0))
                    .block(TIMEOUT);
            jobs.deliver(Message.of("fine")).done().block(TIMEOUT);
            fails(jobs.deliver(Message.of("broken")).done(), ZmtpNackException.INTERNAL, "the listener failed");
            fails(jobs.deliver(Message.of("refused")).done(), ZmtpNackException.REJECTED, "not here");
            jobs.dispose();
        }
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
}
