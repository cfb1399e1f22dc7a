package io.zmtp.reactive.testing;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/** How many objects of each class somebody holds. */
public final class LiveObjects {

    private final Map<String, Long> counts = new HashMap<>();
    private long octets;

    private LiveObjects() {}

    /** Counts all of this process, after the garbage was collected. */
    public static LiveObjects count() {
        try {
            String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            LiveObjects live = new LiveObjects();
            for (String line : histogram.split("\n", -1)) {
                String[] words = line.trim().split("\\s+"); // number: instances bytes class
                if (words.length >= 4 && words[0].endsWith(":") && Character.isDigit(words[0].charAt(0))) {
                    live.counts.merge(words[3], Long.valueOf(words[1]), Long::sum);
                    live.octets += Long.parseLong(words[2]);
                }
            }
            return live;
        } catch (JMException failed) {
            throw new AssertionError(failed);
        }
    }

    /** How much memory all of them take. */
    public long octets() {
        return octets;
    }

    /** How many there are of classes of these simple names. */
    public long of(String... simpleNames) {
        return counts.entrySet().stream()
                .filter(each -> Arrays.stream(simpleNames)
                        .anyMatch(name -> each.getKey().endsWith("." + name)))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
