package io.zmtp.samples.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux says about the machine; elsewhere nothing is known, and no run counts as disturbed. */
final class Machine {
    private static final double TICKS = 100;
    private static final List<Integer> BUSY = List.of(1, 2, 3, 6, 7);

    private Machine() {}

    /** Processor seconds since the machine started: of users, of the system, and of interrupts. */
    static double busySeconds() {
        try {
            String[] words = Files.readAllLines(Path.of("/proc/stat")).get(0).split("\\s+");
            return BUSY.stream().mapToDouble(i -> Double.parseDouble(words[i])).sum() / TICKS;
        } catch (IOException notLinux) {
            return Double.NaN;
        }
    }

    /** The resident memory of a process in MiB. */
    static double residentMebibytes(long pid) {
        return Double.parseDouble(value(Path.of("/proc/" + pid + "/status"), "VmRSS", "NaN")
                        .split(" ")[0])
                / 1024;
    }

    /** The processor's name. */
    static String processor() {
        return value(Path.of("/proc/cpuinfo"), "model name", System.getProperty("os.arch"));
    }

    private static String value(Path file, String key, String otherwise) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException notLinux) {
            return otherwise;
        }
    }
}
