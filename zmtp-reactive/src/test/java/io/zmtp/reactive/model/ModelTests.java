package io.zmtp.reactive.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.model.Stage.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;

/**
 * Every pattern, some with a proxy between, over every transport, with the rules that options set for full queues and
 * absent peers, while all goes wrong that may. A few seeds each time; many with
 *
 * <pre>{@code
 * mvn -pl zmtp-reactive test -Dtest=ModelTests -Dmodel.minutes=10 [-Dmodel.seed=1000] [-Dmodel.only=PUB_SUB]
 * }</pre>
 *
 * <p>The name of a run that fails begins with its seed: {@code -Dmodel.seed=… -Dmodel.runs=1} plays it again, the same
 * except which side is faster, and its {@link Play} is added to {@link #FOUND} when what it shows is mended.
 */
class ModelTests {

    /** Seeds that have shown something. */
    private static final List<Play> FOUND = List.of(
            new Play(316, "XPUB_XSUB", Transport.INPROC, false),
            new Play(1009, "CHANNEL_CHANNEL", Transport.TCP, true),
            new Play(1217, "PAIR_PAIR", Transport.IPC, true),
            new Play(3010, "PAIR_PAIR", Transport.IPC_CURVE, true),
            new Play(3058, "PUSH_PULL", Transport.TCP_CURVE, true),
            new Play(416, "WORK_ONCE", Transport.INPROC, false),
            new Play(1397, "ASK_TAKEN_OVER", Transport.IPC, false));

    private static final String REPLAY = "REPLAY";

    /** Before a level of delivery: of work, and of questions. */
    private static final String WORK = "WORK_";

    private static final String ASK = "ASK_";

    private static final List<String> SCENES = Stream.concat(
                    Stream.of(Pattern.values()).map(Pattern::name),
                    Stream.of(
                            "REQ_ROUTER",
                            "REQ_REP",
                            "REQ_QUEUE",
                            REPLAY,
                            "WORK_TAKEN_OVER",
                            "WORK_ONCE",
                            "WORK_DONE",
                            "ASK_TAKEN_OVER",
                            "ASK_ONCE",
                            "ASK_DONE"))
            .toList();
    private static final long SLACK = 25;

    private static final Queue<String> DROPPED = new ConcurrentLinkedQueue<>();
    private static Resources before = Resources.NONE;

    /**
     * What is played.
     *
     * @param plain whether no option changes the patterns' own rules
     */
    record Play(long seed, String scene, Transport transport, boolean plain) {

        /** Seeds one behind the other go through all patterns, and all transports with each. */
        static Play of(long seed) {
            Transport[] transports = Transport.values();
            int scenes = SCENES.size();
            return new Play(
                    seed,
                    SCENES.get(Math.floorMod(seed, scenes)),
                    transports[Math.floorMod(Math.floorDiv(seed, scenes) + seed, transports.length)],
                    false);
        }

        /** Plays it, and answers what is wrong. */
        List<String> play() {
            if (scene.startsWith("REQ")) {
                boolean routers = scene.equals("REQ_ROUTER") || (scene.equals("REQ_QUEUE") && seed % 2 == 0);
                try (Asking asking = new Asking(routers, scene.equals("REQ_QUEUE"), transport, seed, plain)) {
                    return describe(asking, asking.play());
                }
            }
            if (scene.equals(REPLAY)) {
                try (Following following = new Following(transport, seed)) {
                    return describe(following, following.play());
                }
            }
            if (scene.startsWith(WORK)) {
                DeliveryLevel level = DeliveryLevel.valueOf(scene.substring(WORK.length()));
                try (Working working = new Working(level, transport, seed)) {
                    return describe(working, working.play());
                }
            }
            if (scene.startsWith(ASK)) {
                DeliveryLevel level = DeliveryLevel.valueOf(scene.substring(ASK.length()));
                try (Asking asking = new Asking(level, transport, seed)) {
                    return describe(asking, asking.play());
                }
            }
            try (Run run = new Run(Pattern.valueOf(scene), transport, seed, plain)) {
                return describe(run, run.play());
            }
        }

        private List<String> describe(Object play, List<String> faults) {
            return faults.stream()
                    .map(fault -> "seed " + seed + " (" + play + ", " + transport + "): " + fault)
                    .toList();
        }
    }

    static Stream<Play> plays() {
        String only = System.getProperty("model.only");
        return all().filter(play -> only == null || only.equals(play.scene()));
    }

    private static Stream<Play> all() {
        long first = Long.getLong("model.seed", 1);
        int minutes = Integer.getInteger("model.minutes", 0);
        if (minutes > 0) {
            long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
            return LongStream.iterate(first, seed -> System.nanoTime() < end, seed -> seed + 1)
                    .mapToObj(Play::of);
        }
        int runs = Integer.getInteger("model.runs", SCENES.size());
        return Stream.concat(
                FOUND.stream(), LongStream.range(first, first + runs).mapToObj(Play::of));
    }

    @BeforeAll
    static void begin() {
        for (long seed = -SCENES.size(); seed < 0; seed++) {
            Play play = Play.of(seed);
            if (!play.scene().startsWith("REQ") && !play.scene().startsWith(ASK)) {
                play.play(); // so that loops, timers, and classes are there
            }
        }
        before = Resources.now();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plays")
    void keepsWhatThePageOnDeliveryPromises(Play play) {
        DROPPED.clear();
        Hooks.onErrorDropped(error -> DROPPED.add("an error was dropped: " + error));
        try {
            assertThat(play.play()).isEmpty();
            assertThat(DROPPED).as("seed %s", play.seed()).isEmpty();
        } finally {
            Hooks.resetOnErrorDropped();
        }
    }

    @AfterAll
    static void nothingIsLeft() {
        Resources[] after = {before};
        Boolean back = Flux.interval(Duration.ZERO, Duration.ofSeconds(1))
                .onBackpressureDrop()
                .map(tick -> {
                    after[0] = Resources.now();
                    return after[0].growth(before, SLACK).isEmpty()
                            && after[0].descriptors() <= before.descriptors() + 5
                            && after[0].threads() <= before.threads() + 5
                            && after[0].directBytes() <= before.directBytes() + (16 << 20);
                })
                .take(70) // a server forgets the keys of its cookies a minute after the last client
                .filter(yes -> yes)
                .next()
                .block();
        assertThat(back)
                .as(
                        "more than before: %s; descriptors %s to %s, threads %s to %s, direct memory %s to %s",
                        after[0].growth(before, SLACK),
                        before.descriptors(),
                        after[0].descriptors(),
                        before.threads(),
                        after[0].threads(),
                        before.directBytes(),
                        after[0].directBytes())
                .isNotNull();
    }
}
