package io.zmtp.reactive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

class JeroInteropTests {
    @Test
    void pushesToAPullSocket() {
        try (Jero jero = new Jero()) {
            ZMQ.Socket pull = jero.open(SocketType.PULL);
            ZMQ.Socket push = jero.open(SocketType.PUSH);
            push.connect(Jero.bind(pull, "tcp://127.0.0.1:*"));
            Jero.send(push, "a", "b");
            assertThat(Jero.receiveStrings(pull)).containsExactly("a", "b");
        }
    }

    @Test
    void announcesTheVersionBefore() {
        try (Jero jero = new Jero();
                RawPeer peer = RawPeer.connect(Jero.bind(jero.open(SocketType.PULL), "tcp://127.0.0.1:*"))) {
            peer.sendGreeting("NULL", false, 1);
            RawPeer.Greeting greeting = peer.expectGreeting();
            assertThat(greeting.major()).isEqualTo(3);
            assertThat(greeting.minor()).isZero();
        }
    }

    @Test
    @RequiresLibZmq
    void meetsLibZmq() {
        try (Jero jero = new Jero();
                LibZmq.Context context = new LibZmq.Context()) {
            ZMQ.Socket rep = jero.open(SocketType.REP);
            ZmqSocket req = context.open(LibZmq.Type.REQ).connect(Jero.bind(rep, "tcp://127.0.0.1:*"));
            req.send("question");
            assertThat(Jero.receiveStrings(rep)).containsExactly("question");
            Jero.send(rep, "answer");
            assertThat(req.receiveStrings()).containsExactly("answer");
        }
    }

    @Test
    void failsWhenNothingComes() {
        try (Jero jero = new Jero()) {
            ZMQ.Socket pull = jero.open(SocketType.PULL);
            pull.setReceiveTimeOut(10);
            assertThatThrownBy(() -> Jero.receive(pull)).hasMessageContaining("no message came in time");
        }
    }
}
