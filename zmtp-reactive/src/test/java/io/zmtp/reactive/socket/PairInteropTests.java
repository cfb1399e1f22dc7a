package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.Jero;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.LibZmq.Type;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZmqSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import reactor.core.publisher.Flux;

@RequiresLibZmq
class PairInteropTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final LibZmq.Context context = new LibZmq.Context();
    private final Jero jero = new Jero();
    private final PairSocket ours = PairSocket.create(Sockets::quick);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        ours.dispose();
        context.close();
        jero.close();
    }

    private Message received() {
        return ours.receive().blockFirst(TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void talksWithLibZmq(Way way) {
        ZmqSocket theirs = context.open(Type.PAIR);
        way.meet(ours, folder, theirs::bind, theirs::connect);

        theirs.send("ping", "");
        assertThat(received()).isEqualTo(Message.of("ping", ""));
        ours.send("", "pong").block(TIMEOUT);
        assertThat(theirs.receiveStrings()).containsExactly("", "pong");
        ours.send(Message.of(Bytes.wrap(new byte[1 << 20]))).block(TIMEOUT);
        assertThat(theirs.receive()).singleElement().isEqualTo(new byte[1 << 20]);
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheOrderWithLibZmq(Way way) {
        ZmqSocket theirs = context.open(Type.PAIR);
        way.meet(ours, folder, theirs::bind, theirs::connect);

        sockets.add(ours.send(Flux.range(0, 5000).map(i -> Message.of("" + i))).subscribe());

        for (int i = 0; i < 5000; i++) {
            assertThat(theirs.receiveStrings()).containsExactly("" + i);
        }
    }

    @ParameterizedTest
    @MethodSource("io.zmtp.reactive.socket.Way#tcp")
    void talksWithJeroMq(Way way) {
        ZMQ.Socket theirs = jero.open(SocketType.PAIR);
        way.meet(ours, folder, at -> Jero.bind(theirs, at), theirs::connect);

        ours.send("", "pong").block(TIMEOUT);
        assertThat(Jero.receiveStrings(theirs)).containsExactly("", "pong");
        Jero.send(theirs, "ping", "");
        assertThat(received()).isEqualTo(Message.of("ping", ""));
    }
}
