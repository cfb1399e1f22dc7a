package io.zmtp.samples.benchmarks.compare;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One way to do what an experiment measures.
 *
 * @param name in tables and plots
 * @param procedure how its processes are run
 * @param peers the one that binds, and the one that connects if there is one
 */
record Variant(String name, Procedure procedure, List<Peer> peers) {

    Set<Program> programs() {
        return peers.stream().map(Peer::program).collect(Collectors.toCollection(() -> EnumSet.noneOf(Program.class)));
    }

    /** Whether its curve is this library's, and no other library's. */
    boolean isOurs() {
        return !programs().contains(Program.LIBZMQ) && !programs().contains(Program.JEROMQ);
    }

    /** Whether a peer of it is this library's, and can run on the newer JDK. */
    boolean canMove() {
        return procedure != Procedure.START && peers.stream().anyMatch(Peer::canMove);
    }

    /** The same, with this library's peers on the newer JDK. */
    Variant on25() {
        return new Variant(
                name + " on JDK 25",
                procedure,
                peers.stream().map(peer -> peer.canMove() ? peer.on25() : peer).toList());
    }

    boolean isOn25() {
        return programs().stream().anyMatch(Program::isOn25);
    }

    /** Whether nothing has to be compiled by a JVM before it is as fast as it gets. */
    boolean isNative() {
        return programs().equals(EnumSet.of(Program.LIBZMQ));
    }
}
