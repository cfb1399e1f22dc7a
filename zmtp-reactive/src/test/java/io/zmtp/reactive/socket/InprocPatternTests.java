package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.Subscription;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The patterns within a process. */
class InprocPatternTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Disposable.Composite open = Disposables.composite();
    private final String name = "inproc://" + UUID.randomUUID();

    @AfterEach
    void close() {
        open.dispose();
        assertThat(InprocTable.knows(Endpoint.parse(name).name())).isFalse();
    }

    private <T extends Disposable> T open(T socket) {
        open.add(socket);
        return socket;
    }

    private static Mono<String> text(Receiver socket) {
        return socket.receive().next().map(Message::text);
    }

    @Test
    void subscriptionsTakeEffectAtOnce() {
        PubSocket pub = open(PubSocket.create());
        SubSocket sub = open(SubSocket.create());
        pub.bindNow(name);
        sub.connectNow(name);
        sub.subscribe("b");

        pub.send(Flux.just("a1", "b1", "a2").map(Message::of)).block(TIMEOUT);
        sub.subscribe("a");
        pub.send("a3").block(TIMEOUT);

        StepVerifier.create(sub.receive().map(Message::text).take(2))
                .expectNext("b1", "a3")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void subscriptionsMadeBeforeReachAPublisherThatComesLater() {
        SubSocket sub = open(SubSocket.create());
        sub.subscribe("a");
        sub.connectNow(name);
        PubSocket pub = open(PubSocket.create());
        pub.bindNow(name);

        pub.send("a1").block(TIMEOUT);

        StepVerifier.create(text(sub)).expectNext("a1").expectComplete().verify(TIMEOUT);
    }

    @Test
    void subscriptionsReachThePublisherThatTakesThePlaceOfAnother() {
        SubSocket sub = open(SubSocket.create());
        sub.subscribe("a");
        sub.connectNow(name);
        PubSocket first = open(PubSocket.create());
        first.bindNow(name);
        first.close().block(TIMEOUT);
        PubSocket second = open(PubSocket.create());
        second.bindNow(name);

        second.send("a2").block(TIMEOUT);

        StepVerifier.create(text(sub)).expectNext("a2").expectComplete().verify(TIMEOUT);
    }

    @Test
    void dropsWhatASlowSubscriberDoesNotTake() {
        PubSocket pub = open(PubSocket.create(options -> options.sendHwm(10)));
        SubSocket sub = open(SubSocket.create(options -> options.recvHwm(5)));
        pub.bindNow(name);
        sub.connectNow(name);
        sub.subscribe("");

        pub.send(Flux.range(0, 100).map(i -> Message.of("" + i))).block(TIMEOUT);

        StepVerifier.create(sub.receive().map(Message::text).take(15).last())
                .expectNext("14")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void xpubSeesSubscriptionsAndWhatXsubSays() {
        XPubSocket xpub = open(XPubSocket.create());
        XSubSocket xsub = open(XSubSocket.create());
        xpub.bindNow(name);
        xsub.connectNow(name);

        xsub.send(Message.of(Subscription.body(Bytes.utf8("a"), false))).block(TIMEOUT);
        xsub.send("hello").block(TIMEOUT);

        StepVerifier.create(xpub.receive().take(2).map(Message::text))
                .expectNext("\u0001a", "hello")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void serverAnswersClients() {
        ServerSocket server = open(ServerSocket.create());
        ClientSocket client = open(ClientSocket.create());
        server.bindNow(name);
        client.connectNow(name);
        open(server.receive()
                .concatMap(asked -> server.send(Message.of(asked.first(), Bytes.utf8("answer"))))
                .subscribe());

        StepVerifier.create(client.send("question").then(text(client)))
                .expectNext("answer")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void scatterSharesWithGather() {
        ScatterSocket scatter = open(ScatterSocket.create());
        GatherSocket gather = open(GatherSocket.create());
        gather.connectNow(name);
        scatter.bindNow(name);

        scatter.send("work").block(TIMEOUT);

        StepVerifier.create(text(gather)).expectNext("work").expectComplete().verify(TIMEOUT);
    }
}
