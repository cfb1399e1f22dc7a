package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpDeliveryException;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.UnequalPeers;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.LibZmq.Type;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZmqSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.test.StepVerifier;

/** A peer that acknowledges nothing. */
@RequiresLibZmq
class DeliveryInteropTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final LibZmq.Context context = new LibZmq.Context();

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void isRefusedWithBothLevelsNamed() {
        PushSocket push = sockets.open(PushSocket::create, options -> options.delivery(DeliveryOptions.takenOver()));
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");

        StepVerifier.create(push.monitor().ofType(MonitorEvent.Refused.class).next())
                .then(() -> context.open(Type.PULL).connect(endpoint.toString()))
                .assertNext(event -> assertThat(event.why()).contains("level 1 (TAKEN_OVER)", "but it has 0"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void isServedWithoutAPromiseByOption() {
        PushSocket push = sockets.open(
                PushSocket::create,
                options -> options.delivery(DeliveryOptions.takenOver().unequalPeers(UnequalPeers.SERVE)));
        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ZmqSocket pull = context.open(Type.PULL);

        StepVerifier.create(
                        push.monitor().ofType(MonitorEvent.Unacknowledged.class).next())
                .then(() -> pull.connect(endpoint.toString()))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(push.deliver(Message.of("a", "b")).takenOver())
                .expectError(ZmtpDeliveryException.class)
                .verify(TIMEOUT);
        assertThat(pull.receiveStrings()).containsExactly("a", "b");
    }
}
