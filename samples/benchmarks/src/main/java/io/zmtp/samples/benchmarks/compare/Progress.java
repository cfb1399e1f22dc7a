package io.zmtp.samples.benchmarks.compare;

import io.zmtp.samples.benchmarks.plot.Numbers;
import java.util.List;

/** What goes on, on standard error. */
final class Progress {
    private final int count;
    private final long began = System.nanoTime();
    private double expectedLeft;
    private double expectedDone;
    private int done;

    Progress(List<Run> runs) {
        count = runs.size();
        expectedLeft = runs.stream().mapToDouble(Run::expectedSeconds).sum();
        say("%d runs, about %s".formatted(count, time(expectedLeft)));
    }

    void begin(Run run) {
        done++;
        System.err.printf("[%d/%d, %s left] %s … ", done, count, time(secondsLeft()), run);
        System.err.flush();
    }

    /** What is expected of the runs that are left, by how right that was for those that are done. */
    private double secondsLeft() {
        return expectedDone == 0 ? expectedLeft : expectedLeft * (System.nanoTime() - began) / 1e9 / expectedDone;
    }

    void end(Run run, Sample sample, boolean isDisturbed) {
        Metric metric = run.experiment().metric();
        finish(run);
        say(sample.get(metric.key()).stream()
                        .mapToObj(Numbers::brief)
                        .findFirst()
                        .orElse("nothing")
                + " " + metric.unit() + (isDisturbed ? " (disturbed)" : ""));
    }

    void repeat(Sample sample) {
        System.err.printf("disturbed by %s processors, again … ", brief(sample, "foreign"));
    }

    private static String brief(Sample sample, String key) {
        return Numbers.brief(sample.get(key).orElse(0));
    }

    void fail(Run run, Exception failure) {
        finish(run);
        say("failed: " + failure.getMessage());
    }

    private void finish(Run run) {
        expectedLeft -= run.expectedSeconds();
        expectedDone += run.expectedSeconds();
    }

    private static void say(String text) {
        System.err.println(text);
    }

    private static String time(double seconds) {
        return seconds < 90 ? Math.round(seconds) + " s" : Math.round(seconds / 60) + " min";
    }
}
