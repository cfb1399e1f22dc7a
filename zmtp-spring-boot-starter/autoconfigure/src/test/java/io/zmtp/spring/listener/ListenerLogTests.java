package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.core.ZmtpCallException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.codec.DecodingException;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What peers send fills no log, forges no line of it, and is not in it. */
class ListenerLogTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String SECRET = "4711-secret";

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private @Nullable Level before;

    @BeforeEach
    void listen() {
        before = root.getLevel();
        logged.start();
        root.addAppender(logged);
    }

    @AfterEach
    void stop() {
        root.setLevel(before);
        root.detachAppender(logged);
    }

    private ApplicationContextRunner runner(Class<?> listener, String type) {
        String endpoint = "inproc://log-" + listener.getSimpleName();
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        JacksonAutoConfiguration.class,
                        ZmtpAutoConfiguration.class,
                        ZmtpCodecAutoConfiguration.class,
                        ZmtpListenerAutoConfiguration.class))
                .withUserConfiguration(listener)
                .withPropertyValues(
                        "zmtp.sockets.out.type=" + (type.equals("pull") ? "push" : "dealer"),
                        "zmtp.sockets.out.connect=" + endpoint,
                        "zmtp.sockets.in.type=" + type,
                        "zmtp.sockets.in.bind=" + endpoint);
    }

    private List<ILoggingEvent> lines(String text) {
        return List.copyOf(logged.list).stream()
                .filter(line -> line.getFormattedMessage().contains(text))
                .toList();
    }

    private static String whole(ILoggingEvent line) {
        return line.getFormattedMessage()
                + (line.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(line.getThrowableProxy()));
    }

    private void awaitLine(String text) {
        Flux.interval(Duration.ofMillis(5))
                .onBackpressureDrop()
                .filter(tick -> !lines(text).isEmpty())
                .blockFirst(TIMEOUT);
    }

    record Order(String item, int count) {}

    /** Knows when the last message, which is whole, has come. */
    static class Last {
        final CountDownLatch last = new CountDownLatch(1);

        void await() {
            try {
                assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    static class Orders extends Last {
        @ZmtpListener(id = "orders", socket = "in")
        Mono<Void> on(Order order) {
            last.countDown();
            return Mono.empty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", SECRET, "{\"item\":\"" + SECRET, "{\"item\":\"a\",\"count\":\"" + SECRET + "\"}"})
    void fiveHundredUnreadableMessagesMakeOneLine(String payload) {
        root.setLevel(Level.INFO);
        runner(Orders.class, "pull").run(context -> {
            PushSocket out = context.getBean("out", PushSocket.class);
            for (int i = 0; i < 500; i++) {
                out.send(payload).block(TIMEOUT);
            }
            out.send("{\"item\":\"tea\",\"count\":2}").block(TIMEOUT);
            context.getBean(Orders.class).await();
            assertThat(lines("The ZMTP listener")).singleElement().satisfies(line -> {
                assertThat(line.getLevel()).isEqualTo(Level.ERROR);
                assertThat(line.getThrowableProxy()).isNull();
                assertThat(line.getFormattedMessage())
                        .contains("orders", "1 part", "Order", payload.length() + " octets", "application/json")
                        .contains("tools.jackson.")
                        .matches(Printable::isPrintable);
            });
        });
        assertThat(logged.list).noneMatch(line -> whole(line).contains(SECRET));
    }

    @Test
    void atDebugEachFailureHasItsStackTraceAndNothingOfTheMessage() {
        root.setLevel(Level.DEBUG);
        runner(Orders.class, "pull").run(context -> {
            PushSocket out = context.getBean("out", PushSocket.class);
            for (int i = 0; i < 3; i++) {
                out.send(SECRET + i).block(TIMEOUT);
            }
            out.send("{\"item\":\"tea\",\"count\":2}").block(TIMEOUT);
            context.getBean(Orders.class).await();
        });
        assertThat(lines("The ZMTP listener orders failed"))
                .filteredOn(line -> line.getLevel() == Level.DEBUG)
                .hasSize(3)
                .allSatisfy(line -> assertThat(whole(line)).contains("\tat io.zmtp.spring.listener."));
        assertThat(logged.list).noneMatch(line -> whole(line).contains(SECRET));
    }

    static class Failing extends Last {
        @ZmtpListener(id = "failing", socket = "in")
        void on(String text) {
            if (text.equals("last")) {
                last.countDown();
            } else {
                Integer.parseInt(text);
            }
        }
    }

    @Test
    void theTextOfAFailureIsNotLogged() {
        root.setLevel(Level.DEBUG);
        runner(Failing.class, "pull").run(context -> {
            PushSocket out = context.getBean("out", PushSocket.class);
            out.send(SECRET).block(TIMEOUT);
            out.send("last").block(TIMEOUT);
            context.getBean(Failing.class).await();
        });
        assertThat(lines("The ZMTP listener failing failed"))
                .first()
                .satisfies(line -> assertThat(line.getFormattedMessage())
                        .contains("java.lang.NumberFormatException at " + Failing.class.getName() + ".on("));
        assertThat(logged.list).noneMatch(line -> whole(line).contains(SECRET));
    }

    static class Handling extends Last {
        @ZmtpListener(id = "handling", socket = "in")
        void on(Order order) {}

        @MessageExceptionHandler
        void failed(DecodingException failure) {
            assertThat(failure).hasMessageNotContaining(SECRET).hasNoCause();
            last.countDown();
        }
    }

    @Test
    void anExceptionHandlerStillGetsADecodingException() {
        runner(Handling.class, "pull").run(context -> {
            context.getBean("out", PushSocket.class).send(SECRET).block(TIMEOUT);
            context.getBean(Handling.class).await();
        });
    }

    static class Picky extends Last {
        @ZmtpListener(id = "picky", socket = "in", topics = "wanted")
        Mono<Void> on(String text) {
            last.countDown();
            return Mono.empty();
        }
    }

    @Test
    void topicsThatNobodyWantsMakeOneLine() {
        root.setLevel(Level.INFO);
        runner(Picky.class, "router").run(context -> {
            DealerSocket out = context.getBean("out", DealerSocket.class);
            for (int i = 0; i < 1000; i++) {
                out.send("\r\nforged \u001b[2J\u202e" + i + "x".repeat(1000), SECRET)
                        .block(TIMEOUT);
            }
            out.send("wanted", "last").block(TIMEOUT);
            context.getBean(Picky.class).await();
            awaitLine("wants the topic");
            assertThat(lines("wants the topic"))
                    .singleElement()
                    .satisfies(line -> assertThat(line.getFormattedMessage())
                            .contains("'in'", "0x0d0a666f72676564201b5b324a", "… (1017 octets)")
                            .matches(Printable::isPrintable)
                            .hasSizeLessThan(200));
        });
        assertThat(logged.list).noneMatch(line -> whole(line).contains(SECRET));
    }

    static class Subscribed extends Last {
        @ZmtpListener(id = "subscribed", socket = "in", topics = "wanted")
        Mono<Void> on(String text) {
            last.countDown();
            return Mono.empty();
        }
    }

    @Test
    void aPublishedMessageOfOnePartIsNotLoggedAsATopic() {
        root.setLevel(Level.DEBUG);
        runner(Subscribed.class, "xsub")
                .withPropertyValues("zmtp.sockets.out.type=pub", "zmtp.sockets.in.subscribe=wanted," + SECRET)
                .run(context -> {
                    PubSocket out = context.getBean("out", PubSocket.class);
                    out.awaitSubscribers(SECRET, 1).block(TIMEOUT);
                    out.send(SECRET).block(TIMEOUT);
                    out.send("wanted", "last").block(TIMEOUT);
                    context.getBean(Subscribed.class).await();
                    assertThat(lines("wants a message of one part")).isNotEmpty();
                });
        assertThat(logged.list).noneMatch(line -> whole(line).contains(SECRET));
    }

    static class SoldOut extends Last {
        @ZmtpListener(id = "sold-out", socket = "in")
        Mono<Void> on(String text) {
            last.countDown();
            return Mono.error(new ZmtpCallException("sold-out", "there is no " + text));
        }
    }

    @Test
    void aFailureThatAMethodChoosesForItsCallerIsNoError() {
        root.setLevel(Level.INFO);
        runner(SoldOut.class, "pull").run(context -> {
            context.getBean("out", PushSocket.class).send(SECRET).block(TIMEOUT);
            context.getBean(SoldOut.class).await();
            awaitLine("The ZMTP listener sold-out");
        });
        assertThat(lines("The ZMTP listener")).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.INFO);
            assertThat(line.getFormattedMessage())
                    .isEqualTo("The ZMTP listener sold-out failed with the code 'sold-out' on a message of 1 part");
        });
    }

    static class Streaming extends Last {
        @ZmtpListener(id = "streaming", socket = "in")
        Mono<Void> all(Flux<String> texts) {
            return texts.doOnNext(Integer::parseInt).then();
        }
    }

    @Test
    void aStreamThatFailsIsNotCalledAMessage() {
        root.setLevel(Level.INFO);
        runner(Streaming.class, "pull")
                .withPropertyValues("zmtp.listener.on-error=stop")
                .run(context -> {
                    context.getBean("out", PushSocket.class).send(SECRET).block(TIMEOUT);
                    awaitLine("The ZMTP listener streaming");
                });
        assertThat(lines("The ZMTP listener"))
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage())
                        .startsWith(
                                "The ZMTP listener streaming stops: it failed: java.lang.NumberFormatException at "));
    }
}
