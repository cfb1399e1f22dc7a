package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.QUIET;
import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.awaitPeers;
import static io.zmtp.reactive.socket.Sockets.awaitStill;
import static io.zmtp.reactive.socket.Sockets.fill;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What the page on delivery says, as far as no other test shows it. */
class DeliveryTests {

    private static final String ANY = "tcp://127.0.0.1:*";
    private static final String NOWHERE = "tcp://127.0.0.1:1";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private PushSocket push(UnaryOperator<SocketOptions> change) {
        return sockets.add(
                PushSocket.create(options -> change.apply(Sockets.quick(options).linger(Duration.ZERO))));
    }

    private PullSocket pull() {
        return sockets.add(PullSocket.create(Sockets::quick));
    }

    private static Flux<Message> numbers(int count) {
        return Flux.range(0, count).map(i -> Message.of("" + i));
    }

    /** Ends what a socket was bound to, so that somebody else can be there. */
    private static Endpoint end(ZmtpSocket socket, Endpoint at) {
        socket.close().block(TIMEOUT);
        return at;
    }

    // ---- where messages are

    @Test
    void cancellingTakesBackWhatWaitsToBeAccepted() {
        PushSocket push = push(options -> options);
        Endpoint at = push.bindNow(ANY);
        push.send("cancelled").subscribe().dispose();
        sockets.add(push.send("sent").subscribe());
        PullSocket pull = pull();

        pull.connectNow(at);

        assertThat(receive(pull)).isEqualTo("sent");
    }

