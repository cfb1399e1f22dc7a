package io.zmtp.reactive.model;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.model.Stage.Transport;
import io.zmtp.reactive.replay.Gap;
import io.zmtp.reactive.replay.Published;
import io.zmtp.reactive.replay.ReplayEndpoints;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.replay.ReplaySubscriber;
import io.zmtp.reactive.replay.Start;
import io.zmtp.reactive.replay.Update;
import io.zmtp.reactive.socket.SocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Publishers with a history, and subscribers that are slow, cut off, or away; publishers that are started again. Each
 * subscriber gets all that is published of its topics, once and in order, as long as the publisher lives. All that is random
 * comes from the seed, except for who is faster.
 */
final class Following implements AutoCloseable {

    private static final List<String> TOPICS = List.of("a", "ab", "b", "c");

    /** What subscribers want; all of them the first topic. */
    private static final List<List<String>> PREFIXES =
            List.of(List.of(""), List.of("a"), List.of("a", "c"), List.of("ab", "a"));

    private final Random random;
    private final Stage stage;
    private final boolean cuts;
    private final boolean publishersLeave;
    private final boolean followersLeave;
    private final boolean slow;
    private final int hwm;
    private final List<ReplayPublisher> publishers = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();

    /** By epoch, the topic of each number. */
    private final Map<Long, List<String>> topics = new ConcurrentHashMap<>();

