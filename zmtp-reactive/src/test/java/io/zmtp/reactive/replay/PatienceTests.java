package io.zmtp.reactive.replay;

import static io.zmtp.reactive.replay.Feeds.TIMEOUT;
import static io.zmtp.reactive.replay.Feeds.await;
import static io.zmtp.reactive.replay.Feeds.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.Recorder;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.testing.LiveObjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Subscribers that are slow, and what waits for them meanwhile. */
class PatienceTests {

    private static final String ANY = "tcp://127.0.0.1:*";
    private static final int MIB = 1024 * 1024;

    @RegisterExtension
    final Feeds feeds = new Feeds();

    /** Publishes some that a subscriber misses, and then some that it gets. */
    private static void sendWithAGap(ReplayPublisher publisher, ReplayEndpoints at, int from, int missed, int to) {
        publisher.publication().unbind(at.publication()).block(TIMEOUT);
        send(publisher, "a", from, missed);
        publisher.publication().bind(at.publication()).block(TIMEOUT);
        Feeds.awaitSubscriber(publisher).block(TIMEOUT);
        send(publisher, "a", missed, to);
    }

    @Test
    void aSlowSubscriberLosesNothingHoweverLongItTakes() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        ReplaySubscriber subscriber = Feeds.subscriber(
                at,
                options -> options.buffer(100).patience(Duration.ofSeconds(30)).scheduler(time));
        List<String> all = IntStream.range(0, 80).mapToObj(i -> "" + i).toList();
        StepVerifier.create(subscriber.receive().map(Message::text), 0)
                .expectSubscription()
                .then(() -> {
                    Feeds.awaitSubscriber(publisher).block(TIMEOUT);
                    send(publisher, "a", 0, 60);
                    await(() -> subscriber.counts().received() == 60);
                    sendWithAGap(publisher, at, 60, 70, 80);
                    await(() -> subscriber.counts().gaps() == 1);
                    time.advanceTimeBy(Duration.ofMinutes(10));
                })
                .thenRequest(Long.MAX_VALUE)
                .expectNextSequence(all)
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(subscriber.counts().lost()).isZero();
    }

    @Test
    void whatIsAheadDoesNotKeepOutWhatIsReplayedBeforeIt() {
        ReplayPublisher publisher = feeds.publisher(
                options -> options.publication(socket -> socket.noDrop().sendHwmBytes(64L * MIB)));
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options.patience(Duration.ofSeconds(3)));
        Message large = Message.of(Bytes.utf8("a"), Bytes.wrap(new byte[MIB]));
        StepVerifier.create(subscriber.updates().map(update -> update instanceof Gap ? -1L : update.last()))
                .then(() -> {
                    Feeds.awaitSubscriber(publisher).block(TIMEOUT);
                    publisher.send("a", "0").block(TIMEOUT);
                })
                .expectNext(0L)
                .then(() -> {
                    publisher.replay().unbind(at.replay()).block(TIMEOUT);
                    publisher.publication().unbind(at.publication()).block(TIMEOUT);
                    publisher.send(Flux.just(large, large, large)).block(TIMEOUT);
                    publisher.publication().bind(at.publication()).block(TIMEOUT);
                    Feeds.awaitSubscriber(publisher).block(TIMEOUT);
                    publisher.send(Flux.just(large).repeat(15)).block(TIMEOUT);
                    await(() -> publisher.publication().peers().get(0).queued() == 0);
                    publisher.replay().bind(at.replay()).block(TIMEOUT);
                })
                .expectNextSequence(LongStream.range(1, 20).boxed().toList())
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void joinsAndLeavesHoldNothingWhileASubscriberBlocks() throws Exception {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        send(publisher, "a", 0, 500);
        Blocking blocking = feeds.add(new Blocking());
        ReplaySubscriber subscriber = Feeds.subscriber(at, options -> options.from(Start.oldest()));
        subscriber.receive().subscribe(blocking);
        await(() -> subscriber.counts().received() == 500);
        blocking.start();
        long before = LiveObjects.count().of("ConnectedPeer");
        for (int cut = 0; cut < 40; cut++) {
            await(() -> publisher.replay().peers().size() == 1);
            Feeds.cutReplay(publisher);
        }
        await(() -> publisher.replay().peers().size() == 1);
        assertThat(LiveObjects.count().of("ConnectedPeer") - before).isLessThan(10);
        blocking.goOn.countDown();
        blocking.request(Long.MAX_VALUE);
        send(publisher, "a", 500, 501);
        await(() -> blocking.count.get() == 501);
    }

    /** Keeps a thread of its own, and no event loop, with the message that it gets there. */
    private static final class Blocking extends BaseSubscriber<Message> {

        final CountDownLatch goOn = new CountDownLatch(1);
        final AtomicLong count = new AtomicLong();
        private final CountDownLatch blocked = new CountDownLatch(1);
        private final Thread thread = new Thread(() -> {
            while (blocked.getCount() > 0) {
                request(1); // until it is this thread that hands it out
            }
        });

        void start() throws InterruptedException {
            thread.start();
            blocked.await();
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(Message message) {
            count.incrementAndGet();
            if (Thread.currentThread() == thread) {
                blocked.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** 256 are requested at a time when they are small: as large ones they would be much. */
    @Test
    void ofLargeMessagesOnlySoManyAreHeldAndTheRestIsReplayed() {
        ReplayPublisher publisher = feeds.publisher(options -> options.publication(SocketOptions::noDrop));
        ReplayEndpoints at = publisher.bindNow(ANY, ANY);
        AtomicLong dropped = new AtomicLong();
        Recorder recorder = new Recorder() {
            @Override
            public void dropped(SocketType type, Endpoint endpoint, DropReason reason, long messages) {
                dropped.addAndGet(messages);
            }
        };
        ReplaySubscriber subscriber =
                Feeds.subscriber(at, options -> options.publication(socket -> socket.recorder(recorder)));
        Message large = Message.of(Bytes.utf8("a"), Bytes.wrap(new byte[MIB]));
        StepVerifier.create(subscriber.updates().map(update -> update instanceof Gap ? -1L : update.last()), 1500)
                .then(() -> {
                    Feeds.awaitSubscriber(publisher).block(TIMEOUT);
                    send(publisher, "a", 0, 1500);
                })
                .expectNextCount(1500)
                .then(() -> {
                    publisher.send(Flux.just(large).repeat(39)).block(TIMEOUT);
                    await(() -> dropped.get() > 20);
                })
                .thenRequest(Long.MAX_VALUE)
                .expectNextSequence(LongStream.range(1500, 1540).boxed().toList())
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void whatAPublisherTookWithItWhileItWasReplayedIsAGap() {
        ReplayPublisher first = feeds.publisher(options -> options);
        ReplayEndpoints at = first.bindNow(ANY, ANY);
        send(first, "first", 0, 50_000);
        ReplaySubscriber subscriber =
                Feeds.subscriber(at, options -> options.from(Start.oldest()).buffer(10));
        List<Update> all = new ArrayList<>();
        StepVerifier.create(subscriber.updates().doOnNext(all::add), 1)
                .expectNextCount(1)
                .then(() -> {
                    first.close().block(TIMEOUT);
                    ReplayPublisher second = feeds.publisher(options -> options);
                    second.bindNow(at.publication().toString(), at.replay().toString());
                    send(second, "second", 0, 3);
                })
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(update -> !(update.epoch() != first.epoch() && update.last() == 2))
                .thenCancel()
                .verify(TIMEOUT);
        long next = 0;
        for (Update each : all) {
            if (each.epoch() == first.epoch()) {
                assertThat(each instanceof Gap gap ? gap.first() : each.last()).isEqualTo(next);
                next = each.last() + 1;
            }
        }
        assertThat(next).isEqualTo(50_000);
        assertThat(subscriber.counts().lost()).isPositive();
    }
}