    /** A stream that a queue has taken a message of without having room for it; then it is cancelled. */
    private static void sendAndCancel(PushSocket push, Flux<Message> messages) {
        push.send(messages).subscribe().dispose();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAStreamBroughtBeforeItWasCancelledComesBeforeWhatIsSentLater(boolean ends) {
        PushSocket push = push(options -> options);
        Endpoint at = push.bindNow(ANY);
        Flux<Message> stream = Flux.just(Message.of("stream"));
        sendAndCancel(push, ends ? stream : stream.concatWith(Flux.never()));
        sockets.add(push.send("one").subscribe());
        sockets.add(push.send(numbers(2)).subscribe());
        PullSocket pull = pull();

        pull.connectNow(at);

        assertThat(receive(pull, 4)).containsExactly("stream", "one", "0", "1");
    }

    @Test
    void aStreamWaitsBehindWhatWasSentBefore() {
        PushSocket push = push(options -> options);
        Endpoint at = push.bindNow(ANY);
        sockets.add(push.send("one").subscribe());
        sockets.add(push.send("two").subscribe());
        sockets.add(push.send(numbers(2)).subscribe());
        PullSocket pull = pull();

        pull.connectNow(at);

        assertThat(receive(pull, 4)).containsExactly("one", "two", "0", "1");
    }

    @Test
    void whatAStreamBroughtBeforeItWasCancelledIsCountedWhenTheSocketIsClosed() {
        PushSocket push = push(options -> options);
        push.bindNow(ANY);
        sendAndCancel(push, numbers(1));

        assertThat(push.close().block(TIMEOUT).unsentMessages()).isEqualTo(1);
        assertThat(push.drops()).containsExactly(Map.entry(DropReason.LINGER, 1L));
    }

    @Test
    void whatAStreamBroughtBeforeItWasCancelledIsWrittenWithinLinger() {
        PushSocket push = push(options -> options.linger(TIMEOUT));
        Endpoint at = push.bindNow(ANY);
        sendAndCancel(push, numbers(1));
        Mono<Closed> closed = push.close().cache();
        sockets.add(closed.subscribe());
        PullSocket pull = pull();

        pull.connectNow(at);

        assertThat(receive(pull)).isEqualTo("0");
        assertThat(closed.block(TIMEOUT).unsentMessages()).isZero();
    }

    @Test
    void aQueueTakesOneMessageHoweverLargeAndNoOtherBeside() {
        PushSocket push = push(options -> options.sendHwmBytes(1000));
        push.connectNow(NOWHERE);
        push.send(Message.of(new byte[100_000])).block(TIMEOUT);

        StepVerifier.create(push.send("next"))
                .expectSubscription()
                .expectNoEvent(QUIET)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void whatWasReadStaysWhenItsPeerHasGone() {
        PullSocket pull = pull();
        PushSocket push = push(options -> options.linger(TIMEOUT));
        push.connectNow(pull.bindNow(ANY));
        push.send(numbers(10)).block(TIMEOUT);
        push.close().block(TIMEOUT);
        awaitPeers(pull, 0);

        assertThat(receive(pull, 10)).startsWith("0", "1").endsWith("9");
    }

    @Test
    void aReceiverThatIsClosedHandsNothingMoreOut() {
        PullSocket pull = pull();
        PushSocket push = push(options -> options.linger(TIMEOUT));
        push.connectNow(pull.bindNow(ANY));
        push.send(numbers(10)).block(TIMEOUT);
        push.close().block(TIMEOUT);
        assertThat(receive(pull)).isEqualTo("0");

        pull.close().block(TIMEOUT);

        StepVerifier.create(pull.receive()).expectComplete().verify(TIMEOUT);
    }

    // ---- what completes

    @Test
    void aStreamThatFailsHasSentWhatCameBefore() {
        PullSocket pull = pull();
        PushSocket push = push(options -> options);
        push.connectNow(pull.bindNow(ANY));

        StepVerifier.create(push.send(Flux.concat(numbers(3), Mono.error(new IllegalStateException("on purpose")))))
                .expectErrorMessage("on purpose")
                .verify(TIMEOUT);

        assertThat(receive(pull, 3)).containsExactly("0", "1", "2");
    }

    @Test
    void flushCompletesWhenAllIsWritten() {
        PullSocket gone = pull();
        Endpoint at = end(gone, gone.bindNow(ANY));
        PushSocket push = push(options -> options);
        push.connectNow(at);
        push.send(numbers(10)).block(TIMEOUT);

        StepVerifier.create(push.flush())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> pull().bindNow(at.toString()))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void disposeDropsAndCountsWhatWaits() {
        PushSocket push = push(options -> options.linger(TIMEOUT));
        push.connectNow(NOWHERE);
        push.send(numbers(7)).block(TIMEOUT);

        push.dispose();

        StepVerifier.create(push.onClose())
                .assertNext(closed -> assertThat(closed.unsentMessages()).isEqualTo(7))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void closingFailsWhoStillWaits() {
        PushSocket push = push(options -> options);
        push.bindNow(ANY);

        StepVerifier.create(push.send("waits"))
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> push.close().subscribe())
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
    }

    // ---- who has the queue

    @Test
    void immediateQueuesNothingForAPeerThatIsNotThere() {
        PullSocket pull = pull();
        PushSocket push = push(SocketOptions::immediate);
        push.connectNow(NOWHERE);
        push.connectNow(pull.bindNow(ANY));

        push.send(numbers(10)).block(TIMEOUT);

        assertThat(receive(pull, 10)).startsWith("0", "1").endsWith("9");
    }

    @Test
    void immediateGivesWhatAGonePeerHeldToTheOthers() {
        PushSocket push = push(options -> options.immediate().sendHwm(10));
        try (RawListener listener = RawPeer.listen()) {
            push.connectNow(listener.endpoint());
            RawPeer stuck = listener.accept();
            stuck.handshakeNull("PULL");
            awaitPeers(push, 1);
            fill(push::send);
            long held = awaitStill(push.peers().get(0)::queued);
            assertThat(held).isPositive();
            PullSocket pull = pull();
            push.connectNow(pull.bindNow(ANY));
            awaitPeers(push, 2);

            stuck.closeWithReset();

            StepVerifier.create(pull.receive().take(held).count())
                    .expectNext(held)
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void routerKeepsWhatWaitsForAPeerThatItConnectsTo() {
        DealerSocket first = sockets.add(DealerSocket.create());
        Endpoint at = first.bindNow(ANY);
        RouterSocket router = sockets.add(RouterSocket.create(Sockets::quick));
        router.connect(at, Bytes.utf8("worker")).block(TIMEOUT);
        awaitPeers(router, 1);
        first.close().block(TIMEOUT);
        awaitPeers(router, 0);
        router.send("worker", "kept").block(TIMEOUT);
        DealerSocket second = sockets.add(DealerSocket.create());

        second.bindNow(at.toString());

        assertThat(receive(second)).isEqualTo("kept");
    }

    // ---- peers that do not read

    @Test
    void reqWaitsWhileAPeerDoesNotRead() {
        ReqSocket req =
                sockets.add(ReqSocket.create(options -> options.correlate().sendHwm(1)));
        try (RawPeer slow = RawPeer.connect(req.bindNow(ANY).toString())) {
            slow.handshakeNull("REP");
            awaitPeers(req, 1);
            Message large = Message.of(new byte[1_000_000]);
            sockets.add(Flux.range(0, 50)
                    .flatMap(i -> req.request(large), 50)
                    .onErrorComplete()
                    .subscribe());

            for (int i = 0; i < 50; i++) {
                slow.readFrame();
                slow.readFrame();
                assertThat(slow.readFrame().body()).hasSize(1_000_000);
            }
        }
    }

    @Test
    void repDropsRepliesToAPeerThatDoesNotRead() {
        RepSocket rep = sockets.add(RepSocket.create(options -> options.sendHwm(5)));
        try (RawPeer stuck = RawPeer.connect(rep.bindNow(ANY).toString())) {
            stuck.handshakeNull("DEALER");
            Mono<MonitorEvent.Dropped> dropped = sockets.next(rep, MonitorEvent.Dropped.class);
            sockets.add(rep.serve(question -> Mono.just(Message.of(new byte[100_000])))
                    .subscribe());

            for (int i = 0; i < 500; i++) {
                stuck.writeMessage("", "question");
            }

            StepVerifier.create(dropped)
                    .assertNext(event -> assertThat(event.reason()).isEqualTo(DropReason.QUEUE_FULL))
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    // ---- publishing

    @Test
    void whatWaitsForASubscriberThatGoesIsDropped() {
        PubSocket pub = sockets.add(PubSocket.create(options -> options.sendHwm(5)));
        RawPeer stuck = RawPeer.connect(pub.bindNow(ANY).toString());
        stuck.handshakeNull("SUB");
        stuck.write("00 01 01");
        pub.awaitSubscribers("", 1).block(TIMEOUT);
        Message large = Message.of(new byte[100_000]);
        Flux.interval(Duration.ofMillis(1)) // until the transport takes no more, and the queue stays full
                .onBackpressureDrop()
                .concatMap(tick -> pub.send(large)
                        .then(Mono.fromSupplier(() -> pub.peers().get(0).queued())))
                .buffer(100)
                .filter(held -> held.stream().allMatch(count -> count == 5))
                .blockFirst(TIMEOUT);

        StepVerifier.create(pub.monitor()
                        .ofType(MonitorEvent.Dropped.class)
                        .filter(dropped -> dropped.reason() == DropReason.PEER_GONE)
                        .next())
                .then(stuck::closeWithReset)
                .assertNext(dropped -> assertThat(dropped.count()).isBetween(1L, 5L))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aSubscriberThatComesBackHasMissedWhatWasPublishedMeanwhile() {
        SubSocket first = sockets.add(SubSocket.create());
        first.subscribe("");
        Endpoint at = first.bindNow(ANY);
        PubSocket pub = sockets.add(PubSocket.create(Sockets::quick));
        pub.connectNow(at);
        pub.awaitSubscribers("", 1).block(TIMEOUT);
        Mono<MonitorEvent.Disconnected> left = sockets.next(pub, MonitorEvent.Disconnected.class);
        first.close().block(TIMEOUT);
        left.block();
        pub.send("missed").block(TIMEOUT);
        SubSocket second = sockets.add(SubSocket.create());
        second.subscribe("");
        second.bindNow(at.toString());
        pub.awaitSubscribers("", 1).block(TIMEOUT);

        pub.send("seen").block(TIMEOUT);

        assertThat(receive(second)).isEqualTo("seen");
    }
}