    /** Those that have gone, with what nobody had got of them. */
    private final Set<Long> ended = ConcurrentHashMap.newKeySet();

    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    Following(Transport transport, long seed) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.cuts = random.nextBoolean() && transport.isTcp();
        this.publishersLeave = random.nextInt(2) == 0;
        this.followersLeave = random.nextInt(2) == 0;
        this.slow = random.nextInt(3) < 2;
        this.hwm = 1 + random.nextInt(random.nextBoolean() ? 5 : 200);
        this.stage = new Stage(transport, random, cuts, seed);
    }

    List<String> play() {
        int count = 1 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            publishers.add(publisher(i));
        }
        for (int i = random.nextInt(3); i >= 0; i--) {
            followers.add(
                    new Follower("F" + i, PREFIXES.get(random.nextInt(PREFIXES.size())), 1 + random.nextInt(300)));
        }
        for (int step = 40 + random.nextInt(80); step > 0; step--) {
            step();
            if (random.nextBoolean()) {
                Mono.delay(Duration.ofNanos(random.nextInt(2_000_000))).block();
            }
        }
        followers.forEach(each -> each.request(Long.MAX_VALUE));
        publishers.forEach(each -> send(each, 3, "a"));
        for (Follower each : followers) {
            boolean complete = Boolean.TRUE.equals(Flux.interval(Duration.ZERO, Duration.ofMillis(2))
                    .onBackpressureDrop()
                    .map(tick -> each.hasAll() || !faults.isEmpty())
                    .filter(yes -> yes)
                    .next()
                    .timeout(Expect.TIMEOUT, Mono.just(false))
                    .block());
            if (!complete) {
                faults.add(each + " does not get all: " + ends());
            }
        }
        return List.copyOf(faults);
    }

    private SocketOptions options(SocketOptions options, boolean binds) {
        return stage.secure(options, binds)
                .sendHwm(hwm)
                .recvHwm(hwm)
                .linger(Duration.ofMillis(100))
                .reconnect(Duration.ofMillis(5), Duration.ofMillis(40));
    }

    private ReplayPublisher publisher(int index) {
        ReplayPublisher publisher = ReplayPublisher.create(
                all -> all.publication(socket -> options(socket, true)).replay(socket -> options(socket, true)));
        topics.put(publisher.epoch(), new ArrayList<>());
        stage.bind("R" + index, publisher.replay());
        stage.bind("P" + index, publisher.publication());
        return publisher;
    }

    private void step() {
        Follower follower = followers.get(random.nextInt(followers.size()));
        int index = random.nextInt(publishers.size());
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 ->
                send(publishers.get(index), 1 + random.nextInt(100), TOPICS.get(random.nextInt(TOPICS.size())));
            case 4, 5, 6 -> follower.request(slow ? 1 + random.nextInt(50) : Long.MAX_VALUE);
            case 7 -> {
                if (cuts) {
                    stage.cut();
                }
            }
            case 8 -> {
                if (followersLeave) {
                    follower.restart();
                }
            }
            default -> {
                if (publishersLeave && random.nextInt(3) == 0) {
                    ReplayPublisher leaving = publishers.get(index);
                    ended.add(leaving.epoch());
                    leaving.close().block(Expect.TIMEOUT);
                    publishers.set(index, publisher(index));
                }
            }
        }
    }

    private void send(ReplayPublisher publisher, int count, String topic) {
        List<String> published = topics.get(publisher.epoch());
        for (int i = 0; i < count; i++) {
            int number;
            synchronized (published) {
                number = published.size();
                published.add(topic);
            }
            publisher
                    .send(topic, "" + number)
                    .subscribe(nothing -> {}, refused -> faults.add("could not publish: " + refused));
        }
    }

    private List<String> ends() {
        return publishers.stream()
                .map(each -> Long.toHexString(each.epoch()) + ":" + each.next())
                .toList();
    }

    /** A subscriber, and what it gets over its lives. */
    private final class Follower {

        private final String name;
        private final List<String> prefixes;
        private final int buffer;
        private final Map<Endpoint, Place> places = new HashMap<>();
        private BaseSubscriber<Update> life;

        Follower(String name, List<String> prefixes, int buffer) {
            this.name = name;
            this.prefixes = prefixes;
            this.buffer = buffer;
            this.life = begin(Start.oldest());
        }

        private BaseSubscriber<Update> begin(Start start) {
            ReplaySubscriber subscriber = ReplaySubscriber.create(all -> all.from(start)
                    .buffer(buffer)
                    .check(Duration.ofMillis(20))
                    .patience(Duration.ofMinutes(1))
                    .publication(socket -> options(socket, false))
                    .replay(socket -> options(socket, false)));
            for (int i = 0; i < publishers.size(); i++) {
                subscriber = subscriber.connect(new ReplayEndpoints(stage.endpoint("P" + i), stage.endpoint("R" + i)));
            }
            BaseSubscriber<Update> begun = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    // nothing is requested yet
                }

                @Override
                protected void hookOnNext(Update update) {
                    saw(this, update);
                }

                @Override
                protected void hookOnError(Throwable failure) {
                    faults.add(name + " failed: " + failure);
                }
            };
            subscriber.updates(prefixes.toArray(String[]::new)).subscribe(begun);
            return begun;
        }

        void request(long count) {
            life.request(count);
        }

        /** Goes on behind the last one, or from the beginning: there is one start for all publishers. */
        synchronized void restart() {
            life.cancel();
            Place only = publishers.size() == 1 && places.size() == 1
                    ? places.values().iterator().next()
                    : null;
            Update last = only == null ? null : only.last;
            if (last == null) {
                places.clear();
            }
            life = begin(last == null ? Start.oldest() : Start.after(last));
        }

        private synchronized void saw(BaseSubscriber<Update> by, Update update) {
            if (by != life) {
                return; // was on its way when it was cancelled
            }
            Place place = places.computeIfAbsent(update.endpoint(), there -> new Place());
            if (place.epoch != update.epoch()) {
                if (ended.contains(update.epoch()) && !ended.contains(place.epoch) && place.epoch != 0) {
                    faults.add(name + " goes back to a publisher that has gone: " + update);
                }
                place.epoch = update.epoch();
                place.number = -1;
            }
            long first = update instanceof Gap gap ? gap.first() : update.last();
            if (first <= place.number) {
                faults.add(name + " got " + update + " after number " + place.number);
            }
            for (long number = place.number + 1; number < first; number++) {
                if (wants(update.epoch(), number)) {
                    faults.add(name + " missed number " + number + " before " + update);
                    break;
                }
            }
            if (update instanceof Gap && !ended.contains(update.epoch())) {
                faults.add(name + " lost something of a publisher that lives: " + update);
            }
            if (update instanceof Published published
                    && !published.message().equals(Message.of(topic(update.epoch(), first), "" + first))) {
                faults.add(name + " got what was not published: " + update);
            }
            place.number = update.last();
            place.last = update;
        }

        private boolean wants(long epoch, long number) {
            return prefixes.stream().anyMatch(topic(epoch, number)::startsWith);
        }

        /** Whether it is at the end of all. */
        synchronized boolean hasAll() {
            for (int i = 0; i < publishers.size(); i++) {
                ReplayPublisher publisher = publishers.get(i);
                Place place = places.get(stage.endpoint("P" + i));
                if (place == null || place.epoch != publisher.epoch() || place.number != publisher.next() - 1) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public synchronized String toString() {
            return name + prefixes + " at " + places.values();
        }
    }

    private String topic(long epoch, long number) {
        List<String> published = topics.get(epoch);
        synchronized (published) {
            return published.get((int) number);
        }
    }

    /** How far a subscriber is with a publisher. */
    private static final class Place {
        private long epoch;
        private long number = -1;
        private @Nullable Update last;

        @Override
        public String toString() {
            return Long.toHexString(epoch) + ":" + number;
        }
    }

    @Override
    public void close() {
        followers.forEach(each -> each.life.cancel());
        publishers.forEach(each -> each.close().block(Expect.TIMEOUT));
        stage.close();
    }

    @Override
    public String toString() {
        return "replay of " + publishers.size() + " to " + followers + (cuts ? " cuts" : "")
                + (publishersLeave ? " publishersLeave" : "") + (followersLeave ? " followersLeave" : "")
                + (slow ? " slow" : "") + " hwm " + hwm;
    }
}
