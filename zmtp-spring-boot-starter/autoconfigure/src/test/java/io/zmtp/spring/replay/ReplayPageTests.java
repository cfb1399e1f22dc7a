package io.zmtp.spring.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.replay.Gap;
import io.zmtp.reactive.replay.Start;
import io.zmtp.spring.DocPage;
import io.zmtp.spring.autoconfigure.ReplaySubscriberCustomizer;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.listener.ZmtpHeaders;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.Header;
import reactor.core.publisher.Mono;

/** What docs/replay-spring.md shows runs. */
class ReplayPageTests {

    private static final DocPage PAGE = new DocPage("replay-spring.md", ReplayPageTests.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    record Price(String symbol, int cents) {}

    static class Prices {

        private final ZmtpTemplate template;

        Prices(ZmtpTemplate template) {
            this.template = template;
        }

        Mono<Void> publish(Price price) {
            return template.send("feed", "md." + price.symbol(), price);
        }
    }

    static class Ticks {

        final BlockingQueue<String> prices = new LinkedBlockingQueue<>();
        final BlockingQueue<Long> losses = new LinkedBlockingQueue<>();

        @ZmtpListener("ticks")
        void on(Price price, @Header(ZmtpHeaders.NUMBER) long number) {
            prices.add(number + ": " + price.symbol());
        }

        @ZmtpListener("ticks")
        void lost(Gap gap) {
            losses.add(gap.count());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Progress {

        long epoch;
        long number;

        @Bean
        ReplaySubscriberCustomizer behindTheLastOne() {
            return (socket, subscriber) ->
                    subscriber.from(Map.of(Endpoint.parse("tcp://market:5556"), Start.at(epoch, number + 1)));
        }
    }

    @Test
    void showsCodeThatIsHere() {
        PAGE.showsCodeOfTheTest(3);
    }

    @Test
    void showsAPublicationAndItsSubscription() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        JacksonAutoConfiguration.class,
                        ZmtpAutoConfiguration.class,
                        ZmtpCodecAutoConfiguration.class,
                        ZmtpListenerAutoConfiguration.class,
                        ZmtpTemplateAutoConfiguration.class))
                .withInitializer(PAGE::load)
                .withPropertyValues( // instead of the host's ports
                        "zmtp.sockets.feed.bind=inproc://page-feed",
                        "zmtp.sockets.feed.replay.bind=inproc://page-history",
                        "zmtp.sockets.ticks.connect=inproc://page-feed",
                        "zmtp.sockets.ticks.replay.connect=inproc://page-history")
                .withUserConfiguration(Prices.class, Ticks.class)
                .run(context -> {
                    context.getBean(Prices.class).publish(new Price("tea", 7)).block(TIMEOUT);
                    Ticks ticks = context.getBean(Ticks.class);
                    assertThat(ticks.prices.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                            .isEqualTo("0: tea");
                    assertThat(ticks.losses).isEmpty();
                });
    }
}
