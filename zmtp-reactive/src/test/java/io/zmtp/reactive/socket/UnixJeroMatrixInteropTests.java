package io.zmtp.reactive.socket;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.testing.UnixJero;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** The matrix over ipc with JeroMQ 0.7.0, whose ipc is Unix domain sockets, either side binding. */
class UnixJeroMatrixInteropTests extends SocketMatrix {

    private final UnixJero jero = new UnixJero();

    static Stream<Cell> cells() {
        return Stream.of(Way.WE_BIND_IPC, Way.THEY_BIND_IPC).map(way -> new Cell(Library.UNIX_JEROMQ, way, Lock.NONE));
    }

    @AfterEach
    void close() {
        jero.close();
    }

    @Override
    Theirs open(Cell cell, SocketType type) {
        return Theirs.of(jero.open(type.name(), Theirs.NAME.toByteArray()));
    }
}
