package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.Recorder;
import io.zmtp.reactive.test.InMemory;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Messages that come in the moment when nobody wants them any more. */
class ReceiveInTimeTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    /** What happens while the socket looks for the next message: it drops a malformed one just then. */
    private Runnable meanwhile = () -> {};

    private final Recorder recorder = new Recorder() {
        @Override
        public void dropped(SocketType type, Endpoint endpoint, DropReason reason, long messages) {
            meanwhile.run();
        }
    };

    /** A socket in which a malformed message waits, and one that is not behind it. */
    private GatherSocket gather() {
        GatherSocket gather = sockets.open(GatherSocket::create, options -> options.recorder(recorder));
        Endpoint at = gather.bindNow("inproc://" + UUID.randomUUID());
        ScatterSocket scatter = sockets.open(ScatterSocket::create);
        scatter.connectNow(at);
        Sockets.awaitPeers(scatter, 1);
        scatter.peers().get(0).send(Message.of("mal", "formed")).block(TIMEOUT);
        scatter.peers().get(0).send(Message.of("well")).block(TIMEOUT);
        return gather;
    }

    @Test
    void aMessageThatWasTakenForASubscriberThatCancelsIsTheNextOnes() {
        GatherSocket gather = gather();
        List<String> got = new ArrayList<>();
        BaseSubscriber<Message> subscription = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}

            @Override
            protected void hookOnNext(Message message) {
                got.add(message.text());
            }
        };
        gather.receive().subscribe(subscription);
        meanwhile = subscription::cancel;
        subscription.request(1);

        assertThat(got).isEmpty();
        assertThat(Sockets.receive(gather)).isEqualTo("well");
    }

    @Test
    void aMessageThatComesWhenTheTimeIsOverIsTheNextOnes() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try {
            GatherSocket gather = sockets.open(
                    GatherSocket::create, options -> options.recorder(recorder).handshakeTimeout(Duration.ZERO));
            RawPeer peer = RawPeer.connect(gather.bindNow("tcp://127.0.0.1:*").toString());
            sockets.add(peer::close);
            peer.handshakeNull("SCATTER");
            Mono<Message> next = gather.receive(Duration.ofSeconds(1));
            meanwhile = () -> time.advanceTimeBy(Duration.ofSeconds(1));

            StepVerifier.create(next)
                    .then(() -> peer.write("01 03 'mal' 00 06 'formed' 00 04 'well'"))
                    .expectComplete()
                    .verify(TIMEOUT);
            StepVerifier.create(next.map(Message::text))
                    .expectNext("well")
                    .expectComplete()
                    .verify(TIMEOUT);
            StepVerifier.create(next)
                    .expectSubscription()
                    .then(() -> time.advanceTimeBy(Duration.ofMillis(999)))
                    .then(() -> peer.write("00 07 'in time'"))
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(TIMEOUT);
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    @Test
    void emitsWhatIsThereAndCompletesEmptyWhenTheSocketIsClosed() {
        PullSocket pull = sockets.open(PullSocket::create);
        PushSocket push = sockets.open(PushSocket::create);
        push.connectNow(pull.bindNow("inproc://" + UUID.randomUUID()));
        push.send("one").block(TIMEOUT);

        StepVerifier.create(pull.receive(Duration.ZERO).map(Message::text))
                .expectNext("one")
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(pull.receive(Duration.ZERO)).expectComplete().verify(TIMEOUT);
        StepVerifier.create(pull.receive(Duration.ofDays(Long.MAX_VALUE / 86_400)))
                .expectSubscription()
                .then(pull::dispose)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void emitsWhatIsThereAlsoWhileAnotherMessageIsHandedOut() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try {
            PullSocket pull = sockets.open(PullSocket::create);
            PushSocket push = sockets.open(PushSocket::create);
            push.connectNow(pull.bindNow("inproc://" + UUID.randomUUID()));
            push.send(Flux.just(Message.of("one"), Message.of("two"))).block(TIMEOUT);
            List<String> got = new ArrayList<>();
            pull.receive(Duration.ZERO).subscribe(one -> {
                pull.receive(Duration.ZERO).map(Message::text).subscribe(got::add);
                time.advanceTimeBy(Duration.ofMillis(10)); // and the handing out goes on
            });

            assertThat(got).containsExactly("two");
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    /** No time passes here: so it is not by a timer that it hears that there is nothing. */
    @ParameterizedTest
    @MethodSource
    void hearsAtOnceThatThereIsNothing(Function<Sockets, Mono<Message>> receiving) {
        VirtualTimeScheduler.getOrSet();
        try {
            StepVerifier.create(receiving.apply(sockets)).expectComplete().verify(TIMEOUT);
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    static Stream<Function<Sockets, Mono<Message>>> hearsAtOnceThatThereIsNothing() {
        return Stream.of(
                of -> of.open(PullSocket::create).receive(Duration.ZERO),
                of -> of.open(PullSocket::create, options -> options.delivery(DeliveryOptions.takenOver()))
                        .receive(Duration.ZERO),
                of -> of.open(SubSocket::create).receive(Duration.ZERO),
                of -> of.open(RouterSocket::create).receive(Duration.ZERO),
                of -> Mono.using(
                        () -> InMemory.openNow(pair(), pair()),
                        connections -> connections.first().receive(Duration.ZERO),
                        InMemory::dispose));
    }

    private static ZmtpClient pair() {
        return ZmtpClient.create().socketType(SocketType.PAIR);
    }

    @Test
    void isASubscriberAsLongAsItWaits() {
        PullSocket pull = sockets.open(PullSocket::create);
        Mono<Message> next = pull.receive(TIMEOUT);
        Disposable waiting = next.subscribe();

        StepVerifier.create(next).expectError(IllegalStateException.class).verify(TIMEOUT);
        waiting.dispose();
        StepVerifier.create(pull.receive(Duration.ZERO)).expectComplete().verify(TIMEOUT);
        assertThatThrownBy(() -> pull.receive(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    /** Who gets a message may ask for the next one. */
    @Test
    void mayBeRepeated() {
        PullSocket pull = sockets.open(PullSocket::create);
        PushSocket push = sockets.open(PushSocket::create);
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));

        StepVerifier.create(pull.receive(TIMEOUT).repeat().map(Message::text).take(100))
                .then(() -> push.send(Flux.range(0, 100).map(i -> Message.of("" + i)))
                        .block(TIMEOUT))
                .expectNextSequence(numbers(100))
                .expectComplete()
                .verify(TIMEOUT);
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    private static Stream<Supplier<ZmtpSocket>> receivers() {
        return Stream.of(() -> PullSocket.create(), () -> DealerSocket.create(), () -> {
            SubSocket sub = SubSocket.create();
            sub.subscribe("");
            return sub;
        });
    }

    /** The time is over about when a message comes. */
    @ParameterizedTest
    @MethodSource("receivers")
    void losesNothingWhenTheTimeIsShort(Supplier<ZmtpSocket> type) {
        ZmtpSocket receiver = sockets.add(type.get());
        SendingSocket sender = sockets.add(
                receiver instanceof PullSocket
                        ? PushSocket.create()
                        : receiver instanceof SubSocket ? PubSocket.create() : DealerSocket.create());
        sender.connectNow(receiver.bindNow("tcp://127.0.0.1:*"));
        if (sender instanceof PubSocket pub) {
            pub.awaitSubscribers("", 1).block(TIMEOUT);
        }
        int count = 1_000;
        Mono<Void> sending =
                Mono.<Void>create(sink -> send(sender, count, sink)).subscribeOn(Schedulers.boundedElastic());
        List<String> received = new ArrayList<>();
        sockets.add(sending.subscribe());

        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (received.size() < count && System.nanoTime() < end) {
            Duration timeout = Duration.ofNanos(ThreadLocalRandom.current().nextInt(200_000));
            Optional<Message> next = ((Receiver) receiver).receive(timeout).blockOptional();
            next.map(Message::text).ifPresent(received::add);
        }

        assertThat(received).isEqualTo(numbers(count));
    }

    private static void send(SendingSocket sender, int count, MonoSink<Void> sink) {
        for (int i = 0; i < count; i++) {
            sender.send("" + i).block(TIMEOUT);
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(100_000));
        }
        sink.success();
    }

    /** What a server that is cancelled had taken is the next one's. */
    @Test
    void aRequestThatWasTakenForAServerThatCancelsIsTheNextOnes() {
        RepSocket rep = sockets.open(RepSocket::create, options -> options.recorder(recorder));
        DealerSocket dealer = sockets.open(DealerSocket::create);
        dealer.connectNow(rep.bindNow("inproc://" + UUID.randomUUID()));
        dealer.send("no envelope").block(TIMEOUT);
        dealer.send("", "question").block(TIMEOUT);
        List<String> first = new ArrayList<>();
        BaseSubscriber<Void> serving = new BaseSubscriber<>() {};
        meanwhile = serving::cancel;

        rep.serve(request -> {
                    first.add(request.text());
                    return Mono.just(Message.of("first"));
                })
                .subscribe(serving);
        assertThat(serving.isDisposed()).isTrue();
        assertThat(first).isEmpty();
        sockets.add(rep.serve(request -> Mono.just(Message.of("second"))).subscribe());

        assertThat(dealer.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("", "second"));
    }
}
