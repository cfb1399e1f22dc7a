package io.zmtp.reactive.kill;

import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A sender and two receivers in JVMs of their own. At random moments one of them is killed, and begins again, or all connections
 * are cut. Checks that nothing is missing, counts what comes twice, and prints a row of a table. Ends with 1 if a promise was
 * broken. All that is random comes from the seed, except for who is faster.
 *
 * <pre>{@code
 * java -cp … io.zmtp.reactive.kill.KillTest minutes=10 kills=200 level=replay mechanism=curve
 * }</pre>
 *
 * <p>It ends when there were so many kills, or after twice the minutes, if JVMs start too slowly for that.
 */
public final class KillTest {

    private static final String HEAD = """
            | what | mechanism | kills of the sender | of receivers | cuts | minutes | sent | received | missing | twice | lost with the sender |
            |---|---|---|---|---|---|---|---|---|---|---|""";

    private final Settings settings;
    private final Random random;
    private final Scenario scenario;

    private KillTest(Settings settings) {
        this.settings = settings;
        this.random = new Random(settings.seed());
        this.scenario = Scenario.of(settings);
    }

    public static void main(String[] arguments) {
        Report report = run(Settings.parse(arguments));
        System.out.println(HEAD);
        System.out.println(report.row());
        report.faults().forEach(fault -> System.out.println("FAULT " + fault));
        System.exit(report.faults().isEmpty() ? 0 : 1);
    }

    static Report run(Settings settings) {
        return new KillTest(settings).run();
    }

    private Report run() {
        long begin = System.nanoTime();
        long end = begin + 2 * settings.length().toNanos();
        long between = settings.length().toNanos() / settings.kills();
        int[] kills = new int[scenario.peers().size() + 1]; // the last ones are cuts
        try (scenario) {
            scenario.begin();
            for (int count = 0; count < settings.kills() && System.nanoTime() < end; count++) {
                int chosen = settings.killsReceivers() ? random.nextInt(kills.length) : random.nextInt(2) * 3;
                scenario.peers().forEach(Peer::awaitProgress);
                LockSupport.parkNanos((long) (2 * random.nextDouble() * between));
                kills[chosen]++;
                if (chosen == scenario.peers().size()) {
                    scenario.cut();
                    continue;
                }
                Peer victim = scenario.peers().get(chosen);
                victim.kill();
                scenario.killed(victim);
                victim.start();
            }
            scenario.finish();
        }
        double minutes = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 60_000.0;
        return scenario.report(String.format(
                Locale.ROOT,
                "%s | %s | %d | %d | %d | %.1f",
                settings.title(),
                settings.curve() ? "CURVE" : "NULL",
                kills[0],
                kills[1] + kills[2],
                kills[3],
                minutes));
    }
}
