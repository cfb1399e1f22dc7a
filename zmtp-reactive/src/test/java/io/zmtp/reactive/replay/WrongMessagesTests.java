package io.zmtp.reactive.replay;

import static io.zmtp.reactive.replay.Feeds.TIMEOUT;
import static io.zmtp.reactive.replay.Feeds.await;
import static io.zmtp.reactive.replay.ScriptedPublisher.END;
import static io.zmtp.reactive.replay.ScriptedPublisher.EPOCH;
import static io.zmtp.reactive.replay.ScriptedPublisher.live;
import static io.zmtp.reactive.replay.ScriptedPublisher.page;
import static io.zmtp.reactive.replay.ScriptedPublisher.plain;
import static io.zmtp.reactive.replay.ScriptedPublisher.records;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.testing.LiveObjects;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** A hundred thousand wrong messages: each is dropped and counted, or a gap, and nothing of them is held. */
class WrongMessagesTests {

    private static final int COUNT = 100_000;

    @RegisterExtension
    final Feeds feeds = new Feeds();

    /** Numbers that no publisher gives, one behind the other. */
    enum Numbers {
        BACK(i -> 2 * COUNT - i),
        THE_SAME(i -> 7),
        WRAPPED(i -> Long.MIN_VALUE + i),
        NEGATIVE(i -> -1 - i),
        FAR_AND_NEAR(i -> i % 2 == 0 ? i : Long.MAX_VALUE - COUNT + i),
        JUMPS(i -> i * (Long.MAX_VALUE / COUNT));

        final LongUnaryOperator number;

        Numbers(LongUnaryOperator number) {
            this.number = number;
        }
    }

    private static Sequence sequence(Tally tally, Start start) {
        return new Sequence(Endpoint.parse("tcp://a:1"), List.of(), start, Bytes.EMPTY, tally);
    }

    /** Takes what is ready, and gives up what does not come. */
    private static long takeAll(Sequence sequence) {
        long taken = 0;
        sequence.tick(true, true, 1);
        sequence.tick(true, true, 1);
        while (sequence.row.poll() != null) {
            taken++;
        }
        return taken;
    }

    @ParameterizedTest
    @EnumSource
    void ofPublicationsWithWrongNumbersNothingIsHeld(Numbers wrong) {
        for (OptionalLong announced : List.of(OptionalLong.empty(), OptionalLong.of(EPOCH))) {
            Tally tally = new Tally();
            Sequence sequence = sequence(tally, Start.now());
            long malformed = 0;
            for (int i = 0; i < COUNT; i++) {
                malformed += sequence.live(live(wrong.number.applyAsLong(i)), announced) ? 0 : 1;
                if (i % 1000 == 999) {
                    takeAll(sequence);
                    assertThat(sequence.row.held()).isLessThanOrEqualTo(1);
                    assertThat(sequence.row.bytes()).isLessThanOrEqualTo(100);
                }
            }
            ReplayCounts counts = tally.now();
            assertThat(counts.received() + counts.duplicates() + malformed + sequence.row.held())
                    .isEqualTo(COUNT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofReplaysWithWrongNumbersNothingIsHeld(Numbers wrong) {
        Tally tally = new Tally();
        Sequence sequence = sequence(tally, Start.at(5));
        sequence.plainAsked();
        long malformed = 0;
        long ends = 0;
        for (int i = 0; i < COUNT; i++) {
            long number = wrong.number.applyAsLong(i);
            long before = tally.now().received() + tally.now().duplicates();
            boolean taken = sequence.plain(plain(number));
            malformed += taken ? 0 : 1;
            ends += taken && tally.now().received() + tally.now().duplicates() == before ? 1 : 0;
            while (sequence.row.poll() != null) {
                // as if it was asked for
            }
            assertThat(sequence.row.held()).isZero();
        }
        assertThat(tally.now().received() + tally.now().duplicates() + malformed + ends)
                .isEqualTo(COUNT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersThatNobodyAskedForAreDroppedAndCountedAndNothingIsHeld(boolean ours) {
        ScriptedPublisher wrong = new ScriptedPublisher(feeds, ours, request -> {
            Stream<Message> answer = ours ? Stream.of(page(request, 0, 0, 1, records(0))) : Stream.of(plain(0), END);
            Message other = ours ? page(Message.of("no query"), 0, 5, 9, records(1)) : plain(1);
            return Stream.concat(answer, IntStream.range(0, COUNT).mapToObj(i -> other))
                    .toList();
        });
        ReplaySubscriber subscriber = wrong.subscriber(o -> o.from(Start.at(0)).check(Duration.ofMinutes(1)));
        long before = LiveObjects.count().of("Message", "Published");
        feeds.add(subscriber.updates().subscribe());
        await(() -> subscriber.counts().malformed() == COUNT);
        assertThat(subscriber.counts().received()).isEqualTo(1);
        assertThat(LiveObjects.count().of("Message", "Published") - before).isLessThan(COUNT / 10);
    }

    @Test
    void aReplayThatNeverEndsIsGivenUp() {
        ScriptedPublisher endless = new ScriptedPublisher(
                feeds,
                false,
                request -> IntStream.range(0, COUNT).mapToObj(i -> plain(0)).toList());
        ReplaySubscriber subscriber =
                endless.subscriber(o -> o.patience(Duration.ofSeconds(2)).replayTimeout(Duration.ofMinutes(1)));
        Flux<Update> updates = subscriber.updates().replay().autoConnect(0);
        endless.publish(1, 4);
        assertThat(updates.take(3).map(Update::last).collectList().block(TIMEOUT))
                .containsExactly(1L, 3L, 4L);
        assertThat(subscriber.counts().lost()).isEqualTo(2);
        assertThat(subscriber.counts().duplicates()).isPositive();
    }

    @Test
    void whatIsPublishedAndNotRequestedIsNotHeld() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow("tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options.buffer(100));
        feeds.add(subscriber.updates().subscribeWith(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}
        }));
        Feeds.awaitSubscriber(publisher).block(TIMEOUT);
        Feeds.send(publisher, "a", 0, COUNT);
        await(() -> subscriber.counts().received() >= 100);
        int most = 100 + 256 * 1024 / 12; // the buffer, and one page of what was missed while the subscriber joined
        assertThat(LiveObjects.count().of("Published")).isLessThan(most);
        assertThat(subscriber.counts().received()).isLessThan(most);
    }

    @Test
    void requestsThatAreNoneAreDroppedAndCountedAndNothingIsHeld() {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow("tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
        DealerSocket dealer = feeds.add(DealerSocket.create());
        dealer.connectNow(at.replay());
        long before = LiveObjects.count().of("Message");
        dealer.send(Flux.range(0, COUNT).map(i -> Message.of("", "no request", "" + i)))
                .block(TIMEOUT);
        await(() -> publisher.replay().drops().getOrDefault(DropReason.MALFORMED, 0L) == COUNT);
        assertThat(LiveObjects.count().of("Message") - before).isLessThan(COUNT / 10);
    }
}
