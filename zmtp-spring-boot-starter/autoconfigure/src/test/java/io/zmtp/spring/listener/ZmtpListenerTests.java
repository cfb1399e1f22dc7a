package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.Payload;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class ZmtpListenerTests {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class));

    record Order(String item, int count) {}

    static class Seen {
        final BlockingQueue<Object> things = new LinkedBlockingQueue<>();

        Object next() {
            try {
                Object thing = things.poll(30, TimeUnit.SECONDS);
                assertThat(thing).as("what the listener saw").isNotNull();
                return thing;
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    private ApplicationContextRunner pushPull(Class<?> listener) {
        String endpoint = "inproc://" + listener.getSimpleName();
        return runner.withUserConfiguration(listener)
                .withPropertyValues(
                        "zmtp.sockets.out.type=push",
                        "zmtp.sockets.out.connect=" + endpoint,
                        "zmtp.sockets.in.type=pull",
                        "zmtp.sockets.in.bind=" + endpoint);
    }

    static void send(PushSocket socket, String... parts) {
        socket.send(parts).block(TIMEOUT);
    }

    // ---- conversions

    static class Converting extends Seen {
        @ZmtpListener("in")
        void on(Order order) {
            things.add(order);
            things.add(Schedulers.isInNonBlockingThread());
        }
    }

    @Test
    void convertsJsonAndLetsMethodsBlock() {
        pushPull(Converting.class).run(context -> {
            send(context.getBean("out", PushSocket.class), "{\"item\":\"tea\",\"count\":2}");
            Seen seen = context.getBean(Converting.class);
            assertThat(seen.next()).isEqualTo(new Order("tea", 2));
            assertThat(seen.next()).isEqualTo(false);
        });
    }

    static class Describing extends Seen {
        @ZmtpListener("in")
        Mono<Void> on(
                Message whole,
                @Payload String text,
                @Header(ZmtpHeaders.SOCKET) String socket,
                @Header(ZmtpHeaders.SOCKET_TYPE) SocketType type,
                @Header(ZmtpHeaders.TOPIC) String topic) {
            things.add(whole.size() + text + socket + type + topic);
            return Mono.empty();
        }
    }

    @Test
    void describesAMessageByHeaders() {
        pushPull(Describing.class).run(context -> {
            send(context.getBean("out", PushSocket.class), "topic", "middle", "body");
            assertThat(context.getBean(Describing.class).next()).isEqualTo("3bodyinPULLtopic");
        });
    }

    static class Streaming extends Seen {
        @ZmtpListener("in")
        Mono<Void> all(Flux<Order> orders) {
            return orders.doOnNext(things::add).then();
        }
    }

    @Test
    void handsOutTheStreamItself() {
        pushPull(Streaming.class).run(context -> {
            PushSocket out = context.getBean("out", PushSocket.class);
            send(out, "{\"item\":\"a\",\"count\":1}");
            send(out, "{\"item\":\"b\",\"count\":2}");
            Seen seen = context.getBean(Streaming.class);
            assertThat(seen.next()).isEqualTo(new Order("a", 1));
            assertThat(seen.next()).isEqualTo(new Order("b", 2));
        });
    }

    // ---- topics

    static class ByTopic extends Seen {
        @ZmtpListener(socket = "ticks", topics = "md.{symbol}.trade")
        Mono<Void> on(@DestinationVariable String symbol, @Payload String price) {
            things.add(symbol + "=" + price);
            return Mono.empty();
        }

        @ZmtpListener(socket = "ticks", topics = "news.")
        void news(String text) {
            things.add(text);
        }
    }

    @Test
    void subscribesToItsTopicsAndReadsTheirVariables() {
        runner.withUserConfiguration(ByTopic.class)
                .withPropertyValues(
                        "zmtp.sockets.feed.type=pub",
                        "zmtp.sockets.feed.bind=inproc://by-topic",
                        "zmtp.sockets.ticks.type=sub",
                        "zmtp.sockets.ticks.connect=inproc://by-topic")
                .run(context -> {
                    PubSocket feed = context.getBean("feed", PubSocket.class);
                    feed.awaitSubscribers("md.", 1)
                            .then(feed.awaitSubscribers("news.", 1))
                            .then(feed.send("md.X.quote", "0"))
                            .then(feed.send("other", "0"))
                            .then(feed.send("md.X.trade", "1"))
                            .block(TIMEOUT);
                    Seen seen = context.getBean(ByTopic.class);
                    assertThat(seen.next()).isEqualTo("X=1");
                    feed.send("news.uk", "rain").block(TIMEOUT);
                    assertThat(seen.next()).isEqualTo("rain");
                });
    }

    // ---- replies

    static class Quotes {
        @ZmtpListener(socket = "rpc", topics = "quote.{symbol}")
        Mono<Order> quote(@DestinationVariable String symbol, @Payload int count) {
            return Mono.just(new Order(symbol, count));
        }

        @ZmtpListener(socket = "rpc", topics = "count")
        Flux<String> several(@Payload String ignored) {
            return Flux.just("one", "two");
        }

        @ZmtpListener(socket = "rpc", topics = "fail")
        String fails() {
            throw new IllegalArgumentException("no");
        }

        @MessageExceptionHandler
        String on(IllegalArgumentException failure) {
            return "sorry: " + failure.getMessage();
        }
    }

    private ApplicationContextRunner rpc() {
        return runner.withUserConfiguration(Quotes.class)
                .withPropertyValues(
                        "zmtp.sockets.rpc.type=router",
                        "zmtp.sockets.rpc.bind=inproc://rpc",
                        "zmtp.sockets.ask.type=dealer",
                        "zmtp.sockets.ask.connect=inproc://rpc");
    }

    @Test
    void repliesWithWhatIsReturned() {
        rpc().run(context -> ask(context.getBean("ask", DealerSocket.class), "quote.X", "3")
                .expectNext("{\"item\":\"X\",\"count\":3}")
                .thenCancel()
                .verify(TIMEOUT));
    }

    @Test
    void repliesWithEachElement() {
        rpc().run(context -> ask(context.getBean("ask", DealerSocket.class), "count", "")
                .expectNext("one", "two")
                .thenCancel()
                .verify(TIMEOUT));
    }

    @Test
    void letsExceptionHandlersReply() {
        rpc().run(context -> ask(context.getBean("ask", DealerSocket.class), "fail", "x")
                .expectNext("sorry: no")
                .thenCancel()
                .verify(TIMEOUT));
    }

    static class Serving {
        @ZmtpListener("rep")
        Order on(Order order) {
            return new Order(order.item(), order.count() + 1);
        }
    }

    @Test
    void answersRequests() {
        runner.withUserConfiguration(Serving.class)
                .withPropertyValues(
                        "zmtp.sockets.rep.type=rep",
                        "zmtp.sockets.rep.bind=inproc://serving",
                        "zmtp.sockets.req.type=req",
                        "zmtp.sockets.req.connect=inproc://serving")
                .run(context -> StepVerifier.create(context.getBean("req", ReqSocket.class)
                                .request("{\"item\":\"tea\",\"count\":2}")
                                .map(Message::text))
                        .expectNext("{\"item\":\"tea\",\"count\":3}")
                        .expectComplete()
                        .verify(TIMEOUT));
    }

    private static StepVerifier.FirstStep<String> ask(DealerSocket dealer, String... request) {
        return StepVerifier.create(
                dealer.send(request).thenMany(dealer.receive()).map(Message::text));
    }

    // ---- life

    @Test
    void pausesAndResumes() {
        pushPull(Converting.class).run(context -> {
            ZmtpListenerRegistry registry = context.getBean(ZmtpListenerRegistry.class);
            String id = registry.ids().iterator().next();
            PushSocket out = context.getBean("out", PushSocket.class);
            registry.pause(id);
            assertThat(registry.isPaused(id)).isTrue();
            send(out, "{\"item\":\"held\",\"count\":1}");
            Seen seen = context.getBean(Converting.class);
            assertThat(seen.things.poll(100, TimeUnit.MILLISECONDS)).isNull();
            registry.resume(id);
            assertThat(seen.next()).isEqualTo(new Order("held", 1));
        });
    }

    @Test
    void stopsAndStartsById() {
        pushPull(Converting.class).run(context -> {
            ZmtpListenerRegistry registry = context.getBean(ZmtpListenerRegistry.class);
            String id = registry.ids().iterator().next();
            assertThat(id).endsWith(".on");
            registry.stop(id).block(TIMEOUT);
            assertThat(registry.isRunning(id)).isFalse();
            send(context.getBean("out", PushSocket.class), "{\"item\":\"waits\",\"count\":1}");
            registry.start(id);
            assertThat(context.getBean(Converting.class).next()).isEqualTo(new Order("waits", 1));
        });
    }

    static class Failing extends Seen {
        @ZmtpListener(id = "failing", socket = "in")
        void on(String text) {
            things.add(text);
            throw new IllegalStateException("on purpose");
        }
    }

    @Test
    void goesOnAfterAFailure() {
        pushPull(Failing.class).run(context -> {
            PushSocket out = context.getBean("out", PushSocket.class);
            send(out, "one");
            send(out, "two");
            Seen seen = context.getBean(Failing.class);
            assertThat(seen.next()).isEqualTo("one");
            assertThat(seen.next()).isEqualTo("two");
        });
    }

    @Test
    void stopsAfterAFailureWhereThatIsAsked() {
        pushPull(Failing.class)
                .withPropertyValues("zmtp.listener.on-error=stop")
                .run(context -> {
                    send(context.getBean("out", PushSocket.class), "one");
                    assertThat(context.getBean(Failing.class).next()).isEqualTo("one");
                    ZmtpListenerRegistry registry = context.getBean(ZmtpListenerRegistry.class);
                    registry.stop("failing").block(TIMEOUT);
                    assertThat(registry.isRunning("failing")).isFalse();
                });
    }

    // ---- what cannot be

    static class Unknown {
        @ZmtpListener("nowhere")
        void on(String text) {}
    }

    @Test
    void refusesAnUnknownSocket() {
        runner.withUserConfiguration(Unknown.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(ZmtpConfigurationException.class)
                        .hasMessageContaining("'nowhere'"));
    }

    static class Returning {
        @ZmtpListener("in")
        String on(String text) {
            return text;
        }
    }

    @Test
    void refusesAReplyThatCannotGoBack() {
        pushPull(Returning.class)
                .run(context -> assertThat(context).getFailure().hasMessageContaining("PULL cannot reply"));
    }
}
