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
    /** The command line tool {@code zmtp}. */
    TOOL
}
