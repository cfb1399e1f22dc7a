package io.zmtp.reactive.model;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.UnderWay;
import io.zmtp.reactive.model.Job.Mood;
import io.zmtp.reactive.model.Stage.Transport;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.SocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Messages that are acknowledged at a level of delivery, while connections are cut, receivers are slow, cancel, leave, or fail
 * to do the work, and senders are closed. Then everybody is well again: nothing is missing; where the level says so, and no
 * receiver was made anew, nothing has come twice; every delivery has ended, and nothing is under way. All that is random
 * comes from the seed, except for which side is faster.
 */
final class Working implements AutoCloseable {

    private static final int LAST = 3;
    private static final List<Pattern> PATTERNS =
            List.of(Pattern.PUSH_PULL, Pattern.PUSH_PULL, Pattern.SCATTER_GATHER, Pattern.QUEUE);

    private final Random random;
    private final Stage stage;
    private final Pattern pattern;
    private final DeliveryLevel level;
    private final Jobs jobs = new Jobs();
    private final List<Post> givers = new ArrayList<>();
    private final List<Post> takers = new ArrayList<>();
    private final List<Post> all = new ArrayList<>();
    private final List<Post> binders;
    private final List<Post> connectors;

    // What is set.
    private final int hwm;
    private final int maxUnderWay;
    private final long maxBytes;
    private final int retries;
    private final int backoff;
    private final boolean elsewhere;
    private final boolean immediate;
    private final boolean processes;
    private final int linger;

    // What goes wrong.
    private final boolean cuts;
    private final boolean givesUp;
    private final boolean takersLeave;
    private final boolean giversLeave;
    private final boolean disconnects;
    private final boolean cancels;
    private final boolean slow;
    private final boolean strangers;
    private final boolean ages;
    private final boolean fails;
    private final boolean refuses;

    /** Those whose connection was cut. */
    private final Set<ConnectedPeer> cutOff = new HashSet<>();

