package io.zmtp.reactive.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTests {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration SLOWEST = Duration.ofSeconds(30);

    @Test
    void doublesFromAttemptToAttempt() {
        double[] means = new double[8];
        for (int client = 0; client < 2000; client++) {
            Backoff backoff = new Backoff(FIRST, SLOWEST);
            for (int attempt = 0; attempt < means.length; attempt++) {
                means[attempt] += backoff.next().toMillis() / 2000.0;
            }
        }
        for (int attempt = 1; attempt < means.length; attempt++) {
            assertThat(means[attempt] / means[attempt - 1])
                    .as("attempt %d in %s", attempt, Arrays.toString(means))
                    .isBetween(1.8, 2.2);
        }
    }

    @Test
    void staysWithinHalfOfWhatIsDue() {
        for (int client = 0; client < 1000; client++) {
            Backoff backoff = new Backoff(FIRST, SLOWEST);
            assertThat(backoff.next()).isBetween(Duration.ofMillis(50), Duration.ofMillis(150));
            assertThat(backoff.next()).isBetween(Duration.ofMillis(100), Duration.ofMillis(300));
        }
    }

    @Test
    void renewsAtOnceButNotAgainAndAgain() {
        Backoff backoff = new Backoff(FIRST, SLOWEST);
        assertThat(backoff.renewal()).isZero();
        Duration last = Duration.ZERO;
        for (int i = 0; i < 10_000; i++) {
            last = backoff.renewal();
        }
        assertThat(last).as("of 100 s, without what that took").isGreaterThan(Duration.ofSeconds(50));
        assertThat(backoff.attempt()).isZero();
    }

    @Test
    void neverWaitsLongerThanTheSlowestPace() {
        Backoff backoff = new Backoff(FIRST, SLOWEST);
        for (int attempt = 0; attempt < 1000; attempt++) {
            assertThat(backoff.next()).isPositive().isLessThanOrEqualTo(SLOWEST);
        }
        assertThat(backoff.attempt()).isEqualTo(1000);
        assertThat(backoff.next()).isGreaterThan(SLOWEST.dividedBy(3));
    }

    @Test
    void doesNotOverflowWithTheLargestDurations() {
        Backoff backoff = new Backoff(Duration.ofDays(1), Duration.ofDays(365));
        for (int attempt = 0; attempt < 1000; attempt++) {
            assertThat(backoff.next()).isBetween(Duration.ofHours(12), Duration.ofDays(365));
        }
    }

    @Test
    void isSlowAtOnceAfterWhatAnotherAttemptDoesNotMend() {
        assertThat(new Backoff(FIRST, SLOWEST).slowest()).isBetween(SLOWEST.dividedBy(3), SLOWEST);
    }

    /** Ten thousand clients of a server that restarts: in no tenth of the interval come more than a fifth of them. */
    @Test
    void spreadsAHerd() {
        for (int attempt = 0; attempt < 12; attempt++) {
            int nth = attempt;
            long[] delays = IntStream.range(0, 10_000)
                    .mapToLong(client -> delay(nth).toNanos())
                    .toArray();
            long longest = Arrays.stream(delays).max().orElseThrow();
            int[] tenths = new int[10];
            for (long delay : delays) {
                tenths[(int) Math.min(9, delay * 10 / longest)]++;
            }
            assertThat(Arrays.stream(tenths).max().orElseThrow())
                    .as("attempt %d: %s", attempt, Arrays.toString(tenths))
                    .isLessThanOrEqualTo(2000);
        }
    }

    private static Duration delay(int attempt) {
        Backoff backoff = new Backoff(FIRST, SLOWEST);
        for (int i = 0; i < attempt; i++) {
            backoff.next();
        }
        return backoff.next();
    }
}
