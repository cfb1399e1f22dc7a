package io.zmtp.samples.benchmarks.compare;

/** What a peer's process runs. */
enum Program {
    /** This library's sockets, on the JDK that runs the comparison. */
    OURS,
    /** The same on JDK 25 or newer. */
    OURS_25,
    /** JeroMQ, on the JDK that runs the comparison. */
    JEROMQ,
    /** Plain sockets that walk the frames. */
    RAW,
    /** Libzmq, by a C program that is compiled when it is needed. */
    LIBZMQ,
    /** The Spring Boot starter, without the actuator; JeroMQ with Jackson, and Spring Integration beside it. */
    SPRING,
    /** The same on JDK 25 or newer. */
    SPRING_25,
    /** The same unpacked: an archive of classes has none of a jar within a jar. */
    SPRING_UNPACKED,
    /** The same on JDK 25 or newer. */
    SPRING_UNPACKED_25,
    /** The command line tool {@code zmtp}. */
    TOOL,
    /** The same on JDK 25 or newer. */
    TOOL_25;

    /** The same on JDK 25 or newer. */
    Program on25() {
        return switch (this) {
            case OURS -> OURS_25;
            case SPRING -> SPRING_25;
            case SPRING_UNPACKED -> SPRING_UNPACKED_25;
            case TOOL -> TOOL_25;
            default -> throw new IllegalStateException(this + " runs on one JDK only");
        };
    }

    /** Whether it runs on JDK 25 or newer, while the comparison does not. */
    boolean isOn25() {
        return this == OURS_25 || this == SPRING_25 || this == SPRING_UNPACKED_25 || this == TOOL_25;
    }

    boolean isTool() {
        return this == TOOL || this == TOOL_25;
    }
}
