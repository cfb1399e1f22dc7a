package io.zmtp.spring.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.listener.ZmtpListener;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** A SUB that was not said what to subscribe to subscribes to everything. */
class UnsubscribedTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withPropertyValues(
                    "zmtp.sockets.feed.type=pub",
                    "zmtp.sockets.feed.bind=inproc://unsubscribed",
                    "zmtp.sockets.ticks.type=sub",
                    "zmtp.sockets.ticks.connect=inproc://unsubscribed");

    private static void publish(PubSocket feed, String... texts) {
        feed.awaitSubscribers("", 1).block(TIMEOUT);
        Flux.just(texts).concatMap(feed::send).blockLast(TIMEOUT);
    }

    @Test
    void whereATemplateReceives() {
        runner.run(context -> {
            PubSocket feed = context.getBean(PubSocket.class);
            StepVerifier.create(context.getBean(ZmtpTemplate.class).receive("ticks", String.class))
                    .then(() -> publish(feed, "one", "two"))
                    .expectNext("one", "two")
                    .thenCancel()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void whereATemplateReceivesOne() {
        runner.run(context -> {
            PubSocket feed = context.getBean(PubSocket.class);
            StepVerifier.create(context.getBean(ZmtpTemplate.class).receive("ticks", String.class, TIMEOUT))
                    .then(() -> publish(feed, "one"))
                    .expectNext("one")
                    .expectComplete()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void butNotWhereItWasSaid() {
        runner.withPropertyValues("zmtp.sockets.ticks.subscribe=md.").run(context -> {
            PubSocket feed = context.getBean(PubSocket.class);
            feed.awaitSubscribers("md.", 1).block(TIMEOUT);
            StepVerifier.create(context.getBean(ZmtpTemplate.class).receive("ticks", String.class))
                    .then(() -> feed.send("other").then(feed.send("md.x")).block(TIMEOUT))
                    .expectNext("md.x")
                    .thenCancel()
                    .verify(TIMEOUT);
        });
    }

    static class Listening {
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @ZmtpListener("ticks")
        void on(String text) {
            heard.add(text);
        }
    }

    @Test
    void whereAListenerHasNoTopics() {
        runner.withUserConfiguration(Listening.class).run(context -> {
            publish(context.getBean(PubSocket.class), "one");
            assertThat(context.getBean(Listening.class).heard.poll(10, TimeUnit.SECONDS))
                    .isEqualTo("one");
        });
    }

    @Test
    void butNotWhereThatWouldBeNothing() {
        runner.withPropertyValues("zmtp.defaults.invert-matching=true").run(context -> {
            PubSocket feed = context.getBean(PubSocket.class);
            StepVerifier.create(context.getBean(ZmtpTemplate.class).receive("ticks", String.class))
                    .then(() -> {
                        if (feed.peers().isEmpty()) {
                            feed.onPeer().blockFirst(TIMEOUT);
                        }
                        feed.send("one").block(TIMEOUT);
                    })
                    .expectNext("one")
                    .thenCancel()
                    .verify(Duration.ofSeconds(10));
        });
    }
}
