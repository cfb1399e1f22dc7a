package io.zmtp.spring.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.client.ImportZmtpServices;
import io.zmtp.spring.client.ZmtpExchange;
import io.zmtp.spring.listener.ZmtpListener;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Observations end with the failure that the caller sees. */
class RequestObservationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final TestObservationRegistry observations = TestObservationRegistry.create();

    record Order(String item, int count) {}

    /** No codec can write it. */
    static class Unwritable {
        public Unwritable getSelf() {
            return this;
        }
    }

    interface Desk {
        @ZmtpExchange("never")
        Mono<String> never();

        @ZmtpExchange("text")
        Mono<Order> unreadable();

        @ZmtpExchange("text")
        Mono<String> text();

        @ZmtpExchange("fails")
        Mono<String> fails();

        @ZmtpExchange("text")
        Mono<String> unwritable(Unwritable payload);
    }

    @Configuration(proxyBeanMethods = false)
    @ImportZmtpServices(socket = "ask", types = Desk.class)
    static class Client {}

    static class Answering {
        @ZmtpListener(socket = "desk", topics = "never")
        Mono<String> never() {
            return Mono.never();
        }

        @ZmtpListener(socket = "desk", topics = "text")
        String text() {
            return "text";
        }

        @ZmtpListener(socket = "desk", topics = "fails")
        String fails() {
            throw new IllegalStateException("on purpose");
        }
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withBean(TestObservationRegistry.class, () -> observations)
            .withUserConfiguration(Client.class, Answering.class)
            .withPropertyValues(
                    "zmtp.defaults.linger=0s",
                    "zmtp.rpc.timeout=200ms",
                    "zmtp.sockets.ask.type=dealer",
                    "zmtp.sockets.ask.connect=inproc://observed",
                    "zmtp.sockets.desk.type=router",
                    "zmtp.sockets.desk.bind=inproc://observed");

    private void failsWith(java.util.function.Function<Desk, Mono<?>> call, String error) {
        runner.run(context -> {
            StepVerifier.create(call.apply(context.getBean(Desk.class)))
                    .expectError()
                    .verify(TIMEOUT);
            TestObservationRegistryAssert.assertThat(observations)
                    .hasObservationWithNameEqualTo("zmtp.request")
                    .that()
                    .hasBeenStopped()
                    .satisfies(seen -> assertThat(seen.getError())
                            .isNotNull()
                            .satisfies(failure -> assertThat(failure.getClass().getSimpleName())
                                    .isEqualTo(error)));
        });
    }

    @Test
    void aRequestThatTakesTooLong() {
        failsWith(Desk::never, "TimeoutException");
    }

    @Test
    void aRequestWhoseReplyCannotBeRead() {
        failsWith(Desk::unreadable, "UnreadablePayloadException");
    }

    @Test
    void aRequestThatFailedAtTheOtherSide() {
        failsWith(Desk::fails, "ZmtpCallException");
    }

    @Test
    void aRequestThatCannotBeWritten() {
        failsWith(desk -> desk.unwritable(new Unwritable()), "CodecException");
    }

    @Test
    void aRequestThatItsCallerGivesUp() {
        failsWith(desk -> desk.never().timeout(Duration.ofMillis(50)), "CancellationException");
    }

    @Test
    void aRequestThatTakesTooLongForABlockingTemplate() {
        runner.run(context -> {
            ZmtpBlockingTemplate template = context.getBean(ZmtpBlockingTemplate.class);
            Assertions.assertThatThrownBy(
                            () -> template.request("ask", io.zmtp.reactive.Message.of("never", ""), String.class))
                    .isInstanceOf(io.zmtp.reactive.ZmtpTimeoutException.class)
                    .hasMessageContaining("the request through 'ask'");
            TestObservationRegistryAssert.assertThat(observations)
                    .hasObservationWithNameEqualTo("zmtp.request")
                    .that()
                    .hasBeenStopped()
                    .satisfies(seen -> assertThat(seen.getError()).isNotNull());
        });
    }

    @Test
    void aRequestThatIsAnswered() {
        runner.run(context -> {
            StepVerifier.create(context.getBean(Desk.class).text())
                    .expectNext("text")
                    .expectComplete()
                    .verify(TIMEOUT);
            TestObservationRegistryAssert.assertThat(observations)
                    .hasObservationWithNameEqualTo("zmtp.request")
                    .that()
                    .hasBeenStopped()
                    .doesNotHaveError();
        });
    }
}
