package io.zmtp.reactive.socket;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.testing.Jero;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.RequiresLibZmq;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/**
 * The matrix with libzmq and with JeroMQ, either side binding, over tcp and, with libzmq, ipc, without and with CURVE,
 * either side being its server.
 */
@RequiresLibZmq
class SocketMatrixInteropTests extends SocketMatrix {

    private final LibZmq.Context context = new LibZmq.Context();
    private final Jero jero = new Jero();

    static Stream<Cell> cells() {
        Stream<Cell> ipc =
                Stream.of(Way.WE_BIND_IPC, Way.THEY_BIND_IPC).map(way -> new Cell(Library.LIBZMQ, way, Lock.NONE));
        Stream<Cell> tcp = Stream.of(Library.LIBZMQ, Library.JEROMQ)
                .flatMap(library -> Way.tcp()
                        .flatMap(way -> Arrays.stream(Lock.values()).map(lock -> new Cell(library, way, lock))));
        return Stream.concat(ipc, tcp);
    }

    @AfterEach
    void close() {
        context.close();
        jero.close();
    }

    @Override
    Theirs open(Cell cell, SocketType type) {
        return cell.library() == Library.LIBZMQ
                ? Theirs.open(context, type, cell.lock()::theirs)
                : Theirs.open(jero, type, cell.lock()::theirs);
    }
}