    /** Decides what is to go wrong. */
    Working(DeliveryLevel level, Transport transport, long seed) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.level = level;
        this.pattern = PATTERNS.get(random.nextInt(PATTERNS.size()));
        this.cuts = random.nextInt(3) > 0 && transport.isTcp();
        this.givesUp = level.isOnce() && random.nextInt(6) == 0;
        this.takersLeave = random.nextInt(4) == 0;
        this.giversLeave = random.nextInt(3) == 0;
        this.disconnects = random.nextInt(5) == 0;
        this.cancels = random.nextInt(5) < 2;
        this.slow = random.nextInt(5) < 3;
        this.strangers = random.nextInt(4) == 0;
        this.ages = random.nextInt(3) == 0;
        this.fails = level == DeliveryLevel.DONE && random.nextInt(3) > 0;
        this.refuses = random.nextInt(6) == 0;
        this.hwm = 1 + random.nextInt(random.nextBoolean() ? 5 : 200);
        this.maxUnderWay = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(random.nextBoolean() ? 4 : 100);
        this.maxBytes = random.nextInt(3) == 0 ? 1 + random.nextInt(2_000) : 0;
        this.retries = random.nextInt(4);
        this.backoff = random.nextInt(3) * 4;
        this.elsewhere = random.nextBoolean();
        this.immediate = random.nextInt(3) == 0;
        this.processes = random.nextBoolean();
        this.linger = random.nextInt(3) * 100;
        this.stage = new Stage(transport, random, cuts, seed);
        if (random.nextBoolean()) {
            stage.tear();
        }
        boolean giversBind = random.nextBoolean();
        // With CURVE, peers are known by their keys, and all sockets that bind have the same one.
        boolean hasOneBinder = transport.isCurve() && level.isOnce();
        add(givers, "G", hasOneBinder && giversBind ? 1 : 1 + random.nextInt(3), giversBind);
        add(takers, "T", hasOneBinder && !giversBind ? 1 : 1 + random.nextInt(3), !giversBind);
        all.addAll(givers);
        all.addAll(takers);
        this.binders = giversBind ? givers : takers;
        this.connectors = giversBind ? takers : givers;
    }

    private void add(List<Post> side, String name, int count, boolean binds) {
        for (int i = 0; i < count; i++) {
            side.add(new Post(jobs, level, name + i, binds, refuses));
        }
    }

    /** Plays it, and answers what is wrong. */
    List<String> play() {
        try {
            binders.forEach(this::begin);
            connectors.forEach(this::begin);
            for (int step = 40 + random.nextInt(80); step > 0; step--) {
                step();
                checkLimit();
                if (random.nextBoolean()) {
                    Expect.pause(random.nextInt(1500));
                }
            }
            heal();
            all.stream().filter(Post::sends).forEach(this::last);
            settle();
            all.forEach(Post::end);
        } catch (Expect.Unkept fault) {
            jobs.fault(fault.getMessage());
        }
        jobs.check(isOnce(), isOrdered());
        return List.copyOf(jobs.faults);
    }

    // ---- what is promised

    private boolean isToBeDone() {
        return level == DeliveryLevel.DONE;
    }

    /** Whether both sides do the same. */
    private boolean bothWays() {
        return pattern == Pattern.QUEUE;
    }

    private boolean receiversLeave() {
        return takersLeave || (bothWays() && giversLeave);
    }

    /** Whether nothing may come twice: as long as a receiver remembers, or if no connection ends. */
    private boolean isOnce() {
        return !receiversLeave() && (level.isOnce() || (!cuts && !disconnects && !giversLeave));
    }

    /** Whether messages come in order: what one receiver has not got may go to another one. */
    private boolean isOrdered() {
        return !disconnects && !cancels && givers.size() == 1 && takers.size() == 1;
    }

    // ---- lives

    private void begin(Post post) {
        boolean giving = givers.contains(post);
        post.begin(pattern.open(giving, options -> options(options, post)));
        if (post.binds) {
            stage.bind(post.place, post.open());
        } else {
            binders.forEach(each -> post.open().connectNow(stage.endpoint(each.place)));
        }
    }

    private SocketOptions options(SocketOptions options, Post post) {
        SocketOptions set = stage.secure(options, post.binds, post.keys)
                .sendHwm(hwm)
                .recvHwm(hwm)
                .linger(Duration.ofMillis(linger))
                .reconnect(Duration.ofMillis(5), Duration.ofMillis(40))
                .delivery(delivery());
        if (level.isOnce()) {
            set = set.routingId(Bytes.utf8(post.place));
        }
        boolean sends = bothWays() || givers.contains(post);
        if (sends && refuses) {
            set = set.onFull(Overflow.FAIL);
        }
        return sends && immediate ? set.immediate() : set;
    }

    private DeliveryOptions delivery() {
        DeliveryOptions set = DeliveryOptions.of(level);
        if (maxUnderWay > 0) {
            set = set.maxUnderWay(maxUnderWay);
        }
        if (maxBytes > 0) {
            set = set.maxUnderWayBytes(maxBytes);
        }
        if (isToBeDone()) {
            set = set.retries(retries)
                    .retryBackoff(Duration.ofMillis(backoff))
                    .retryElsewhere(elsewhere)
                    .processingTimeout(fails ? Taking.LIMIT : Duration.ZERO);
        }
        if (level.isOnce()) {
            set = set.deadLetters(jobs::buried);
        }
        return givesUp ? set.deadLetterAfter(Duration.ofMillis(30)) : set;
    }

    // ---- what happens

    private void step() {
        Post giver = any(givers);
        Post taker = any(takers);
        Post sender = bothWays() && random.nextInt(3) == 0 ? taker : giver;
        Post receiver = bothWays() && random.nextInt(3) == 0 ? giver : taker;
        switch (random.nextInt(16)) {
            case 0, 1 -> send(sender);
            case 2, 3, 4 -> deliver(sender);
            case 5 -> stream(sender);
            case 6, 7, 8 -> take(receiver);
            case 9 -> {
                if (cancels) {
                    sender.cancel();
                }
            }
            case 10 -> {
                if (cancels) {
                    receiver.stop();
                }
            }
            case 11, 12 -> cut();
            case 13 -> leave(random.nextBoolean() ? giver : taker);
            case 14 -> disconnect(any(connectors));
            default -> {
                if (strangers) {
                    stage.stranger(any(binders).place);
                }
            }
        }
    }

    private void send(Post post) {
        for (int count = 1 + random.nextInt(10); count > 0 && post.isOpen() && post.maySend(); count--) {
            post.send(random.nextInt(4) == 0 && !givesUp ? post.same() : next(post));
        }
    }

    private void deliver(Post post) {
        for (int count = 1 + random.nextInt(10);
                count > 0 && post.isOpen() && post.delivering.get() < 50 && post.maySend();
                count--) {
            Job job = next(post);
            boolean mayAge = ages && random.nextInt(3) == 0;
            Message message = mayAge ? job.message.withMaxAge(Duration.ofMillis(1 + random.nextInt(20))) : job.message;
            post.deliver(job, message, random.nextBoolean());
        }
    }

    private void stream(Post post) {
        if (post.isOpen() && post.mayStream()) {
            List<Mood> moods = new ArrayList<>();
            List<Integer> sizes = new ArrayList<>();
            int count = 1 + random.nextInt(200);
            for (int i = 0; i < count; i++) { // now: the stream may run elsewhere
                moods.add(mood());
                sizes.add(size());
            }
            post.stream(count, i -> post.next(sizes.get(i), false, moods.get(i)));
        }
    }

    private Job next(Post post) {
        return post.next(size(), pattern != Pattern.SCATTER_GATHER && random.nextInt(3) == 0, mood());
    }

    private int size() {
        return switch (random.nextInt(60)) {
            case 0 -> 20_000 + random.nextInt(20_000);
            case 1, 2, 3 -> random.nextInt(3_000);
            default -> random.nextInt(100);
        };
    }

    private Mood mood() {
        int any = random.nextInt(40);
        return !fails || any >= Mood.values().length ? Mood.DONE : Mood.values()[any];
    }

    private void take(Post post) {
        if (post.isOpen()) {
            post.take(slow ? 1 + random.nextInt(20) : Long.MAX_VALUE, processes);
        }
    }

    private void cut() {
        if (cuts) {
            all.stream()
                    .filter(Post::isOpen)
                    .forEach(each -> cutOff.addAll(each.open().peers()));
            stage.cut();
        }
    }

    private void leave(Post post) {
        if (!post.isOpen()) {
            begin(post);
        } else if (givers.contains(post) ? giversLeave : takersLeave) {
            post.end();
        }
    }

    private void disconnect(Post post) {
        if (disconnects && post.isOpen()) {
            String place = any(binders).place;
            post.open().disconnect(stage.endpoint(place)).block(Expect.TIMEOUT);
            post.open().connectNow(stage.endpoint(place));
        }
    }

    /** No peer has more than it may have. */
    private void checkLimit() {
        if (maxUnderWay > 0) {
            all.stream()
                    .filter(Post::isOpen)
                    .forEach(each -> each.open().underWay().stream()
                            .filter(peer -> peer.messages() > maxUnderWay)
                            .forEach(peer ->
                                    jobs.fault(each.place + ": expected at most " + maxUnderWay + ", but " + peer)));
        }
    }

    // ---- the end

    /** Everybody is there, and takes what there is. */
    private void heal() {
        binders.stream().filter(each -> !each.isOpen()).forEach(this::begin);
        connectors.stream().filter(each -> !each.isOpen()).forEach(this::begin);
        (bothWays() ? all : takers).forEach(each -> each.take(Long.MAX_VALUE, processes));
        all.forEach(each -> Expect.that(
                each.place + " notices that connections were cut",
                () -> each.open().peers().stream().noneMatch(cutOff::contains)));
        all.forEach(each -> Expect.that(
                each.place + " meets all of the other side again",
                () -> each.open().peers().size() == (each.binds ? connectors : binders).size(),
                () -> " but has " + each.open().peers()));
        all.forEach(each -> Expect.that(
                each.place + " can send again",
                () -> each.waiting.get() == 0,
                () -> " but " + each.waiting + " wait; under way are "
                        + each.open().underWay()));
    }

    private void last(Post post) {
        for (int i = 0; i < LAST; i++) {
            Job job = post.next(0, false, Mood.DONE);
            post.deliver(job, job.message, true);
        }
        post.send(post.same());
    }

    /** All has come to its end. */
    private void settle() {
        all.forEach(each -> Expect.that(
                each.place + " ends all deliveries",
                () -> each.delivering.get() == 0,
                () -> " but " + each.delivering + " wait; under way are "
                        + each.open().underWay() + jobs.lost(isToBeDone())));
        all.forEach(each -> Expect.that(
                each.place + " has nothing under way",
                () -> each.open().underWay().stream()
                                .mapToLong(UnderWay::messages)
                                .sum()
                        == 0,
                () -> " but " + each.open().underWay()));
        Expect.that("nothing is missing", () -> jobs.isComplete(isToBeDone()), () -> " but " + jobs.lost(isToBeDone()));
    }

    private <T> T any(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    @Override
    public void close() {
        all.stream().filter(Post::isOpen).forEach(each -> each.open().dispose());
        stage.close();
    }

    @Override
    public String toString() {
        return level + " " + (bothWays() ? "DEALER_DEALER" : pattern) + " " + givers.size() + ":" + takers.size()
                + (binders == givers ? " givers bind" : "")
                + (cuts ? " cuts" : "") + (givesUp ? " givesUp" : "") + (takersLeave ? " takersLeave" : "")
                + (giversLeave ? " giversLeave" : "") + (disconnects ? " disconnects" : "")
                + (cancels ? " cancels" : "")
                + (slow ? " slow" : "") + (strangers ? " strangers" : "") + (ages ? " ages" : "")
                + (fails ? " fails" : "")
                + (refuses ? " refuses" : "") + (immediate ? " immediate" : "")
                + (isToBeDone()
                        ? (processes ? " processes" : "") + (elsewhere ? " elsewhere" : "") + " retries " + retries
                                + " backoff " + backoff
                        : "")
                + " hwm " + hwm + " maxUnderWay " + maxUnderWay + " maxBytes " + maxBytes + " linger " + linger;
    }
}
