package io.zmtp.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.core.StreamFrame;
import io.zmtp.spring.core.ZmtpCallException;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class StreamTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final RouterSocket router = RouterSocket.create();

    record Tick(String symbol, int number) {}

    @ZmtpExchange("ticks")
    interface Ticks {
        @ZmtpExchange("{symbol}")
        Flux<Tick> of(@DestinationVariable String symbol, int count);

        @ZmtpExchange("fail")
        Flux<Tick> fail();

        @ZmtpExchange("closed")
        Flux<Tick> closed();

        @ZmtpExchange("last")
        Mono<Tick> last(int number);
    }

    @Configuration(proxyBeanMethods = false)
    @ImportZmtpServices(socket = "ask", types = Ticks.class)
    static class Client {}

    static class Feed {
        final AtomicLong made = new AtomicLong();
        final Sinks.Empty<Void> cancelled = Sinks.empty();

        @ZmtpListener(id = "feed", socket = "feed", topics = "ticks.{symbol}")
        Flux<Tick> ticks(@DestinationVariable String symbol, int count) {
            return Flux.range(1, count)
                    .doOnNext(made::set)
                    .map(number -> new Tick(symbol, number))
                    .doOnCancel(cancelled::tryEmitEmpty);
        }

        @ZmtpListener(socket = "feed", topics = "ticks.fail")
        Flux<Tick> fails() {
            return Flux.concat(Flux.just(new Tick("X", 1)), Flux.error(new IllegalStateException("secret")));
        }

        @ZmtpListener(socket = "feed", topics = "ticks.closed")
        Flux<Tick> closed() {
            return Flux.error(new ZmtpCallException("closed", "closed on Sundays"));
        }

        @ZmtpListener(socket = "feed", topics = "ticks.last")
        Mono<Tick> last(int number) {
            return Mono.just(new Tick("last", number));
        }
    }

    private final ApplicationContextRunner client = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withUserConfiguration(Client.class)
            .withPropertyValues("zmtp.defaults.linger=1s", "zmtp.sockets.ask.type=dealer");

    private final ApplicationContextRunner both = client.withUserConfiguration(Feed.class)
            .withPropertyValues(
                    "zmtp.sockets.ask.connect=inproc://streams",
                    "zmtp.sockets.feed.type=router",
                    "zmtp.sockets.feed.bind=inproc://streams");

    @AfterEach
    void close() {
        router.dispose();
    }

    @Test
    void emitsEveryElementAndTheEnd() {
        both.run(context -> StepVerifier.create(
                        context.getBean(Ticks.class).of("X", 10_000).map(Tick::number))
                .expectNextSequence(IntStream.rangeClosed(1, 10_000).boxed().toList())
                .expectComplete()
                .verify(TIMEOUT));
    }

    @Test
    void makesNoMoreThanIsAskedFor() {
        both.run(context -> {
            Feed feed = context.getBean(Feed.class);
            StepVerifier.create(context.getBean(Ticks.class).of("X", 1_000_000), 0)
                    .thenRequest(10)
                    .expectNextCount(10)
                    .thenCancel()
                    .verify(TIMEOUT);
            feed.cancelled.asMono().block(TIMEOUT);
            assertThat(feed.made.get()).isEqualTo(StreamFrame.WINDOW);
        });
    }

    @Test
    void aSubscriberThatThrowsIsCancelledAndHoldsUpNobody() {
        asking().run(context -> {
            Ticks ticks = context.getBean(Ticks.class);
            ticks.of("Y", 3).subscribe(new CoreSubscriber<>() {
                @Override
                public void onSubscribe(Subscription subscription) {
                    subscription.request(Long.MAX_VALUE);
                }

                @Override
                public void onNext(Tick tick) {
                    throw new NoClassDefFoundError("thrown on purpose"); // one that Reactor lets through
                }

                @Override
                public void onError(Throwable error) {}

                @Override
                public void onComplete() {}
            });
            Message asked = router.receive(TIMEOUT).block(TIMEOUT);
            router.send(reply(asked, "N", "{\"symbol\":\"Y\",\"number\":1}")).block(TIMEOUT);
            Message cancel = router.receive(TIMEOUT).block(TIMEOUT);
            assertThat(cancel).isNotNull();
            assertThat(cancel.part(3)).isEqualTo(StreamFrame.CANCEL);
            CompletableFuture<Tick> answer = ticks.last(7).toFuture();
            Message second = router.receive(TIMEOUT).block(TIMEOUT);
            assertThat(second).isNotNull();
            router.send(Message.of(
                            second.part(0), second.part(1), Bytes.EMPTY, Bytes.utf8("{\"symbol\":\"Z\",\"number\":7}")))
                    .block(TIMEOUT);
            assertThat(answer.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(new Tick("Z", 7));
        });
    }

    @Test
    void failsAsTheOtherSideSays() {
        both.run(context -> StepVerifier.create(context.getBean(Ticks.class).closed())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                ZmtpCallException.class,
                                call -> assertThat(call.code()).isEqualTo("closed"))
                        .hasMessageContaining("closed on Sundays"))
                .verify(TIMEOUT));
    }

    @Test
    void tellsNothingOfAFailureThatIsNotMeantForTheCaller() {
        both.run(context -> StepVerifier.create(context.getBean(Ticks.class).fail())
                .expectNextCount(1)
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .hasMessageContaining("the listener failed")
                        .hasMessageNotContaining("secret"))
                .verify(TIMEOUT));
    }

    @Test
    void asksForSingleRepliesAsWell() {
        both.run(context -> StepVerifier.create(Flux.range(1, 100)
                        .flatMap(context.getBean(Ticks.class)::last)
                        .map(Tick::number))
                .recordWith(java.util.TreeSet::new)
                .expectNextCount(100)
                .consumeRecordedWith(all -> assertThat(all).hasSize(100))
                .expectComplete()
                .verify(TIMEOUT));
    }

    @Test
    void endsStreamsWithTheirListener() {
        both.run(context -> StepVerifier.create(context.getBean(Ticks.class).of("X", 1_000_000), 1)
                .expectNextCount(1)
                .then(() ->
                        context.getBean(ZmtpListenerRegistry.class).stop("feed").block(TIMEOUT))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(tick -> true)
                .expectErrorSatisfies(failure -> assertThat(failure).hasMessageContaining("the listener has stopped"))
                .verify(TIMEOUT));
    }

    static class Taking {
        @ZmtpListener("ask")
        void on(String reply) {}
    }

    @Test
    void failsWhereAListenerTakesTheReplies() {
        both.withUserConfiguration(Taking.class).run(context -> {
            for (int i = 0; i < 2; i++) {
                StepVerifier.create(context.getBean(Ticks.class).last(1))
                        .expectError(IllegalStateException.class)
                        .verify(TIMEOUT);
            }
            StepVerifier.create(context.getBean(Ticks.class).of("X", 1))
                    .expectError(IllegalStateException.class)
                    .verify(TIMEOUT);
        });
    }

    // ---- a peer that is not ours

    private ApplicationContextRunner asking() {
        return client.withPropertyValues("zmtp.sockets.ask.connect=" + router.bindNow("tcp://127.0.0.1:*"));
    }

    /** The route of the next request, and how to answer it. */
    private Message reply(Message asked, String flag, String body) {
        return Message.of(asked.part(0), asked.part(1), Bytes.EMPTY, Bytes.utf8(flag), Bytes.utf8(body));
    }

    @Test
    void takesWhatAnyRouterAnswers() {
        asking().run(context -> {
            Flux<String> served = router.receive()
                    .take(1)
                    .concatMap(asked -> router.send(reply(asked, "N", "{\"symbol\":\"Y\",\"number\":1}"))
                            .then(router.send(reply(asked, "C", "")))
                            .thenReturn(
                                    asked.part(3).utf8() + " " + asked.part(4).utf8()));
            StepVerifier.create(Flux.merge(served, context.getBean(Ticks.class).of("Y", 3))
                            .map(Object::toString))
                    .expectNextCount(2)
                    .expectComplete()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void failsWhenMoreComesThanWasAskedFor() {
        asking().run(context -> {
            Flux<Tick> flood = Flux.defer(() -> router.receive()
                            .take(1)
                            .concatMap(asked -> router.send(Flux.range(0, 2 * StreamFrame.WINDOW)
                                    .map(i -> reply(asked, "N", "{\"symbol\":\"Y\",\"number\":1}")))))
                    .cast(Tick.class);
            flood.subscribe();
            StepVerifier.create(context.getBean(Ticks.class).of("Y", 3), 0)
                    .expectSubscription()
                    .thenAwait(Duration.ofSeconds(1)) // nothing tells when all of it is there
                    .thenRequest(Long.MAX_VALUE)
                    .expectNextCount(StreamFrame.WINDOW)
                    .expectErrorSatisfies(
                            failure -> assertThat(failure).hasMessageContaining("expected at most 256 elements"))
                    .verify(TIMEOUT);
        });
    }

    @Test
    void failsWhenThePeerHasGone() {
        asking().run(context -> {
            router.receive()
                    .take(1)
                    .concatMap(asked -> router.send(reply(asked, "N", "{\"symbol\":\"Y\",\"number\":1}")))
                    .subscribe();
            StepVerifier.create(context.getBean(Ticks.class).of("Y", 3))
                    .expectNextCount(1)
                    .then(router::dispose)
                    .expectErrorSatisfies(gone -> assertThat(gone)
                            .isInstanceOf(ZmtpClosedException.class)
                            .hasMessageContaining("the peer of the stream 'ticks.Y' through 'ask' has gone"))
                    .verify(TIMEOUT);
        });
    }

    @Test
    void failsWhenNothingIsHeard() {
        asking().withPropertyValues("zmtp.rpc.timeout=100ms")
                .run(context -> StepVerifier.create(context.getBean(Ticks.class).of("Y", 3))
                        .expectErrorSatisfies(late -> assertThat(late)
                                .isInstanceOf(TimeoutException.class)
                                .hasMessage("nothing of the stream 'ticks.Y' through 'ask' came within PT0.1S"))
                        .verify(TIMEOUT));
    }

    @Test
    void cancelsWhatIsKnownNoLonger() {
        asking().run(context -> {
            Sinks.One<Message> asked = Sinks.one();
            Flux<Message> received =
                    router.receive().doOnNext(asked::tryEmitValue).publish().autoConnect();
            StepVerifier.create(received.skip(1).take(1))
                    .then(() -> context.getBean(Ticks.class)
                            .of("Y", 3)
                            .takeUntilOther(asked.asMono())
                            .blockLast(TIMEOUT))
                    .then(() -> router.send(reply(asked.asMono().block(TIMEOUT), "S", ""))
                            .block(TIMEOUT))
                    .assertNext(message -> assertThat(message.part(3)).isEqualTo(StreamFrame.CANCEL))
                    .expectComplete()
                    .verify(TIMEOUT);
        });
    }
}
