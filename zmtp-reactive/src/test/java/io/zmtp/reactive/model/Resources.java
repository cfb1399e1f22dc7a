package io.zmtp.reactive.model;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What this process holds.
 *
 * @param objects how many there are of each class of the library, and of those that wait for a time
 * @param descriptors open files and sockets; 0 where they cannot be counted
 * @param threads how many live
 * @param directBytes what Netty has of direct memory
 */
record Resources(Map<String, Long> objects, long descriptors, long threads, long directBytes) {

    static final Resources NONE = new Resources(Map.of(), 0, 0, 0);

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");
    private static final Pattern OURS = Pattern.compile(
            "io\\.zmtp\\.reactive\\.(socket|connection|pipe|routing|delivery|replay|transport|mechanism|wire)\\..*|.*Scheduled(Future)?Task"
                    + "|reactor\\.core\\.scheduler\\.(Worker|Scheduler|Periodic).*Task");

    static Resources now() {
        return new Resources(
                countObjects(),
                countDescriptors(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                PlatformDependent.usedDirectMemory());
    }

    /** Only of what is reachable. */
    private static Map<String, Long> countObjects() {
        try {
            String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return histogram
                    .lines()
                    .map(LINE::matcher)
                    .filter(line ->
                            line.matches() && OURS.matcher(line.group(2)).matches())
                    .collect(Collectors.toMap(
                            line -> line.group(2), line -> Long.valueOf(line.group(1)), Long::sum, TreeMap::new));
        } catch (JMException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static long countDescriptors() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What there is more of than before, by more than so many each. */
    Map<String, Long> growth(Resources before, long slack) {
        Map<String, Long> more = new TreeMap<>();
        objects.forEach((name, count) -> {
            long growth = count - before.objects.getOrDefault(name, 0L);
            if (growth > slack) {
                more.put(name, growth);
            }
        });
        return more;
    }
}
