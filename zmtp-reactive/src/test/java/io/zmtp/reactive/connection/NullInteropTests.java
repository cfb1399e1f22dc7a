package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZmqSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@RequiresLibZmq
class NullInteropTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void receivesFromAPushSocketThatConnects() {
        Binding server = ZmtpServer.create().socketType(SocketType.PULL).bindNow("tcp://127.0.0.1:*");
        try (LibZmq.Context context = new LibZmq.Context()) {
            ZmqSocket push = context.open(LibZmq.Type.PUSH);
            push.connect(server.endpoint().toString());
            push.send("one", "two");
            push.send("three");
            ZmtpConnection connection = Flux.interval(Duration.ofMillis(5))
                    .flatMapIterable(tick -> server.connections())
                    .blockFirst(TIMEOUT);
            StepVerifier.create(connection.receive().map(m -> m.parts().toString()))
                    .expectNext("[one, two]", "[three]")
                    .thenCancel()
                    .verify(TIMEOUT);
            assertThat(connection.peer().socketType()).isEqualTo(SocketType.PUSH);
        } finally {
            server.dispose();
        }
    }

    @Test
    void sendsToAPullSocketThatBinds() {
        try (LibZmq.Context context = new LibZmq.Context()) {
            ZmqSocket pull = context.open(LibZmq.Type.PULL);
            String endpoint = pull.bind("tcp://127.0.0.1:*");
            ZmtpConnection connection =
                    ZmtpClient.create().socketType(SocketType.PUSH).connectNow(endpoint);
            connection.send(Message.of("a", "b")).block(TIMEOUT);
            connection.send(Flux.range(0, 1000).map(i -> Message.of("m" + i))).block(TIMEOUT);
            assertThat(pull.receiveStrings()).isEqualTo(List.of("a", "b"));
            for (int i = 0; i < 1000; i++) {
                assertThat(pull.receiveStrings()).isEqualTo(List.of("m" + i));
            }
            connection.close().block(TIMEOUT);
            assertThat(connection.onClose().block(TIMEOUT).unsentMessages()).isZero();
        }
    }
}
