package io.zmtp.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ParameterizedTypeReference;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Between two applications with this starter a caller sees what the method did: a value, nothing, or its failure. */
class CallTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Which sockets a call may go through. */
    enum Through {
        DEALER_ROUTER("dealer", "router"),
        REQ_ROUTER("req", "router"),
        REQ_REP("req", "rep"),
        DEALER_REP("dealer", "rep");

        private final String asks;
        private final String answers;

        Through(String asks, String answers) {
            this.asks = asks;
            this.answers = answers;
        }

        String[] properties() {
            String endpoint = "inproc://calls-" + name();
            return new String[] {
                "zmtp.defaults.linger=1s",
                "zmtp.sockets.ask.type=" + asks,
                "zmtp.sockets.ask.connect=" + endpoint,
                "zmtp.sockets.desk.type=" + answers,
                "zmtp.sockets.desk.bind=" + endpoint
            };
        }
    }

    record Order(String item, int count) {}

    @ZmtpExchange("q")
    interface Desk {
        @ZmtpExchange("text")
        Mono<String> text(String text);

        @ZmtpExchange("fails")
        Mono<String> fails(String text);

        @ZmtpExchange("fails")
        Order failsWhereItWaits(String text);

        @ZmtpExchange("order")
        Mono<String> order(String noOrder);

        @ZmtpExchange("nothing")
        Mono<Void> nothing(String text);

        @ZmtpExchange("nothing")
        void nothingWhereItWaits(String text);

        @ZmtpExchange("empty")
        Mono<Order> empty(String text);

        @ZmtpExchange("nobody")
        Mono<String> nobody(String text);
    }

    @Configuration(proxyBeanMethods = false)
    @ImportZmtpServices(socket = "ask", types = Desk.class)
    static class Client {}

    static class Answering {
        @ZmtpListener(socket = "desk", topics = "q.text")
        String text(String text) {
            return text;
        }

        @ZmtpListener(socket = "desk", topics = "q.fails")
        String fails(String text) {
            throw new IllegalStateException("secret " + text);
        }

        @ZmtpListener(socket = "desk", topics = "q.order")
        String order(Order order) {
            return order.item();
        }

        @ZmtpListener(socket = "desk", topics = "q.nothing")
        void nothing(String text) {}

        @ZmtpListener(socket = "desk", topics = "q.empty")
        Mono<Order> empty(String text) {
            return Mono.empty();
        }
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withUserConfiguration(Client.class, Answering.class);

    private void with(Through through, java.util.function.Consumer<Desk> test) {
        runner.withPropertyValues(through.properties()).run(context -> test.accept(context.getBean(Desk.class)));
    }

    @ParameterizedTest
    @EnumSource
    void emitsTheValueAlsoOneThatIsEmpty(Through through) {
        with(through, desk -> {
            StepVerifier.create(desk.text("tea"))
                    .expectNext("tea")
                    .expectComplete()
                    .verify(TIMEOUT);
            StepVerifier.create(desk.text("")).expectNext("").expectComplete().verify(TIMEOUT);
        });
    }

    @ParameterizedTest
    @EnumSource
    void failsAsTheMethodDidWithoutItsText(Through through) {
        with(through, desk -> {
            StepVerifier.create(desk.fails("42"))
                    .expectErrorSatisfies(failure -> assertThat(failure)
                            .hasMessage("'q.fails' through 'ask' failed (failed): the listener failed"))
                    .verify(TIMEOUT);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> desk.failsWhereItWaits("42")))
                    .hasMessageContaining("q.fails");
        });
    }

    @ParameterizedTest
    @EnumSource
    void failsWhereThePayloadCannotBeRead(Through through) {
        with(
                through,
                desk -> StepVerifier.create(desk.order("no order"))
                        .expectErrorSatisfies(failure -> assertThat(failure)
                                .hasMessageContaining("invalid")
                                .hasMessageContaining("cannot be read"))
                        .verify(TIMEOUT));
    }

    @ParameterizedTest
    @EnumSource
    void failsAtOnceWhereNobodyServesTheRoute(Through through) {
        with(
                through,
                desk -> StepVerifier.create(desk.nobody("tea"))
                        .expectErrorSatisfies(failure -> assertThat(failure)
                                .hasMessageContaining("not-found")
                                .hasMessageContaining("no listener takes the route 'q.nobody'"))
                        .verify(TIMEOUT));
    }

    @ParameterizedTest
    @EnumSource
    void completesWhereTheMethodReturnsNothing(Through through) {
        with(through, desk -> {
            StepVerifier.create(desk.nothing("tea")).expectComplete().verify(TIMEOUT);
            desk.nothingWhereItWaits("tea");
            StepVerifier.create(desk.empty("tea")).expectComplete().verify(TIMEOUT);
        });
    }

    @Test
    void tellsNothingFromAnEmptyTextThroughDealer() {
        runner.withPropertyValues(Through.DEALER_ROUTER.properties())
                .run(context -> StepVerifier.create(context.getBean(ZmtpTemplate.class)
                                .request("ask", "q.nothing", "", ParameterizedTypeReference.forType(String.class)))
                        .expectComplete()
                        .verify(TIMEOUT));
    }
}
