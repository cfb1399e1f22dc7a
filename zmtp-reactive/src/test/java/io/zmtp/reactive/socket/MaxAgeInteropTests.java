package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.LibZmq.Type;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZmqSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a peer gets that comes late, or comes back. */
@RequiresLibZmq
class MaxAgeInteropTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final LibZmq.Context context = new LibZmq.Context();

    @AfterEach
    void close() {
        context.close();
    }

    private static Mono<MonitorEvent.Dropped> expiry(ZmtpSocket socket) {
        return socket.monitor()
                .ofType(MonitorEvent.Dropped.class)
                .filter(event -> event.reason() == DropReason.EXPIRED)
                .next();
    }

    @Test
    void aPullThatComesLateGetsWhatIsStillYoung() {
        PushSocket push = sockets.open(PushSocket::create);
        PullSocket nobody = sockets.open(PullSocket::create);
        Endpoint endpoint = nobody.bindNow("tcp://127.0.0.1:*");
        nobody.close().block(TIMEOUT);
        push.connectNow(endpoint);
        StepVerifier.create(expiry(push))
                .then(() -> push.send(Message.of("old").withMaxAge(Duration.ofMillis(20)))
                        .block(TIMEOUT))
                .assertNext(event -> assertThat(event.message()).isEqualTo(Message.of("old")))
                .expectComplete()
                .verify(TIMEOUT);
        push.send(Message.of("a", "young").withMaxAge(TIMEOUT)).block(TIMEOUT);
        push.send("any").block(TIMEOUT);

        ZmqSocket pull = context.open(Type.PULL);
        pull.bind(endpoint.toString());

        assertThat(pull.receiveStrings()).containsExactly("a", "young");
        assertThat(pull.receiveStrings()).containsExactly("any");
    }

    @Test
    void aStreamThatAgesArrivesWholeAndInOrder() {
        ZmqSocket pull = context.open(Type.PULL);
        PushSocket push = sockets.open(PushSocket::create, options -> options.maxAge(TIMEOUT));
        push.connectNow(pull.bind("tcp://127.0.0.1:*"));

        sockets.add(push.send(Flux.range(0, 20_000).map(i -> Message.of("" + i, "x".repeat(i % 700))))
                .subscribe());

        for (int i = 0; i < 20_000; i++) {
            assertThat(pull.receiveStrings()).containsExactly("" + i, "x".repeat(i % 700));
        }
        assertThat(push.drops()).isEmpty();
    }
}
