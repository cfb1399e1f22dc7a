package io.zmtp.reactive.replay;

import static io.zmtp.reactive.replay.Feeds.TIMEOUT;
import static io.zmtp.reactive.replay.ScriptedPublisher.END;
import static io.zmtp.reactive.replay.ScriptedPublisher.EPOCH;
import static io.zmtp.reactive.replay.ScriptedPublisher.having;
import static io.zmtp.reactive.replay.ScriptedPublisher.numbers;
import static io.zmtp.reactive.replay.ScriptedPublisher.page;
import static io.zmtp.reactive.replay.ScriptedPublisher.plain;
import static io.zmtp.reactive.replay.ScriptedPublisher.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.DealerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Publishers that are plain, or wrong: a PUB and a ROUTER of which the test says what they send. */
class WrongPublisherTests {

    @RegisterExtension
    final Feeds feeds = new Feeds();

    // ---- plain ones

    @Test
    void aPlainPublisherIsAskedFromTheFirstMissingNumber() {
        ScriptedPublisher plain = new ScriptedPublisher(feeds, false, having(0, 6));
        StepVerifier.create(numbers(plain.subscriber(o -> o).updates()))
                .then(() -> plain.publish(1, 2, 5))
                .expectNext(1L, 2L, 3L, 4L, 5L)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aPlainPublisherMayReplayTheTopicToo() {
        ScriptedPublisher plain = new ScriptedPublisher(
                feeds,
                false,
                request -> List.of(
                        plain(0).skip(1).prepend(Bytes.utf8("other")).prepend(Bytes.EMPTY),
                        plain(1).skip(1).prepend(Bytes.utf8("topic")).prepend(Bytes.EMPTY),
                        END.skip(1).prepend(Bytes.EMPTY).prepend(Bytes.EMPTY)));
        StepVerifier.create(plain.subscriber(o -> o.from(Start.oldest())).receive("to"))
                .expectNext(Message.of("topic", "1"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aPlainReplayHasTheTopicThatWasGivenForIt() {
        ScriptedPublisher plain = new ScriptedPublisher(feeds, false, having(0, 1));
        StepVerifier.create(plain.subscriber(o -> o.from(Start.oldest()).plainTopic(Bytes.utf8("kv")))
                        .receive())
                .expectNext(Message.of("kv", "0"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void whatAPlainPublisherDoesNotHaveAnyMoreIsLost() {
        ScriptedPublisher plain = new ScriptedPublisher(feeds, false, having(4, 6));
        StepVerifier.create(numbers(plain.subscriber(o -> o).updates()))
                .then(() -> plain.publish(1, 5))
                .expectNext(1L, -2L, 4L, 5L)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void whatAReplayDroppedIsAskedForAgain() {
        ScriptedPublisher plain = new ScriptedPublisher(
                feeds,
                false,
                request -> Wire.toNumber(request.part(2)) == 0
                        ? List.of(plain(0), plain(1), plain(5), END)
                        : having(2, 6).apply(request));
        StepVerifier.create(numbers(plain.subscriber(o -> o.from(Start.at(0))).updates()))
                .expectNext(0L, 1L, 2L, 3L, 4L, 5L)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void whatAReplayDroppedAtItsEndIsAskedForAgain() {
        ScriptedPublisher plain = new ScriptedPublisher(
                feeds,
                false,
                request -> Wire.toNumber(request.part(2)) == 0
                        ? List.of(plain(0), plain(1), END)
                        : having(2, 4).apply(request));
        StepVerifier.create(numbers(plain.subscriber(o -> o).updates()))
                .then(() -> plain.publish(7, 3)) // goes back: begins anew, and 0 is asked for
                .expectNext(7L, 0L, 1L, 2L, 3L)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aReplayWithoutAnEndIsAskedForAgain() {
        ScriptedPublisher plain = new ScriptedPublisher(
                feeds,
                false,
                request -> Wire.toNumber(request.part(2)) == 0
                        ? List.of(plain(0))
                        : having(1, 3).apply(request));
        StepVerifier.create(numbers(plain.subscriber(o -> o.from(Start.at(0))).updates()))
                .expectNext(0L, 1L, 2L)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aReplayThatNeverComesIsGivenUp() {
        ScriptedPublisher plain = new ScriptedPublisher(feeds, false, request -> List.of());
        ReplaySubscriber subscriber = plain.subscriber(o -> o.patience(Duration.ofMillis(300)));
        StepVerifier.create(numbers(subscriber.updates()))
                .then(() -> plain.publish(1, 4))
                .expectNext(1L, -2L, 4L)
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().openFor()).isEmpty();
    }

    @Test
    void aPlainPublisherWhoseNumbersGoBackHasBegunAnew() {
        ScriptedPublisher plain = new ScriptedPublisher(feeds, false, having(0, 3));
        StepVerifier.create(plain.subscriber(o -> o).updates())
                .then(() -> plain.publish(100, 2))
                .assertNext(update -> assertThat(update.epoch()).isZero())
                .assertNext(
                        update -> assertThat(update).returns(1L, Update::epoch).returns(0L, Update::last))
                .assertNext(update -> assertThat(update.last()).isEqualTo(1))
                .assertNext(update -> assertThat(update.last()).isEqualTo(2))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aJumpBy2To63IsOneGap() {
        ScriptedPublisher plain = new ScriptedPublisher(feeds, false, request -> List.of(END));
        ReplaySubscriber subscriber = plain.subscriber(o -> o);
        StepVerifier.create(numbers(subscriber.updates()))
                .then(() -> plain.publish(0, Long.MAX_VALUE - 1))
                .expectNext(0L, -(Long.MAX_VALUE - 2), Long.MAX_VALUE - 1)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void whatIsNoNumberIsDroppedAndCounted() {
        ScriptedPublisher plain = new ScriptedPublisher(feeds, false, having(0, 2));
        ReplaySubscriber subscriber = plain.subscriber(o -> o);
        StepVerifier.create(numbers(subscriber.updates()))
                .then(() -> {
                    plain.publish(0, -1, Long.MIN_VALUE, Long.MAX_VALUE);
                    plain.publication.send("t").block(TIMEOUT);
                    plain.publication.send("t", "1234567", "cut off").block(TIMEOUT);
                    plain.publish(1);
                })
                .expectNext(0L, 1L)
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().malformed()).isEqualTo(5);
    }

    @Test
    void answersThatNobodyAskedForAreDroppedAndCounted() {
        ScriptedPublisher plain = new ScriptedPublisher(
                feeds,
                false,
                request -> List.of(
                        plain(0), END, END, plain(1), Message.of(Bytes.EMPTY, Bytes.utf8("short"), Bytes.EMPTY)));
        ReplaySubscriber subscriber = plain.subscriber(o -> o.from(Start.at(0)).check(Duration.ofMinutes(1)));
        StepVerifier.create(numbers(subscriber.updates()))
                .expectNext(0L)
                .then(() -> plain.publish(1))
                .expectNext(1L)
                .then(() -> Flux.interval(Duration.ofMillis(5))
                        .filter(tick -> subscriber.counts().malformed() == 3)
                        .blockFirst(TIMEOUT))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void lastValuesOfAPlainPublisherAreATypedError() {
        ScriptedPublisher plain = new ScriptedPublisher(feeds, false, having(0, 2));
        StepVerifier.create(plain.subscriber(o -> o.from(Start.lastValues())).receive())
                .expectError(ZmtpProtocolException.class)
                .verify(TIMEOUT);
    }

    // ---- those that announce our wire

    @Test
    void aRecordThatIsCutOffIsDroppedAndCounted() {
        byte[] whole = records(1, 2);
        for (int cut = 1; cut < whole.length; cut++) {
            byte[] octets = Arrays.copyOf(whole, cut);
            Sequence sequence =
                    new Sequence(Endpoint.parse("tcp://a:1"), List.of(), Start.at(1), Bytes.EMPTY, new Tally());
            Query query = new Query(1, Query.Mode.MESSAGES, 0, 1, Long.MAX_VALUE, 100, List.of());
            Page page = new Page(1, EPOCH, 0, 2, 3, Bytes.wrap(octets));
            if (cut == whole.length / 2) {
                sequence.page(query, page, null);
            } else {
                assertThat(catchThrowable(() -> sequence.page(query, page, null)))
                        .isInstanceOf(ZmtpProtocolException.class);
            }
        }
    }

    @Test
    void framesThatDoNotFitTheirRecordAreATypedError() {
        byte[] whole = records(1);
        for (int at = Records.HEADER; at < whole.length; at++) {
            byte[] octets = whole.clone();
            octets[at] = (byte) 0xff;
            Records records = new Records(octets, octets.length);
            assertThat(records.next()).isTrue();
            try {
                records.message(null);
            } catch (ZmtpProtocolException typed) {
                assertThat(typed).hasMessageStartingWith("replay: expected");
            }
        }
    }

    @Test
    void aPageThatSkipsNumbersHasLostThem() {
        ScriptedPublisher ours =
                new ScriptedPublisher(feeds, true, request -> List.of(page(request, 0, 4, 5, records(0, 1, 4))));
        StepVerifier.create(numbers(ours.subscriber(o -> o.from(Start.at(0))).updates()))
                .expectNext(0L, 1L, -2L, 4L)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aPublisherThatDoesNotKnowWhatItHasPublishedHasLostIt() {
        ScriptedPublisher ours =
                new ScriptedPublisher(feeds, true, request -> List.of(page(request, 0, -1, 0, new byte[0])));
        StepVerifier.create(numbers(ours.subscriber(o -> o.from(Start.at(0))).updates()))
                .then(() -> ours.publish(3))
                .expectNext(-3L, 3L)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void answersToOtherRequestsAreDroppedAndCounted() {
        ScriptedPublisher ours = new ScriptedPublisher(feeds, true, request -> {
            Message good = page(request, 0, 0, 1, records(0));
            byte[] fixed = good.part(2).toByteArray();
            ByteBuffer.wrap(fixed).putInt(0, -77);
            Message other = Message.of(Bytes.EMPTY, Wire.END_PART, Bytes.wrap(fixed), Bytes.EMPTY);
            return List.of(other, Message.of("a", "b"), good, good, plain(5), END);
        });
        ReplaySubscriber subscriber = ours.subscriber(o -> o.from(Start.at(0)).check(Duration.ofMinutes(1)));
        StepVerifier.create(numbers(subscriber.updates()))
                .expectNext(0L)
                .then(() -> Flux.interval(Duration.ofMillis(5))
                        .filter(tick -> subscriber.counts().malformed() == 5)
                        .blockFirst(TIMEOUT))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aBrokenPageIsAskedForAgainWithTheNextCheckOnly() {
        int[] requests = {0};
        ScriptedPublisher ours = new ScriptedPublisher(feeds, true, request -> {
            requests[0]++;
            return List.of(page(request, 0, 0, 1, requests[0] < 4 ? new byte[5] : records(0)));
        });
        ReplaySubscriber subscriber = ours.subscriber(o -> o.from(Start.at(0)));
        StepVerifier.create(numbers(subscriber.updates()))
                .expectNext(0L)
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().malformed()).isEqualTo(3);
    }

    @Test
    void aPublisherOfAnotherEpochEachTimeKeepsNothingBusy() {
        int[] requests = {0};
        ScriptedPublisher ours = new ScriptedPublisher(feeds, true, request -> {
            Query query = Query.read(request);
            int id = query == null ? 0 : query.id();
            return List.of(new Page(id, EPOCH + ++requests[0], 0, 0, 1, Bytes.EMPTY)
                    .toMessage(Bytes.EMPTY)
                    .skip(1));
        });
        StepVerifier.create(ours.subscriber(o -> o).updates())
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(500))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(requests[0]).isLessThan(50);
    }

    @Test
    void aPageWithoutWhatItSaysThereIsKeepsNothingBusyAndIsGivenUp() {
        int[] requests = {0};
        ScriptedPublisher ours = new ScriptedPublisher(feeds, true, request -> {
            requests[0]++;
            return List.of(page(request, 0, -1, 10, new byte[0]));
        });
        StepVerifier.create(numbers(ours.subscriber(o -> o.from(Start.at(0)).patience(Duration.ofMillis(300)))
                        .updates()))
                .expectNext(-10L)
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(requests[0]).isLessThan(50);
    }

    @Test
    void aPageWithMoreThanWasAskedForIsDroppedAndCounted() {
        long[] many = LongStream.range(0, 20_000).toArray();
        int[] requests = {0};
        ScriptedPublisher ours = new ScriptedPublisher(
                feeds,
                true,
                request -> List.of(
                        requests[0]++ == 0
                                ? page(request, 0, many.length - 1, many.length, records(many))
                                : page(request, 0, 0, 1, records(0))));
        ReplaySubscriber subscriber = ours.subscriber(o -> o.from(Start.at(0)));
        StepVerifier.create(numbers(subscriber.updates()))
                .expectNext(0L)
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().malformed()).isEqualTo(1);
    }

    // ---- wrong subscribers

    @Test
    void requestsThatAreNoneAreDroppedAndCounted() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow("tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
        Feeds.send(publisher, "a", 0, 3);
        DealerSocket dealer = feeds.add(DealerSocket.create());
        dealer.connectNow(at.replay());
        dealer.send("what?").block(TIMEOUT);
        dealer.send("", "1234567").block(TIMEOUT);
        dealer.send(Message.of(Bytes.EMPTY, Wire.number(0), Bytes.utf8("?"))).block(TIMEOUT);
        dealer.send(Message.of(Bytes.EMPTY, Wire.number(1))).block(TIMEOUT);
        List<Message> answer = dealer.receive().take(3).collectList().block(TIMEOUT);
        assertThat(answer)
                .containsExactly(
                        Message.of(Bytes.EMPTY, Wire.number(1), Bytes.utf8("1")),
                        Message.of(Bytes.EMPTY, Wire.number(2), Bytes.utf8("2")),
                        END);
        assertThat(publisher.replay().drops()).containsValue(3L);
    }

    @Test
    void whoAsksAgainAndAgainAndDoesNotReadCostsABoundedAmount() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow("tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
        publisher
                .send(Flux.range(0, 20_000).map(i -> Message.of(Bytes.utf8("a"), Bytes.wrap(new byte[1000]))))
                .block(TIMEOUT);
        DealerSocket deaf = feeds.add(DealerSocket.create());
        deaf.connectNow(at.replay());
        deaf.send(Flux.range(0, 1000).map(i -> Message.of(Bytes.EMPTY, Wire.number(0))))
                .block(TIMEOUT);
        List<String> others = Feeds.subscriber(at, options -> options.from(Start.oldest()))
                .updates()
                .map(update -> "" + update.last())
                .take(20_000)
                .collectList()
                .block(TIMEOUT);
        assertThat(others)
                .isEqualTo(IntStream.range(0, 20_000).mapToObj(i -> "" + i).toList());
        assertThat(publisher.replay().peers().stream()
                        .mapToLong(ConnectedPeer::queued)
                        .sum())
                .isLessThan(2000);
    }
}
