package io.zmtp.reactive.replay;

import static io.zmtp.reactive.replay.Feeds.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.testing.RawPeer;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Which messages get numbers, and when. */
class NumberingTests {

    private static final String ANY = "tcp://127.0.0.1:*";

    @RegisterExtension
    final Feeds feeds = new Feeds();

    @Test
    void whatSeveralThreadsPublishIsInTheOrderOfItsNumbers() {
        ReplayPublisher publisher = feeds.publisher(options -> options.publication(socket -> socket.noDrop()));
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options.buffer(20_000));
        StepVerifier.create(subscriber
                        .updates()
                        .cast(Published.class)
                        .doOnNext(update -> assertThat(update.replayed()).isFalse())
                        .map(Published::number)
                        .take(8000)
                        .collectList())
                .then(() -> {
                    Feeds.awaitSubscriber(publisher).block(TIMEOUT);
                    Flux.range(0, 4)
                            .flatMap(thread -> publish(publisher, thread).subscribeOn(Schedulers.boundedElastic()))
                            .blockLast(TIMEOUT);
                })
                .expectNext(LongStream.range(0, 8000).boxed().toList())
                .expectComplete()
                .verify(TIMEOUT);
    }

    /** Two threads send streams, and two single messages. */
    private static Mono<Void> publish(ReplayPublisher publisher, int thread) {
        Flux<Message> messages = Flux.range(0, 2000).map(i -> Message.of("a", "" + i));
        return thread % 2 == 0
                ? publisher.send(messages)
                : messages.concatMap(publisher::send).then();
    }

    @Test
    void whatIsSentToThePublicationDirectlyIsNumberedToo() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        publisher.send("a", "0").block(TIMEOUT);
        publisher.publication().send(Message.of("a", "1")).block(TIMEOUT);
        publisher.publication().send(Flux.just(Message.of("a", "2"))).block(TIMEOUT);
        assertThat(publisher.next()).isEqualTo(3);
        StepVerifier.create(Feeds.subscriber(at, options -> options.from(Start.oldest()))
                        .receive()
                        .map(Message::text))
                .expectNext("0", "1", "2")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void whatIsRefusedGetsNoNumber() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        publisher.bindNow(ANY, ANY);
        for (Mono<Void> refused : List.of(
                publisher.send(Message.of("topic")),
                publisher.send(Flux.just(Message.of("topic"))),
                publisher.publication().send(Message.of("topic")))) {
            StepVerifier.create(refused)
                    .expectErrorSatisfies(wrong -> assertThat(wrong)
                            .isInstanceOf(ZmtpSendException.class)
                            .hasMessageContaining("at least one part behind it, but there is one part"))
                    .verify(TIMEOUT);
        }
        publisher.dispose();
        StepVerifier.create(publisher.send("a", "0"))
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
        assertThat(publisher.next()).isZero();
        assertThat(publisher.held()).isZero();
    }

    @Test
    void aMessageThatWaitsForRoomHasNoNumberYetAndCanBeTakenBack() {
        ReplayPublisher publisher = feeds.publisher(
                options -> options.publication(socket -> socket.noDrop().sendHwm(1)));
        long numbered;
        try (RawPeer stuck =
                RawPeer.connect(publisher.bindNow(ANY, ANY).publication().toString())) {
            stuck.handshakeNull("SUB");
            stuck.write("00 01 01");
            Feeds.awaitSubscriber(publisher).block(TIMEOUT);
            Message large = Message.of(Bytes.utf8("a"), Bytes.wrap(new byte[100_000]));
            Disposable sending =
                    Flux.range(0, 500).flatMap(i -> publisher.send(large), 500).subscribe();
            sending.dispose();
            numbered = publisher.next();
        }
        Feeds.awaitNone(publisher);
        publisher.send("a", "last").block(TIMEOUT);
        assertThat(publisher.next()).isEqualTo(numbered + 1).isLessThan(500);
    }
}
