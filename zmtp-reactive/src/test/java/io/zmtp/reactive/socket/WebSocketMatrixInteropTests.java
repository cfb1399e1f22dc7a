package io.zmtp.reactive.socket;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.testing.NodePeers;
import io.zmtp.reactive.testing.RequiresNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** The matrix over ws with libzmq, under Node, either side binding, without and with CURVE, either side being its server. */
@RequiresNode
class WebSocketMatrixInteropTests extends SocketMatrix {

    private static NodePeers node;

    private final List<Theirs> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        node = NodePeers.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    static Stream<Cell> cells() {
        return Way.ws()
                .flatMap(way -> Arrays.stream(Lock.values()).map(lock -> new Cell(Library.ZEROMQ_JS, way, lock)));
    }

    @AfterEach
    void close() {
        open.forEach(each -> each.close().run());
    }

    @Override
    Theirs open(Cell cell, SocketType type) {
        Theirs theirs = Theirs.open(node, "zeromq", type, cell.lock().theirs());
        open.add(theirs);
        return theirs;
    }
}
