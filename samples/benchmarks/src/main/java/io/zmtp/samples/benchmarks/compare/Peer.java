package io.zmtp.samples.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One process of a run, as the table declares it.
 *
 * @param program what it runs
 * @param role its role there
 * @param jvm options of its JVM, beside the usual ones
 * @param settings what it is started with, beside what the run adds
 */
record Peer(Program program, String role, List<String> jvm, Map<String, String> settings) {

    /** The option that reads a class archive, which a run that is not counted has written. */
    static final String ARCHIVE = "archive";

    static Peer ours(String role) {
        return of(Program.OURS, role);
    }

    static Peer jeromq(String role) {
        return of(Program.JEROMQ, role);
    }

    static Peer raw(String role) {
        return of(Program.RAW, role);
    }

    static Peer libzmq(String role) {
        return of(Program.LIBZMQ, role);
    }

    static Peer spring(String role) {
        return of(Program.SPRING, role);
    }

    static Peer of(Program program, String role) {
        return new Peer(program, role, List.of(), Map.of());
    }

    /** The same on JDK 25. */
    Peer on25() {
        return new Peer(program.on25(), role, jvm, settings);
    }

    /** Whether it is this library's, and on the JDK that runs all this. */
    boolean canMove() {
        return program == Program.OURS || program == Program.SPRING;
    }

    boolean isArchived() {
        return jvm.contains(ARCHIVE);
    }

    Peer with(String key, Object value) {
        return with(Map.of(key, value.toString()));
    }

    Peer with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(more);
        return new Peer(program, role, jvm, Map.copyOf(all));
    }

    Peer jvm(String... options) {
        return new Peer(program, role, List.of(options), settings);
    }
}
