package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** The linger time, to the nanosecond, on a clock of the test's own. */
class LingerTimeTests {

    private static final Duration LINGER = Duration.ofMinutes(10);

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final PushSocket push = sockets.add(PushSocket.create(options -> options.linger(LINGER)));
    private final String nobody = "inproc://" + UUID.randomUUID();

    private void hold(int messages) {
        push.connectNow(nobody);
        push.send(Flux.range(0, messages).map(i -> Message.of("" + i))).block(TIMEOUT);
    }

    @Test
    void closingEndsWhenItIsOver() {
        hold(3);

        StepVerifier.withVirtualTime(push::close)
                .expectSubscription()
                .expectNoEvent(LINGER.minusNanos(1))
                .thenAwait(Duration.ofNanos(1))
                .assertNext(closed -> assertThat(closed.unsentMessages()).isEqualTo(3))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void disconnectingEndsWhenItIsOver() {
        hold(3);

        StepVerifier.withVirtualTime(() -> push.disconnect(Endpoint.parse(nobody)))
                .expectSubscription()
                .expectNoEvent(LINGER.minusNanos(1))
                .thenAwait(Duration.ofNanos(1))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void closingEndsAtOnceWhenThereIsNothingLeft() {
        hold(2);
        PullSocket pull = sockets.add(PullSocket.create());

        StepVerifier.withVirtualTime(push::close)
                .expectSubscription()
                .expectNoEvent(LINGER.dividedBy(2))
                .then(() -> pull.bind(nobody).block(TIMEOUT))
                .assertNext(closed -> assertThat(closed.unsentMessages()).isZero())
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(Sockets.receive(pull, 2)).containsExactly("0", "1");
    }
}
