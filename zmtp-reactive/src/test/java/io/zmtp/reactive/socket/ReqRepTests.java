package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class ReqRepTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();

    @AfterEach
    void close() {
        open.dispose();
    }

    private ReqSocket req(UnaryOperator<SocketOptions> options) {
        ReqSocket req = ReqSocket.create(some -> options.apply(some.reconnect(Duration.ofMillis(20))));
        open.add(req);
        return req;
    }

    private Endpoint rep(Function<Message, Publisher<Message>> handler) {
        RepSocket rep = RepSocket.create();
        open.add(rep);
        rep.serve(handler).subscribe();
        return rep.bindNow("tcp://127.0.0.1:*");
    }

    private static Message echo(Message request) {
        return Message.of("re", request.text());
    }

    private static UnaryOperator<SocketOptions> options(boolean correlate) {
        return options -> correlate ? options.correlate() : options;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void getsReplies(boolean correlate) {
        ReqSocket req = req(options(correlate));
        req.connectNow(rep(request -> Mono.just(echo(request))));

        StepVerifier.create(Flux.range(0, 500)
                        .concatMap(i -> req.request("ask", "" + i).filter(Message.of("re", "" + i)::equals)))
                .expectNextCount(500)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void asksOneAtATimeInOrder() {
        LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
        Sinks.One<Message> reply = Sinks.one();
        ReqSocket req = req(options -> options);
        req.connectNow(rep(request -> {
            asked.add(request.text());
            return reply.asMono();
        }));

        StepVerifier.create(Flux.range(0, 3).flatMapSequential(i -> req.request("" + i)))
                .then(() -> assertThat(Mono.fromCallable(asked::take).block(TIMEOUT))
                        .isEqualTo("0"))
                .then(() -> assertThat(asked).isEmpty())
                .then(() -> reply.tryEmitValue(Message.of("yes")))
                .expectNextCount(3)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(asked).containsExactly("1", "2");
    }

    @Test
    void asksAnyNumberAtATimeWhenItCorrelates() {
        ReqSocket req = req(SocketOptions::correlate);
        AtomicInteger under = new AtomicInteger();
        Sinks.Empty<Void> all = Sinks.empty();
        req.connectNow(rep(request -> {
            if (under.incrementAndGet() == 100) {
                all.tryEmitEmpty();
            }
            return all.asMono().thenReturn(echo(request));
        }));

        StepVerifier.create(Flux.range(0, 100)
                        .flatMap(
                                i -> req.request("" + i)
                                        .map(reply -> reply.text().equals("" + i)),
                                100))
                .thenConsumeWhile(own -> own)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void waitsForAPeer() {
        ReqSocket req = req(options -> options);
        Endpoint at = rep(request -> Mono.just(echo(request)));

        StepVerifier.create(req.request("patient"))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(50))
                .then(() -> req.connectNow(at))
                .expectNext(Message.of("re", "patient"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failsWhenThePeerGoesSoThatRetryAsksTheNext(boolean correlate) {
        ReqSocket req = req(options(correlate));
        RepSocket first = RepSocket.create(options -> options.linger(Duration.ZERO));
        open.add(first);
        Sinks.Empty<Void> came = Sinks.empty();
        first.serve(request -> {
                    came.tryEmitEmpty();
                    return Mono.never();
                })
                .subscribe();
        req.connectNow(first.bindNow("tcp://127.0.0.1:*"));
        Endpoint second = rep(request -> Mono.just(echo(request)));
        AtomicInteger failures = new AtomicInteger();

        StepVerifier.create(req.request("again")
                        .doOnError(ZmtpClosedException.class, error -> failures.incrementAndGet())
                        .retry(1))
                .then(() -> came.asMono().block(TIMEOUT))
                .then(first::dispose)
                .then(() -> req.connectNow(second))
                .expectNext(Message.of("re", "again"))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(failures).hasValue(1);
    }

    @Test
    void dropsTheReplyThatComesTooLate() {
        ReqSocket req = req(SocketOptions::correlate);
        Sinks.One<Message> late = Sinks.one();
        Sinks.Empty<Void> came = Sinks.empty();
        req.connectNow(rep(request -> {
            if (request.text().equals("slow")) {
                came.tryEmitEmpty();
                return late.asMono();
            }
            return Mono.just(echo(request));
        }));
        StepVerifier.create(req.request("slow"))
                .then(() -> came.asMono().block(TIMEOUT))
                .thenCancel()
                .verify(TIMEOUT);

        Mono<MonitorEvent.Dropped> dropped =
                req.monitor().ofType(MonitorEvent.Dropped.class).next().cache();
        dropped.subscribe();
        StepVerifier.create(req.request("quick"))
                .then(() -> late.tryEmitValue(Message.of("too late")))
                .expectNext(Message.of("re", "quick"))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(dropped)
                .assertNext(drop -> {
                    assertThat(drop.reason()).isEqualTo(DropReason.MALFORMED);
                    assertThat(drop.message().text()).isEqualTo("too late");
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, tcp://127.0.0.1:*", "false, true, tcp://127.0.0.1:*", "false, false, inproc://out-of-order",
        "false, true, inproc://out-of-order", "true, false, tcp://127.0.0.1:*", "true, false, inproc://out-of-order"
    })
    void givesNobodyTheReplyOfARequestThatWasGivenUp(boolean correlate, boolean binds, String endpoint) {
        ReqSocket req = req(options(correlate));
        RouterSocket router = RouterSocket.create(options -> options.reconnect(Duration.ofMillis(20)));
        open.add(router);
        if (binds) {
            router.connectNow(req.bindNow(endpoint));
        } else {
            req.connectNow(router.bindNow(endpoint));
        }
        List<Message> asked = new CopyOnWriteArrayList<>();
        Sinks.Empty<Void> came = Sinks.empty();
        // Answers the first request behind the second one has come, and the second one only then.
        router.send(router.receive().concatMap(request -> {
                    asked.add(request);
                    came.tryEmitEmpty();
                    return asked.size() == 1 ? Flux.empty() : Flux.just(asked.get(0), request);
                }))
                .subscribe();
        StepVerifier.create(req.request("first"))
                .then(() -> came.asMono().block(TIMEOUT))
                .thenCancel()
                .verify(TIMEOUT);

        StepVerifier.create(req.request("second").map(Message::text))
                .expectNext("second")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:*", "inproc://given-up"})
    void requestsThatWaitAreAskedWhenTheOneAheadIsGivenUp(String endpoint) {
        ReqSocket req = ReqSocket.create(options -> options.reconnect(Duration.ofHours(1)));
        open.add(req);
        RepSocket rep = RepSocket.create();
        open.add(rep);
        Sinks.Empty<Void> came = Sinks.empty();
        rep.serve(request -> {
                    if (request.text().equals("lost")) {
                        came.tryEmitEmpty();
                        return Mono.never();
                    }
                    return Mono.just(echo(request));
                })
                .subscribe();
        req.connectNow(rep.bindNow(endpoint));
        Disposable lost = req.request("lost").subscribe();
        came.asMono().block(TIMEOUT);

        StepVerifier.create(Flux.range(0, 3)
                        .flatMapSequential(i -> req.request("" + i))
                        .map(Message::text))
                .then(lost::dispose)
                .expectNext("0", "1", "2")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void asksTheNextPeerAtOnceWhenARequestIsGivenUp() {
        ReqSocket req = ReqSocket.create(options -> options.reconnect(Duration.ofHours(1)));
        open.add(req);
        Sinks.Empty<Void> came = Sinks.empty();
        req.connectNow(rep(request -> {
            came.tryEmitEmpty();
            return Mono.never();
        }));
        Disposable lost = req.request("lost").subscribe();
        came.asMono().block(TIMEOUT);
        req.connectNow(rep(request -> Mono.just(echo(request))));
        req.onPeer().take(2).blockLast(TIMEOUT);

        StepVerifier.create(req.request("next"))
                .then(lost::dispose)
                .expectNext(Message.of("re", "next"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesOnBehindRequestsThatAreCancelledWhileTheyAreSubscribedTo(boolean correlate) {
        ReqSocket req = req(options(correlate));
        LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
        req.connectNow(rep(request -> {
            asked.add(request.text());
            return Mono.just(echo(request));
        }));
        req.request("before").block(TIMEOUT);

        StepVerifier.create(req.request("cancelled").timeout(Duration.ZERO).onErrorComplete())
                .thenConsumeWhile(inTime -> true)
                .expectComplete()
                .verify(TIMEOUT);
        req.request("cancelled").subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                cancel();
            }
        });

        StepVerifier.create(req.request("after"))
                .expectNext(Message.of("re", "after"))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(req.close()).expectNextCount(1).expectComplete().verify(TIMEOUT);
        assertThat(asked).contains("before", "after");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesOnBehindRequestsThatAreCancelledAtAnyMoment(boolean correlate) {
        ReqSocket req = req(options(correlate));
        req.connectNow(rep(request -> Mono.just(echo(request))));

        StepVerifier.create(Flux.range(0, 300)
                        .concatMap(i -> req.request("" + i)
                                .timeout(Duration.ofNanos(i * 1_000L))
                                .onErrorComplete()
                                .doOnNext(reply -> assertThat(reply.text()).isEqualTo("" + i)))
                        .then(req.request("last")))
                .expectNext(Message.of("re", "last"))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(req.close()).expectNextCount(1).expectComplete().verify(TIMEOUT);
    }

    @Test
    void goesOnWhenWhoeverHearsThatAPeerHasGoneThrows() {
        ReqSocket req = req(SocketOptions::correlate);
        RepSocket rep = RepSocket.create(options -> options.linger(Duration.ZERO));
        open.add(rep);
        Sinks.Empty<Void> came = Sinks.empty();
        AtomicInteger asked = new AtomicInteger();
        rep.serve(request -> {
                    if (asked.incrementAndGet() == 10) {
                        came.tryEmitEmpty();
                    }
                    return Mono.never();
                })
                .subscribe();
        req.connectNow(rep.bindNow("tcp://127.0.0.1:*"));
        AtomicInteger failed = new AtomicInteger();
        Sinks.Empty<Void> all = Sinks.empty();
        for (int i = 0; i < 10; i++) {
            req.request("" + i).subscribe(new CoreSubscriber<>() {
                @Override
                public void onSubscribe(Subscription subscription) {
                    subscription.request(1);
                }

                @Override
                public void onNext(Message reply) {}

                @Override
                public void onError(Throwable error) {
                    if (failed.incrementAndGet() == 10) {
                        all.tryEmitEmpty();
                    }
                    throw new IllegalStateException("thrown on purpose");
                }

                @Override
                public void onComplete() {}
            });
        }
        came.asMono().block(TIMEOUT);
        rep.dispose();
        all.asMono().block(TIMEOUT);

        req.connectNow(rep(request -> Mono.just(echo(request))));
        StepVerifier.create(req.request("next"))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void beginsAnewBehindAPeerThatDoesNotAnswer() {
        ReqSocket req = req(options -> options);
        req.connectNow(rep(request -> request.text().equals("lost") ? Mono.empty() : Mono.just(echo(request))));
        StepVerifier.create(req.request("lost").timeout(Duration.ofMillis(200)))
                .expectError(java.util.concurrent.TimeoutException.class)
                .verify(TIMEOUT);

        StepVerifier.create(req.request("next"))
                .expectNext(Message.of("re", "next"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void cancelTakesARequestBackThatWaits() {
        ReqSocket req = req(options -> options);
        req.request("cancelled").subscribe().dispose();
        LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
        req.connectNow(rep(request -> {
            asked.add(request.text());
            return Mono.just(echo(request));
        }));

        req.request("asked").block(TIMEOUT);

        assertThat(asked).containsExactly("asked");
    }

    @Test
    void takesTurnsBetweenPeers() {
        ReqSocket req = req(options -> options);
        req.connectNow(rep(request -> Mono.just(Message.of("a"))));
        req.connectNow(rep(request -> Mono.just(Message.of("b"))));
        req.onPeer().take(2).blockLast(TIMEOUT);

        List<String> replies = Flux.range(0, 10)
                .concatMap(i -> req.request("?"))
                .map(Message::text)
                .collectList()
                .block(TIMEOUT);

        assertThat(replies).filteredOn("a"::equals).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failsWhatIsUnderWayWhenTheSocketIsDisposed(boolean correlate) {
        ReqSocket req = req(options(correlate));
        Sinks.Empty<Void> came = Sinks.empty();
        req.connectNow(rep(request -> {
            came.tryEmitEmpty();
            return Mono.never();
        }));
        StepVerifier.create(Flux.mergeDelayError(
                        2,
                        req.request("sent").onErrorReturn(ZmtpClosedException.class, Message.of("failed")),
                        req.request("waits").onErrorReturn(ZmtpClosedException.class, Message.of("failed"))))
                .then(() -> came.asMono().block(TIMEOUT))
                .then(req::dispose)
                .expectNext(Message.of("failed"), Message.of("failed"))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(req.request("late"))
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
    }

    @Test
    void closeWaitsForTheReply() {
        ReqSocket req = req(options -> options);
        Sinks.One<Message> reply = Sinks.one();
        Sinks.Empty<Void> came = Sinks.empty();
        req.connectNow(rep(request -> {
            came.tryEmitEmpty();
            return reply.asMono();
        }));

        StepVerifier.create(req.request("last"))
                .then(() -> came.asMono().block(TIMEOUT))
                .then(() -> req.close().subscribe())
                .then(() -> reply.tryEmitValue(Message.of("goodbye")))
                .expectNext(Message.of("goodbye"))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(req.onClose()).expectNextCount(1).expectComplete().verify(TIMEOUT);
    }

    @Test
    void goesOnWhenWhoeverGetsAReplyThrows() {
        ReqSocket req = req(options -> options);
        req.connectNow(rep(request -> Mono.just(echo(request))));
        Sinks.Empty<Void> threw = Sinks.empty();
        req.request("bad").subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(Message reply) {
                threw.tryEmitEmpty();
                throw new NoClassDefFoundError("thrown on purpose"); // one that Reactor lets through
            }

            @Override
            protected void hookOnError(Throwable error) {}
        });
        threw.asMono().block(TIMEOUT);

        StepVerifier.create(req.request("good"))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }
}
