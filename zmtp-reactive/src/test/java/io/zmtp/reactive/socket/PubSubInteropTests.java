package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.LibZmq.Type;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZmqSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Publishers and subscribers, ours and libzmq's, over tcp and ipc, either binding. */
@RequiresLibZmq
class PubSubInteropTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final LibZmq.Context context = new LibZmq.Context();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        context.close();
    }

    private ZmqSocket meet(Way way, ZmtpSocket ours, Type type) {
        sockets.add(ours);
        ZmqSocket theirs = context.open(type);
        way.meet(ours, folder, theirs::bind, theirs::connect);
        return theirs;
    }

    private static List<String> notice(ZmqSocket xpub) {
        return xpub.receive().stream().map(part -> Bytes.wrap(part).hex()).toList();
    }

    @ParameterizedTest
    @EnumSource
    void publishesToSub(Way way) {
        PubSocket pub = PubSocket.create(Sockets::quick);
        ZmqSocket sub = meet(way, pub, Type.SUB);
        sub.subscribe("a");
        Way.awaitSubscriber(pub, "a", () -> sub.intOption(LibZmq.EVENTS));

        pub.send(Flux.just(Message.of("b", "1"), Message.of("a", "", "2"), Message.of("abc")))
                .block(TIMEOUT);

        assertThat(sub.receiveStrings()).containsExactly("a", "", "2");
        assertThat(sub.receiveStrings()).containsExactly("abc");
        sub.unsubscribe("a").subscribe("b");
        Way.awaitSubscriber(pub, "b", () -> sub.intOption(LibZmq.EVENTS));
        pub.send("a").then(pub.send("b")).block(TIMEOUT);
        assertThat(sub.receiveStrings()).containsExactly("b");
    }

    @ParameterizedTest
    @EnumSource
    void subscribesToXPub(Way way) {
        SubSocket sub = SubSocket.create(Sockets::quick);
        ZmqSocket xpub = meet(way, sub, Type.XPUB);
        sub.subscribe("a");
        assertThat(notice(xpub)).containsExactly("0161");

        StepVerifier.create(sub.receive().map(message -> message.parts().toString()))
                .then(() -> xpub.send("b", "1"))
                .then(() -> xpub.send("a", "", "2"))
                .expectNext("[a, , 2]")
                .thenCancel()
                .verify(TIMEOUT);
        sub.unsubscribe("a");
        assertThat(notice(xpub)).containsExactly("0061");
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriptionFollowsItsSubscriberAtXPub(Way way) {
        SubSocket sub = SubSocket.create(Sockets::quick);
        ZmqSocket xpub = meet(way, sub, Type.XPUB);

        StepVerifier.create(sub.receive("x").map(Message::text))
                .then(() -> assertThat(notice(xpub)).containsExactly("0178"))
                .then(() -> xpub.send("x", "1"))
                .expectNext("1")
                .thenCancel()
                .verify(TIMEOUT);

        assertThat(notice(xpub)).containsExactly("0078");
    }

    @ParameterizedTest
    @EnumSource
    void seesTheSubscriptionsOfXSubAndWhatItSendsUpstream(Way way) {
        XPubSocket xpub = XPubSocket.create(Sockets::quick);
        ZmqSocket xsub = meet(way, xpub, Type.XSUB);

        StepVerifier.create(xpub.receive().map(message -> message.first().hex()))
                .then(() -> xsub.send(new byte[] {1, 'a'}))
                .then(() -> Way.awaitSubscriber(xpub, "a", () -> xsub.intOption(LibZmq.EVENTS)))
                .expectNext("0161")
                .then(() -> xsub.send("up"))
                .expectNext("7570")
                .then(() -> xpub.send("a", "down").block(TIMEOUT))
                .then(() -> assertThat(xsub.receiveStrings()).containsExactly("a", "down"))
                .then(() -> xsub.send(new byte[] {0, 'a'}))
                .expectNext("0061")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void xsubSubscribesAtXPubAndSendsUpstream(Way way) {
        XSubSocket xsub = XSubSocket.create(Sockets::quick);
        ZmqSocket xpub = meet(way, xsub, Type.XPUB);
        xsub.send(Message.of(Bytes.hex("01 61"))).block(TIMEOUT);
        assertThat(notice(xpub)).containsExactly("0161");
        xsub.send("up", "stream").block(TIMEOUT);
        assertThat(xpub.receiveStrings()).containsExactly("up", "stream");
        xpub.send("a", "1");

        StepVerifier.create(xsub.receive().next())
                .expectNext(Message.of("a", "1"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(names = {"WE_BIND_TCP", "WE_BIND_IPC"})
    void subscriptionsEndWhenSubGoes(Way way) {
        XPubSocket xpub = XPubSocket.create(Sockets::quick);
        ZmqSocket sub = meet(way, xpub, Type.SUB);

        StepVerifier.create(xpub.receive().map(message -> message.first().hex()))
                .then(() -> sub.subscribe("a"))
                .expectNext("0161")
                .then(sub::close)
                .expectNext("0061")
                .thenCancel()
                .verify(TIMEOUT);
    }

    /** It sends a SUBSCRIBE for each call and one CANCEL with the last, which RFC 37 would not end both with. */
    @ParameterizedTest
    @EnumSource(names = {"WE_BIND_TCP", "THEY_BIND_TCP"})
    void stopsWhenSubThatSubscribedTwiceHasUnsubscribedTwice(Way way) {
        XPubSocket xpub = XPubSocket.create(Sockets::quick);
        ZmqSocket sub = meet(way, xpub, Type.SUB);

        StepVerifier.create(xpub.receive().map(message -> message.first().hex()))
                .then(() -> sub.subscribe("a").subscribe("a"))
                .then(() -> Way.awaitSubscriber(xpub, "a", () -> sub.intOption(LibZmq.EVENTS)))
                .expectNext("0161")
                .then(() -> sub.unsubscribe("a").subscribe("b"))
                .then(() -> Way.awaitSubscriber(xpub, "b", () -> sub.intOption(LibZmq.EVENTS)))
                .expectNext("0162")
                .then(() -> xpub.send("a", "1").block(TIMEOUT))
                .then(() -> assertThat(sub.receiveStrings()).containsExactly("a", "1"))
                .then(() -> sub.unsubscribe("a").intOption(LibZmq.EVENTS))
                .expectNext("0061")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(names = {"WE_BIND_TCP", "THEY_BIND_TCP"})
    void losesNothingWhereItMayNotDrop(Way way) {
        int count = 100_000;
        PubSocket pub = PubSocket.create(options -> Sockets.quick(options).noDrop());
        ZmqSocket sub = meet(way, pub, Type.SUB);
        sub.subscribe("");
        Way.awaitSubscriber(pub, "", () -> sub.intOption(LibZmq.EVENTS));

        sockets.add(pub.send(Flux.range(0, count).map(i -> Message.of("" + i))).subscribe());

        for (int i = 0; i < count; i++) {
            assertThat(sub.receiveStrings()).containsExactly("" + i);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WE_BIND_TCP", "THEY_BIND_TCP"})
    void invertedMatchingAgreesWithSub(Way way) {
        PubSocket pub = PubSocket.create(options -> Sockets.quick(options).invertMatching());
        ZmqSocket sub = context.open(Type.SUB).option(LibZmq.INVERT_MATCHING, 1).subscribe("a");
        sockets.add(pub);
        way.meet(pub, folder, sub::bind, sub::connect);
        Way.awaitSubscriber(pub, "b", () -> sub.intOption(LibZmq.EVENTS));
        sub.subscribe("end");
        StepVerifier.create(Flux.interval(Duration.ofMillis(5))
                        .onBackpressureDrop()
                        .concatMap(tick -> pub.send("end").then(pub.send("a")).then(pub.send("b")))
                        .takeUntilOther(Mono.fromCallable(sub::receiveStrings)
                                .doOnNext(parts -> assertThat(parts).isIn(List.of("b"), List.of("end")))
                                .subscribeOn(Schedulers.boundedElastic())))
                .expectComplete()
                .verify(TIMEOUT);
    }
}
