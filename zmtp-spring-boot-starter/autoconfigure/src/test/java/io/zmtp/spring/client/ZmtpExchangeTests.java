package io.zmtp.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.ZmtpTimeoutException;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.core.UnreadablePayloadException;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.listener.ZmtpListener;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ZmtpExchangeTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withUserConfiguration(Client.class, Desk.class)
            .withPropertyValues(
                    "zmtp.sockets.ask.type=req",
                    "zmtp.sockets.ask.correlate=true",
                    "zmtp.sockets.ask.connect=inproc://exchange",
                    "zmtp.sockets.desk.type=rep",
                    "zmtp.sockets.desk.bind=inproc://exchange");

    record Order(int count) {}

    record Quote(String symbol, int price) {}

    @ZmtpExchange("quote")
    interface Quotes {
        @ZmtpExchange("{symbol}")
        Mono<Quote> quote(@DestinationVariable String symbol, Order order);

        @ZmtpExchange("{symbol}")
        Quote waitFor(@DestinationVariable("symbol") String name, Order order);

        @ZmtpExchange("nothing.ever")
        Quote waitForEver();

        @ZmtpExchange("no.quote")
        Mono<Quote> noQuote();

        @ZmtpExchange("nothing.ever")
        Mono<Void> never();

        default String described() {
            return "quotes";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportZmtpServices(socket = "ask", types = Quotes.class)
    static class Client {}

    static class Desk {
        @ZmtpListener(socket = "desk", topics = "quote.{symbol}")
        Mono<Quote> quote(@DestinationVariable String symbol, Order order) {
            return Mono.just(new Quote(symbol, order.count() * 10));
        }

        @ZmtpListener(socket = "desk", topics = "quote.no.quote")
        Mono<String> noQuote() {
            return Mono.just("no JSON");
        }

        @ZmtpListener(socket = "desk", topics = "quote.nothing.ever")
        Mono<String> never() {
            return Mono.never();
        }
    }

    @Test
    void asksAndConvertsTheReply() {
        runner.run(context -> StepVerifier.create(context.getBean(Quotes.class).quote("X", new Order(2)))
                .expectNext(new Quote("X", 20))
                .expectComplete()
                .verify(TIMEOUT));
    }

    @Test
    void namesTheRouteOfAReplyThatCannotBeRead() {
        runner.run(context -> StepVerifier.create(context.getBean(Quotes.class).noQuote())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(UnreadablePayloadException.class)
                        .hasMessageStartingWith("ZMTP socket 'ask', reply of 'quote.no.quote': payload: expected ")
                        .hasMessageNotContaining("no JSON"))
                .verify(TIMEOUT));
    }

    @Test
    void waitsForTheReplyWhereItIsReturned() {
        runner.run(context -> assertThat(context.getBean(Quotes.class).waitFor("Y", new Order(3)))
                .isEqualTo(new Quote("Y", 30)));
    }

    @Test
    void failsWithoutAReply() {
        runner.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class))
                .withPropertyValues("zmtp.rpc.timeout=100ms", "spring.lifecycle.timeout-per-shutdown-phase=100ms")
                .run(context -> StepVerifier.create(
                                context.getBean(Quotes.class).never())
                        .expectErrorSatisfies(failure -> assertThat(failure)
                                .isInstanceOf(TimeoutException.class)
                                .hasMessageContaining("quote.nothing.ever"))
                        .verify(TIMEOUT));
    }

    @Test
    void failsWithoutAReplyByAnExceptionOfItsOwnWhereItWaits() {
        runner.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class))
                .withPropertyValues("zmtp.rpc.timeout=100ms", "spring.lifecycle.timeout-per-shutdown-phase=100ms")
                .run(context -> assertThatThrownBy(
                                () -> context.getBean(Quotes.class).waitForEver())
                        .isInstanceOfSatisfying(
                                ZmtpTimeoutException.class,
                                late -> assertThat(late.timeout()).isEqualTo(Duration.ofMillis(100)))
                        .hasMessage("no reply to 'quote.nothing.ever' through 'ask' came within PT0.1S"));
    }

    @Test
    @SuppressWarnings("NullAway")
    void refusesArgumentsThatAreNull() {
        runner.run(context -> {
            Quotes quotes = context.getBean(Quotes.class);
            assertThatThrownBy(() -> quotes.quote("X", null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Quotes.quote: expected the payload in the parameter 'order', but it is null");
            assertThatThrownBy(() -> quotes.waitFor(null, new Order(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "Quotes.waitFor: expected the variable {symbol} in the parameter 'name', but it is null");
        });
    }

    @Test
    void keepsDefaultMethods() {
        runner.run(context -> {
            Quotes quotes = context.getBean(Quotes.class);
            assertThat(quotes.described()).isEqualTo("quotes");
            assertThat(quotes).hasToString("Quotes through ask").isEqualTo(quotes);
        });
    }

    interface Streaming {
        @ZmtpExchange("stream")
        Flux<Quote> stream();
    }

    @Test
    void refusesStreamsThroughReq() {
        runner.run(context -> assertThatThrownBy(
                        () -> context.getBean(ZmtpServices.class).create(Streaming.class, "ask"))
                .isInstanceOf(ZmtpConfigurationException.class)
                .hasMessageContaining("one reply"));
    }

    interface Misnamed {
        @ZmtpExchange("quote.{symbol}")
        Mono<Quote> quote(@DestinationVariable("item") String symbol);
    }

    @Test
    void refusesAVariableThatItsRouteDoesNotHave() {
        runner.run(context -> assertThatThrownBy(
                        () -> context.getBean(ZmtpServices.class).create(Misnamed.class, "ask"))
                .isInstanceOf(ZmtpConfigurationException.class)
                .hasMessageContaining("its route 'quote.{symbol}' has no variable {item}"));
    }
}
