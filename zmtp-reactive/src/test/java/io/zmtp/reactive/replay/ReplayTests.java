package io.zmtp.reactive.replay;

import static io.zmtp.reactive.replay.Feeds.TIMEOUT;
import static io.zmtp.reactive.replay.Feeds.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpGapException;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Our publisher and our subscriber. */
class ReplayTests {

    private static final String ANY = "tcp://127.0.0.1:*";

    @RegisterExtension
    final Feeds feeds = new Feeds();

    private static List<String> texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "" + i).toList();
    }

    @Test
    void beginsWithTheOldestMessageAndGoesOn() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        send(publisher, "a", 0, 5);
        StepVerifier.create(Feeds.subscriber(at, options -> options.from(Start.oldest()))
                        .receive()
                        .map(Message::text))
                .expectNext("0", "1", "2", "3", "4")
                .then(() -> send(publisher, "a", 5, 7))
                .expectNext("5", "6")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void beginsWithANumber() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        send(publisher, "a", 0, 5);
        StepVerifier.create(Feeds.subscriber(at, options -> options.from(Start.at(3)))
                        .updates()
                        .ofType(Published.class))
                .assertNext(first -> {
                    assertThat(first.number()).isEqualTo(3);
                    assertThat(first.epoch()).isEqualTo(publisher.epoch());
                    assertThat(first.replayed()).isTrue();
                    assertThat(first.message()).isEqualTo(Message.of("a", "3"));
                })
                .expectNextCount(1)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void beginsBehindWhatWasReceivedBeforeAndCountsItTogether() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        send(publisher, "a", 0, 5);
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options.from(Start.oldest()));
        Update last = subscriber.updates().skip(1).blockFirst(TIMEOUT);
        ReplaySubscriber next = subscriber.from(Map.of(last.endpoint(), Start.after(last)));
        StepVerifier.create(next.from(Map.of()).receive().map(Message::text))
                .expectNext("2", "3", "4")
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().received()).isGreaterThanOrEqualTo(5);
    }

    @Test
    void showsTheSocketsOfEachSubscriptionBeforeTheyAreConnected() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        send(publisher, "a", 0, 1);
        List<ZmtpSocket> seen = new ArrayList<>();
        ReplaySubscriber subscriber = Feeds.subscriber(
                at,
                options -> options.from(Start.oldest()).onSocket(socket -> {
                    assertThat(socket.endpoints()).isEmpty();
                    seen.add(socket);
                }));
        assertThat(seen).isEmpty();
        subscriber.receive().blockFirst(TIMEOUT);
        assertThat(seen).extracting(ZmtpSocket::type).containsExactly(SocketType.SUB, SocketType.DEALER);
        assertThat(seen).allMatch(ZmtpSocket::isDisposed);
        assertThat(subscriber.publishers()).containsExactly(at);
    }

    @Test
    void failsIfItsSocketsAreRefusedAndLeavesNoneBehind() {
        List<ZmtpSocket> seen = new ArrayList<>();
        StepVerifier.create(ReplaySubscriber.create(options -> options.onSocket(socket -> {
                            seen.add(socket);
                            throw new IllegalStateException("refused");
                        }))
                        .connect("inproc://nobody", "inproc://nobody-replay")
                        .receive())
                .expectErrorMessage("refused")
                .verify(TIMEOUT);
        assertThat(seen).hasSize(1).allMatch(ZmtpSocket::isDisposed);
    }

    @Test
    void beginsWithTheNextMessageByDefault() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        send(publisher, "a", 0, 5);
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options);
        StepVerifier.create(subscriber.receive().map(Message::text))
                .then(() -> Feeds.awaitSubscriber(publisher).block(TIMEOUT))
                .then(() -> send(publisher, "a", 5, 7))
                .expectNext("5", "6")
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().lost()).isZero();
    }

    @Test
    void missesNothingWhileConnectionsAreCut() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options.from(Start.at(0)));
        StepVerifier.create(subscriber.receive().map(Message::text).take(30_000).collectList())
                .then(() -> {
                    Feeds.awaitSubscriber(publisher).block(TIMEOUT);
                    send(publisher, "a", 0, 10_000);
                    Feeds.cut(publisher);
                    send(publisher, "a", 10_000, 20_000);
                    Feeds.cutReplay(publisher);
                    Feeds.cut(publisher);
                    send(publisher, "a", 20_000, 30_000);
                })
                .expectNext(texts(0, 30_000))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().received()).isGreaterThanOrEqualTo(30_000);
        assertThat(subscriber.counts().replayed()).isPositive();
        assertThat(subscriber.counts().lost()).isZero();
    }

    @Test
    void findsThatTheLastMessageWasLost() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options);
        StepVerifier.create(subscriber.receive().map(Message::text))
                .then(() -> {
                    Feeds.awaitSubscriber(publisher).block(TIMEOUT);
                    send(publisher, "a", 0, 1);
                })
                .expectNext("0")
                .then(() -> {
                    publisher.publication().unbind(at.publication()).block(TIMEOUT);
                    send(publisher, "a", 1, 3);
                })
                .expectNext("1", "2")
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().gaps()).isPositive();
    }

    @Test
    void failsWithTheRangeThatTheHistoryDoesNotHaveAnyMore() {
        ReplayPublisher publisher = feeds.publisher(options -> options.messages(10));
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        send(publisher, "a", 0, 50);
        StepVerifier.create(Feeds.subscriber(at, options -> options.from(Start.at(3)))
                        .receive())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(ZmtpGapException.class, gap -> {
                            assertThat(gap.first()).isEqualTo(3);
                            assertThat(gap.last()).isEqualTo(39);
                            assertThat(gap.epoch()).isEqualTo(publisher.epoch());
                            assertThat(gap.endpoint()).isEqualTo(at.publication());
                        })
                        .hasMessageContaining("37 are lost, from number 3 to 39"))
                .verify(TIMEOUT);
    }

    @Test
    void emitsAGapAndGoesOn() {
        ReplayPublisher publisher = feeds.publisher(options -> options.messages(2));
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        send(publisher, "a", 0, 5);
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options.from(Start.at(0)));
        StepVerifier.create(subscriber.updates())
                .expectNext(new Gap(at.publication(), publisher.epoch(), 0, 2))
                .assertNext(next -> assertThat(next.last()).isEqualTo(3))
                .assertNext(next -> assertThat(next.last()).isEqualTo(4))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().lost()).isEqualTo(3);
    }

    @Test
    void goesOnWithThePublisherThatWasStartedAgain() {
        ReplayPublisher first = feeds.publisher(options -> options);
        ReplayEndpoints at = first.bindNow(ANY, ANY);
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options.from(Start.oldest()));
        send(first, "a", 0, 3);
        StepVerifier.create(subscriber.updates().ofType(Published.class).map(Published::message))
                .expectNextCount(3)
                .then(() -> {
                    first.close().block(TIMEOUT);
                    ReplayPublisher second = feeds.publisher(options -> options);
                    send(second, "b", 0, 2);
                    second.bindNow(at.publication().toString(), at.replay().toString());
                    send(second, "b", 2, 5);
                })
                .expectNext(Message.of("b", "0"), Message.of("b", "1"), Message.of("b", "2"))
                .expectNext(Message.of("b", "3"), Message.of("b", "4"))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().lost()).isZero();
    }

    @Test
    void beginsAnewBehindANumberOfAnEarlierPublisher() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        send(publisher, "a", 0, 3);
        Published earlier = new Published(at.publication(), publisher.epoch() ^ 1, 7, false, Message.of("a", "7"));
        StepVerifier.create(Feeds.subscriber(at, options -> options.from(Start.after(earlier)))
                        .receive()
                        .map(Message::text))
                .expectNext("0", "1", "2")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void numbersOfOtherTopicsAreNoGap() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options.check(Duration.ofMinutes(1)));
        StepVerifier.create(subscriber.updates("EUR"))
                .then(() -> {
                    publisher.publication().awaitSubscribers("EUR", 1).block(TIMEOUT);
                    publisher
                            .send(Flux.range(0, 1000).map(i -> Message.of(i % 10 == 9 ? "EURUSD" : "GBPUSD", "" + i)))
                            .block(TIMEOUT);
                })
                .thenConsumeWhile(
                        update -> update.last() < 999,
                        update -> assertThat(update).isInstanceOf(Published.class))
                .assertNext(update -> assertThat(update.last()).isEqualTo(999))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().received()).isEqualTo(100);
        assertThat(subscriber.counts().gaps()).isZero();
        assertThat(subscriber.counts().lost()).isZero();
    }

    @Test
    void missesNothingOfATopicWhileConnectionsAreCut() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options.from(Start.at(0)));
        List<String> wanted = IntStream.range(0, 2000)
                .filter(i -> i % 3 == 0)
                .mapToObj(i -> "" + i)
                .toList();
        StepVerifier.create(subscriber
                        .receive("EUR")
                        .map(Message::text)
                        .take(wanted.size())
                        .collectList())
                .then(() -> {
                    publisher.publication().awaitSubscribers("EUR", 1).block(TIMEOUT);
                    for (int from = 0; from < 2000; from += 200) {
                        publisher
                                .send(Flux.range(from, 200).map(i -> Message.of(i % 3 == 0 ? "EUR" : "GBP", "" + i)))
                                .block(TIMEOUT);
                        Feeds.cut(publisher);
                    }
                })
                .expectNext(wanted)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().lost()).isZero();
    }

    @Test
    void followsSeveralPublishersAtOnce() {
        ReplayPublisher one = feeds.publisher(options -> options);
        ReplayPublisher other = feeds.publisher(options -> options);
        ReplaySubscriber subscriber = ReplaySubscriber.create(options -> options.from(Start.oldest()))
                .connect(one.bindNow(ANY, ANY))
                .connect(other.bindNow(ANY, ANY));
        send(one, "one", 0, 100);
        send(other, "other", 0, 100);
        List<Message> all = subscriber.receive().take(200).collectList().block(TIMEOUT);
        assertThat(all)
                .filteredOn(message -> message.first().utf8().equals("one"))
                .extracting(Message::text)
                .isEqualTo(texts(0, 100));
        assertThat(all)
                .filteredOn(message -> message.first().utf8().equals("other"))
                .extracting(Message::text)
                .isEqualTo(texts(0, 100));
    }

    @Test
    void handsOutWhatIsRequestedOnly() {
        ReplayPublisher publisher = feeds.publisher(options -> options.messages(200_000));
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        send(publisher, "a", 0, 20_000);
        StepVerifier.create(
                        Feeds.subscriber(
                                        at,
                                        options -> options.from(Start.oldest()).buffer(100))
                                .receive()
                                .map(Message::text),
                        0)
                .expectSubscription()
                .thenRequest(1)
                .expectNext("0")
                .then(() -> send(publisher, "a", 20_000, 200_000))
                .thenRequest(2)
                .expectNext("1", "2")
                .thenRequest(Long.MAX_VALUE)
                .expectNextSequence(texts(3, 200_000))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aLateJoinerHasTheStateOfOneThatWasThereAllTheTime() {
        ReplayPublisher publisher =
                feeds.publisher(options -> options.messages(100).lastValues(1000));
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        for (int i = 0; i < 5000; i++) {
            publisher.send("key " + i % 500, "" + i).block(TIMEOUT);
        }
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options.from(Start.lastValues()));
        StepVerifier.create(subscriber.receive().map(Message::text))
                .expectNextSequence(texts(4500, 5000))
                .then(() -> publisher.send("key 1", "5000").block(TIMEOUT))
                .expectNext("5000")
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().lost()).isZero();
    }

    @Test
    void cancellingClosesItsSockets() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        StepVerifier.create(Feeds.subscriber(at, options -> options).receive())
                .then(() -> Feeds.awaitSubscriber(publisher).block(TIMEOUT))
                .thenCancel()
                .verify(TIMEOUT);
        Feeds.awaitNone(publisher);
        Flux.interval(Duration.ofMillis(2))
                .filter(tick -> publisher.replay().peers().isEmpty())
                .blockFirst(TIMEOUT);
    }
}
