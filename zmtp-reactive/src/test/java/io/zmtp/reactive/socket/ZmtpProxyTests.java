package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.QUIET;
import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.awaitPeers;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ZmtpProxyTests {

    private static final String ANY = "tcp://127.0.0.1:*";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final PushSocket source = PushSocket.create(options -> options.sendHwm(10));
    private final PullSocket front = PullSocket.create(options -> options.recvHwm(10));
    private final PushSocket back = PushSocket.create(options -> options.sendHwm(10));
    private final PullSocket sink = PullSocket.create(options -> options.recvHwm(10));

    /** Between PULL and PUSH, and running. */
    private ZmtpProxy streamer(UnaryOperator<ZmtpProxy> change) {
        List.of(source, front, back, sink).forEach(sockets::add);
        source.connectNow(front.bindNow(ANY));
        ZmtpProxy proxy = sockets.add(change.apply(ZmtpProxy.forward(front, back)));
        sockets.add(proxy.run().onErrorComplete().subscribe());
        return proxy;
    }

    private ZmtpProxy streamer() {
        return streamer(proxy -> proxy);
    }

    private void connectSink() {
        sink.connectNow(back.bindNow(ANY));
    }

    private void begin(int from, int to) {
        sockets.add(source.send(Flux.range(from, to - from).map(i -> Message.of("" + i)))
                .onErrorComplete()
                .subscribe());
    }

    /** A message is counted when it was accepted, and may be received before. */
    private static void awaitMessages(Supplier<ZmtpProxy.Traffic> traffic, long count) {
        Flux.interval(Duration.ofMillis(5))
                .filter(tick -> traffic.get().messages() == count)
                .blockFirst(TIMEOUT);
    }

    private static String[] texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "" + i).toArray(String[]::new);
    }

    @Test
    void passesEverythingOnInOrderAndCountsIt() {
        ZmtpProxy proxy = streamer();
        connectSink();

        begin(0, 10_000);

        assertThat(receive(sink, 10_000)).containsExactly(texts(0, 10_000));
        awaitMessages(proxy::forward, 10_000);
        assertThat(proxy.forward()).isEqualTo(new ZmtpProxy.Traffic(10_000, 38_890, 0));
        assertThat(proxy.backward()).isEqualTo(ZmtpProxy.Traffic.NONE);
    }

    @Test
    void takesFromTheFrontOnlyWhatTheBackAccepts() {
        ZmtpProxy proxy = streamer();

        Sockets.fill(source::send);
        assertThat(proxy.forward().messages()).isZero();
        long waiting = source.peers().get(0).queued();

        connectSink();

        StepVerifier.create(sink.receive().take(waiting).count())
                .expectNext(waiting)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void passesNothingOnWhilePausedAndLosesNothing() {
        ZmtpProxy proxy = streamer();
        connectSink();
        begin(0, 100);
        assertThat(receive(sink, 100)).containsExactly(texts(0, 100));

        proxy.pause();
        begin(100, 200);

        StepVerifier.create(sink.receive().map(Message::text))
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(proxy::resume)
                .expectNext(texts(100, 200))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(proxy.isPaused()).isFalse();
    }

    @Test
    void pausedAndResumedInTheMiddleOfTrafficItKeepsTheOrder() {
        ZmtpProxy proxy = streamer();
        connectSink();
        begin(0, 20_000);

        StepVerifier.create(sink.receive()
                        .map(Message::text)
                        .take(20_000)
                        .doOnNext(text -> {
                            if (text.endsWith("00")) {
                                proxy.pause();
                                sockets.add(Mono.delay(Duration.ofMillis(1)).subscribe(tick -> proxy.resume()));
                            }
                        })
                        .collectList())
                .assertNext(all -> assertThat(all).containsExactly(texts(0, 20_000)))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void losesNothingWhenItEnds() {
        ZmtpProxy proxy = streamer();
        connectSink();
        proxy.pause();
        begin(0, 100);
        proxy.dispose();
        sockets.add(ZmtpProxy.forward(front, back).run().subscribe());

        assertThat(receive(sink, 100)).containsExactly(texts(0, 100));
    }

    @Test
    void completesWhenItIsDisposed() {
        ZmtpProxy proxy = sockets.add(ZmtpProxy.forward(sockets.add(front), sockets.add(back)));

        StepVerifier.create(proxy.run()).then(proxy::dispose).expectComplete().verify(TIMEOUT);
        assertThat(proxy.isDisposed()).isTrue();
        StepVerifier.create(proxy.run())
                .expectError(IllegalStateException.class)
                .verify(TIMEOUT);
    }

    @Test
    void givesTheFrontFreeWhenItIsCancelled() {
        sockets.add(front);
        StepVerifier.create(ZmtpProxy.forward(front, sockets.add(back)).run())
                .thenCancel()
                .verify(TIMEOUT);

        StepVerifier.create(front.receive()).expectSubscription().thenCancel().verify(TIMEOUT);
    }

    @Test
    void completesWhenTheFrontIsClosed() {
        StepVerifier.create(ZmtpProxy.forward(front, sockets.add(back)).run())
                .then(front::dispose)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void failsWhenTheBackIsClosed() {
        List.of(source, front, back).forEach(sockets::add);
        source.connectNow(front.bindNow(ANY));

        StepVerifier.create(ZmtpProxy.forward(front, back).run())
                .then(back::dispose)
                .then(() -> begin(0, 1))
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
    }

    @Test
    void showsWhatItPassedOn() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        streamer(proxy -> proxy.capture(message -> seen.add(message.text())));
        connectSink();

        begin(0, 100);

        assertThat(receive(sink, 100)).hasSize(100);
        Flux.interval(Duration.ofMillis(5))
                .takeUntil(tick -> seen.size() == 100)
                .blockLast(TIMEOUT);
        assertThat(seen).containsExactly(texts(0, 100));
    }

    @Test
    void sendsCopiesToAnotherSocket() {
        PushSocket copies = sockets.add(PushSocket.create());
        PullSocket recorder = sockets.add(PullSocket.create());
        recorder.connectNow(copies.bindNow(ANY));
        streamer(proxy -> proxy.capture(copies));
        connectSink();

        begin(0, 100);

        assertThat(receive(sink, 100)).containsExactly(texts(0, 100));
        assertThat(receive(recorder, 100)).containsExactly(texts(0, 100));
    }

    @Test
    void endsWithTheErrorOfAnObserverThatThrows() {
        List.of(source, front, back, sink).forEach(sockets::add);
        source.connectNow(front.bindNow(ANY));
        connectSink();
        ZmtpProxy proxy = ZmtpProxy.forward(front, back).capture(message -> {
            throw new IllegalStateException("too much");
        });

        StepVerifier.create(proxy.run())
                .then(() -> begin(0, 1))
                .expectErrorMessage("too much")
                .verify(TIMEOUT);
        assertThat(receive(sink)).isEqualTo("0");
    }

    @Test
    void passesRequestsAndRepliesBothWays() {
        RouterSocket router = sockets.add(RouterSocket.create());
        DealerSocket dealer = sockets.add(DealerSocket.create());
        ZmtpProxy proxy = sockets.add(ZmtpProxy.between(router, dealer));
        sockets.add(proxy.run().subscribe());
        Endpoint at = router.bindNow(ANY);
        RouterSocket worker = sockets.add(RouterSocket.create());
        worker.connectNow(dealer.bindNow(ANY));
        sockets.add(worker.send(worker.receive().map(request -> request.append(Bytes.utf8("done"))))
                .onErrorComplete()
                .subscribe());

        for (int i = 0; i < 3; i++) {
            DealerSocket client = sockets.add(DealerSocket.create());
            client.connectNow(at);
            client.send("task", "" + i).block(TIMEOUT);
            assertThat(client.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("task", "" + i, "done"));
        }

        awaitMessages(proxy::forward, 3);
        awaitMessages(proxy::backward, 3);
    }

    @Test
    void dropsAndTellsWhatIsForAClientThatHasGoneAndServesTheOthers() {
        RouterSocket router = sockets.add(RouterSocket.create(SocketOptions::mandatory));
        DealerSocket dealer = sockets.add(DealerSocket.create());
        ZmtpProxy proxy = sockets.add(ZmtpProxy.between(router, dealer));
        sockets.add(proxy.run().subscribe());
        Endpoint at = router.bindNow(ANY);
        DealerSocket worker = sockets.add(DealerSocket.create());
        worker.connectNow(dealer.bindNow(ANY));
        Mono<MonitorEvent.Dropped> dropped = sockets.next(router, MonitorEvent.Dropped.class);
        DealerSocket stays = sockets.add(DealerSocket.create());
        stays.connectNow(at);
        stays.send("hello").block(TIMEOUT);
        Message request = worker.receive().blockFirst(TIMEOUT);
        awaitPeers(router, 1);

        worker.send("nobody", "lost").then(worker.send(request)).block(TIMEOUT);

        assertThat(receive(stays)).isEqualTo("hello");
        StepVerifier.create(dropped)
                .assertNext(event -> assertThat(event.reason()).isEqualTo(DropReason.UNROUTABLE))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(proxy.backward().dropped()).isEqualTo(1);
    }

    @Test
    void forwardsSubscriptionsOneWayAndPublicationsTheOther() {
        XSubSocket xsub = sockets.add(XSubSocket.create());
        XPubSocket xpub = sockets.add(XPubSocket.create());
        PubSocket pub = sockets.add(PubSocket.create());
        SubSocket sub = sockets.add(SubSocket.create());
        pub.connectNow(xsub.bindNow(ANY));
        sub.connectNow(xpub.bindNow(ANY));
        sockets.add(sockets.add(ZmtpProxy.between(xsub, xpub)).run().subscribe());
        sub.subscribe("news");

        pub.awaitSubscribers(Bytes.utf8("news"), 1).block(TIMEOUT);
        pub.send("weather", "rain").then(pub.send("news", "one")).block(TIMEOUT);

        assertThat(sub.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("news", "one"));
    }
}
