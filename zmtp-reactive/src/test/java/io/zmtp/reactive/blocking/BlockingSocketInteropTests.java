package io.zmtp.reactive.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.testing.Jero;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZmqSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

@RequiresLibZmq
class BlockingSocketInteropTests {

    @RegisterExtension
    private final Threads threads = new Threads();

    private final LibZmq.Context context = new LibZmq.Context();
    private final Jero jero = new Jero();

    @AfterEach
    void close() {
        context.close();
        jero.close();
    }

    @Test
    void receivesWhatLibZmqPushes() {
        try (BlockingSocket<PullSocket> pull = BlockingSocket.of(PullSocket.create())) {
            ZmqSocket push = context.open(LibZmq.Type.PUSH);
            push.connect(pull.bind("tcp://127.0.0.1:*").toString());
            for (int i = 0; i < 100; i++) {
                push.send("part", "" + i);
            }

            for (int i = 0; i < 100; i++) {
                assertThat(pull.receive()).isEqualTo(Message.of("part", "" + i));
            }
        }
    }

    @Test
    void answersJeroMq() {
        try (BlockingSocket<RepSocket> rep = BlockingSocket.of(RepSocket.create())) {
            ZMQ.Socket req = jero.open(SocketType.REQ);
            req.connect(rep.bind("tcp://127.0.0.1:*").toString());
            threads.start(() -> {
                rep.serve(body -> Message.of(body.text() + "!"));
                return null;
            });

            for (int i = 0; i < 10; i++) {
                req.send("" + i);
                assertThat(req.recvStr()).isEqualTo(i + "!");
            }
        }
    }
}
