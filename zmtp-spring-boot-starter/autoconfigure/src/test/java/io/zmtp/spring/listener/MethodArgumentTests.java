package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Peer;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.client.ImportZmtpServices;
import io.zmtp.spring.client.ZmtpExchange;
import io.zmtp.spring.core.ZmtpCallException;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What listener methods take and return besides payloads. */
class MethodArgumentTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    record Purchase(String item, int count) {}

    interface Desk {
        @ZmtpExchange("who")
        Mono<String> who(String text);

        @ZmtpExchange("later")
        CompletableFuture<String> later(String text);

        @ZmtpExchange("done")
        CompletableFuture<Void> done(String text);

        @ZmtpExchange("buy")
        Mono<String> buy(Purchase purchase);

        @ZmtpExchange("fails")
        Mono<String> fails(String text);
    }

    @Configuration(proxyBeanMethods = false)
    @ImportZmtpServices(socket = "ask", types = Desk.class)
    static class Client {}

    static class Positive implements Validator {
        @Override
        public boolean supports(Class<?> type) {
            return type == Purchase.class;
        }

        @Override
        public void validate(Object target, Errors errors) {
            if (((Purchase) target).count() < 1) {
                errors.rejectValue("count", "positive", "must be above zero");
            }
        }
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withUserConfiguration(Client.class)
            .withPropertyValues(
                    "zmtp.defaults.linger=0s", "zmtp.sockets.ask.type=dealer", "zmtp.sockets.desk.type=router");

    private ApplicationContextRunner desk(Class<?>... listeners) {
        return runner.withUserConfiguration(listeners)
                .withPropertyValues(
                        "zmtp.sockets.ask.connect=inproc://arguments", "zmtp.sockets.desk.bind=inproc://arguments");
    }

    // ---- the peer and its user

    static class Asked {
        @ZmtpListener(socket = "desk", topics = "who")
        String who(@Payload String text, Peer peer, @Nullable Principal user) {
            return peer.socketType() + " " + (user == null ? "nobody" : user.getName());
        }
    }

    @Test
    void knowsThePeerAndThatNobodyWasProven() {
        desk(Asked.class)
                .run(context -> StepVerifier.create(context.getBean(Desk.class).who(""))
                        .expectNext("DEALER nobody")
                        .expectComplete()
                        .verify(TIMEOUT));
    }

    @Test
    void knowsTheUserThatThePeerHasProvenToBe() {
        runner.withUserConfiguration(Asked.class)
                .withPropertyValues(
                        "zmtp.sockets.ask.connect=ipc://@arguments-plain",
                        "zmtp.sockets.ask.security.mechanism=plain",
                        "zmtp.sockets.ask.security.username=ann",
                        "zmtp.sockets.ask.security.password=secret",
                        "zmtp.sockets.desk.bind=ipc://@arguments-plain",
                        "zmtp.sockets.desk.security.mechanism=plain",
                        "zmtp.sockets.desk.security.users.ann=secret")
                .run(context -> StepVerifier.create(context.getBean(Desk.class).who(""))
                        .expectNext("DEALER ann")
                        .expectComplete()
                        .verify(TIMEOUT));
    }

    // ---- futures

    static class Later {
        @ZmtpListener(socket = "desk", topics = "later")
        CompletableFuture<String> later(String text) {
            return Mono.just(text).delayElement(Duration.ofMillis(20)).toFuture();
        }

        @ZmtpListener(socket = "desk", topics = "done")
        CompletableFuture<Void> done(String text) {
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void repliesWithWhatAFutureBecomes() {
        desk(Later.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            assertThat(desk.later("tea").get(10, TimeUnit.SECONDS)).isEqualTo("tea");
            assertThat(desk.done("tea").get(10, TimeUnit.SECONDS)).isNull();
        });
    }

    // ---- validation

    static class Buying {
        @ZmtpListener(socket = "desk", topics = "buy")
        String buy(@Validated Purchase purchase) {
            return purchase.item();
        }
    }

    @Test
    void refusesAPayloadThatIsNotValid() {
        desk(Buying.class).withBean(Positive.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            StepVerifier.create(desk.buy(new Purchase("tea", 1)))
                    .expectNext("tea")
                    .expectComplete()
                    .verify(TIMEOUT);
            StepVerifier.create(desk.buy(new Purchase("secret", 0)))
                    .expectErrorSatisfies(failure -> assertThat(failure)
                            .isInstanceOfSatisfying(
                                    ZmtpCallException.class,
                                    call -> assertThat(call.code()).isEqualTo(ZmtpCallException.INVALID))
                            .hasMessageContaining("count must be above zero")
                            .hasMessageNotContaining("secret"))
                    .verify(TIMEOUT);
        });
    }

    @Test
    void doesNotStartWithoutAValidatorWhereAPayloadIsToBeValidated() {
        desk(Buying.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(ZmtpConfigurationException.class)
                        .hasMessageContaining("Buying.buy")
                        .hasMessageContaining("no Validator"));
    }

    // ---- advice

    static class Failing {
        @ZmtpListener(socket = "desk", topics = "fails")
        String fails(String text) {
            throw text.equals("state") ? new IllegalStateException(text) : new IllegalArgumentException(text);
        }

        @MessageExceptionHandler
        String own(IllegalArgumentException failure) {
            return "own " + failure.getMessage();
        }
    }

    @ZmtpListenerAdvice
    @Order(2)
    static class Everywhere {
        @MessageExceptionHandler
        Mono<String> any(RuntimeException failure) {
            return Mono.just("everywhere " + failure.getMessage());
        }
    }

    @ZmtpListenerAdvice(assignableTypes = Asked.class)
    @Order(1)
    static class Elsewhere {
        @MessageExceptionHandler
        String any(RuntimeException failure) {
            return "elsewhere";
        }
    }

    @Test
    void asksAdviceBeansAfterTheHandlersOfItsOwnClass() {
        desk(Failing.class, Everywhere.class, Elsewhere.class).run(context -> {
            Desk desk = context.getBean(Desk.class);
            StepVerifier.create(desk.fails("argument"))
                    .expectNext("own argument")
                    .expectComplete()
                    .verify(TIMEOUT);
            StepVerifier.create(desk.fails("state"))
                    .expectNext("everywhere state")
                    .expectComplete()
                    .verify(TIMEOUT);
        });
    }

    static class Wrapping {
        @ZmtpListener(socket = "desk", topics = "fails")
        String fails(String text) {
            throw new IllegalStateException("outer", new TimeoutException(text));
        }

        @MessageExceptionHandler
        String cause(TimeoutException failure) {
            return "cause " + failure.getMessage();
        }
    }

    @Test
    void givesAHandlerTheCauseThatItIsFor() {
        desk(Wrapping.class)
                .run(context -> StepVerifier.create(context.getBean(Desk.class).fails("late"))
                        .expectNext("cause late")
                        .expectComplete()
                        .verify(TIMEOUT));
    }
}
