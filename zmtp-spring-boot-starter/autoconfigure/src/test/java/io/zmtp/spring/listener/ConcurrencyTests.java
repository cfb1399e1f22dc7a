package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ConcurrencyTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class))
            .withPropertyValues("zmtp.defaults.linger=0s");

    private ApplicationContextRunner pushPull(Class<?> listener) {
        String endpoint = "inproc://" + listener.getSimpleName();
        return runner.withUserConfiguration(listener)
                .withPropertyValues(
                        "zmtp.sockets.out.type=push",
                        "zmtp.sockets.out.connect=" + endpoint,
                        "zmtp.sockets.in.type=pull",
                        "zmtp.sockets.in.bind=" + endpoint);
    }

    private ApplicationContextRunner reqRep(Class<?> listener) {
        String endpoint = "inproc://" + listener.getSimpleName();
        return runner.withUserConfiguration(listener)
                .withPropertyValues(
                        "zmtp.sockets.req.type=req",
                        "zmtp.sockets.req.correlate=true",
                        "zmtp.sockets.req.connect=" + endpoint,
                        "zmtp.sockets.rep.type=rep",
                        "zmtp.sockets.rep.bind=" + endpoint);
    }

    static class Blocking {
        final CountDownLatch three = new CountDownLatch(3);
        final CountDownLatch all = new CountDownLatch(9);
        final CountDownLatch go = new CountDownLatch(1);
        final AtomicInteger now = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();

        @ZmtpListener(socket = "in", concurrency = "${at-a-time:3}")
        void on(String text) throws InterruptedException {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            three.countDown();
            go.await();
            now.decrementAndGet();
            all.countDown();
        }
    }

    @Test
    void handlesAsManyMessagesAtATimeAsItIsToldAndNoMore() {
        pushPull(Blocking.class).run(context -> {
            PushSocket out = context.getBean("out", PushSocket.class);
            out.send(Flux.range(1, 9).map(i -> Message.of("" + i))).block(TIMEOUT);
            Blocking blocking = context.getBean(Blocking.class);
            assertThat(blocking.three.await(30, TimeUnit.SECONDS)).isTrue();
            blocking.go.countDown();
            assertThat(blocking.all.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(blocking.most).hasValue(3);
        });
    }

    static class Answering {
        final CountDownLatch both = new CountDownLatch(2);

        @ZmtpListener(socket = "rep", concurrency = "2")
        String on(String text) throws InterruptedException {
            both.countDown();
            assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
            return text;
        }
    }

    @Test
    void answersAsManyRequestsAtATime() {
        reqRep(Answering.class)
                .run(context -> StepVerifier.create(Flux.just("a", "b")
                                .flatMap(
                                        text -> context.getBean(ReqSocket.class).request(text))
                                .map(Message::text)
                                .collectSortedList())
                        .assertNext(replies -> assertThat(replies).containsExactly("a", "b"))
                        .expectComplete()
                        .verify(TIMEOUT));
    }

    // ---- failures

    static class Failing {
        @ZmtpListener(id = "failing", socket = "rep")
        Mono<String> on(String text) {
            return text.equals("good") ? Mono.just("fine") : Mono.error(new IllegalStateException("not " + text));
        }
    }

    @Test
    void repliesWithTheFailureByDefault() {
        reqRep(Failing.class)
                .run(context -> StepVerifier.create(
                                context.getBean(ReqSocket.class).request("bad").map(Message::text))
                        .expectNext("\0zmtp-error\nfailed\nthe listener failed")
                        .expectComplete()
                        .verify(TIMEOUT));
    }

    @Test
    void answersTheNextRequestAfterOneThatFailed() {
        reqRep(Failing.class)
                .withPropertyValues("zmtp.listener.on-error=continue")
                .run(context -> {
                    ReqSocket req = context.getBean(ReqSocket.class);
                    StepVerifier.create(req.request("bad").timeout(Duration.ofMillis(100), Mono.empty()))
                            .expectComplete()
                            .verify(TIMEOUT);
                    StepVerifier.create(req.request("good").map(Message::text))
                            .expectNext("fine")
                            .expectComplete()
                            .verify(TIMEOUT);
                });
    }

    static class Apologizing extends Failing {
        @Bean
        ZmtpErrorHandler apologies() {
            return (failure, message, listener) ->
                    new ZmtpErrorHandler.Outcome.Reply(listener + " is sorry: " + message.text());
        }
    }

    @Test
    void asksTheErrorHandlerOfTheApplication() {
        reqRep(Apologizing.class)
                .run(context -> StepVerifier.create(
                                context.getBean(ReqSocket.class).request("bad").map(Message::text))
                        .expectNext("failing is sorry: bad")
                        .expectComplete()
                        .verify(TIMEOUT));
    }

    static class Choosing {
        @ZmtpListener(socket = "rep", errorHandler = "second")
        String on(String text) {
            throw new IllegalStateException(text);
        }

        @Bean
        ZmtpErrorHandler first() {
            return (failure, message, listener) -> new ZmtpErrorHandler.Outcome.Reply("first");
        }

        @Bean
        ZmtpErrorHandler second() {
            return (failure, message, listener) -> new ZmtpErrorHandler.Outcome.Reply("second");
        }
    }

    @Test
    void asksTheErrorHandlerThatTheListenerNames() {
        reqRep(Choosing.class)
                .run(context -> StepVerifier.create(
                                context.getBean(ReqSocket.class).request("bad").map(Message::text))
                        .expectNext("second")
                        .expectComplete()
                        .verify(TIMEOUT));
    }

    static class Texts {
        record Named(String name) {}

        @ZmtpListener(socket = "rep", contentType = "text/plain")
        String on(String text) {
            return text.toUpperCase(java.util.Locale.ROOT);
        }
    }

    @Test
    void readsTheContentTypeThatTheListenerNames() {
        reqRep(Texts.class)
                .withPropertyValues("zmtp.defaults.content-type=application/json")
                .run(context -> StepVerifier.create(
                                context.getBean(ReqSocket.class).request("a").map(Message::text))
                        .expectNext("A")
                        .expectComplete()
                        .verify(TIMEOUT));
    }
}
