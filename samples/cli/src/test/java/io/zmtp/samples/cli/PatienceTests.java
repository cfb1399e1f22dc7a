package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sending to a peer that does not read, or goes. */
@Timeout(180)
class PatienceTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int LINES = 2000;

    /** More than the networks' buffers hold. */
    private static final String INPUT = IntStream.range(0, LINES)
            .mapToObj(number -> number + " " + ".".repeat(10_000) + "\n")
            .collect(Collectors.joining());

    private static PullSocket pull() {
        return PullSocket.create(options -> options.recvHwm(1).linger(Duration.ZERO));
    }

    @Test
    void whatAPeerDoesNotReadIsCountedWhenTimeIsUp() {
        PullSocket stuck = pull();
        try {
            String endpoint = stuck.bindNow("tcp://127.0.0.1:*").toString();
            Tool push = Tool.run(INPUT, "push", "--connect", endpoint, "--linger", "500ms", "--hwm", "3000")
                    .endsWith(1);
            assertThat(push.errors()).containsPattern("zmtp: [0-9]+ messages were not sent: .*500 ms");
        } finally {
            stuck.dispose();
        }
    }

    @Test
    void aPeerThatIsThereIsWaitedFor() {
        PullSocket slow = pull();
        try (Tool push = Tool.start(
                "push", "--connect", slow.bindNow("tcp://127.0.0.1:*").toString(), "--hwm", "3000")) {
            push.type(INPUT).endInput();
            List<Message> all = slow.receive()
                    .take(LINES)
                    .delaySubscription(Duration.ofSeconds(1))
                    .collectList()
                    .block(TIMEOUT);
            assertThat(all).hasSize(LINES);
            push.endsWith(0);
        } finally {
            slow.dispose();
        }
    }

    @Test
    void theNextPeerGetsWhatTheOneBeforeLeft() {
        PullSocket first = pull();
        try (Tool push = Tool.bind("push", "--hwm", "3000")) {
            String endpoint = push.endpoint();
            first.connectNow(endpoint);
            push.type(INPUT).endInput();
            assertThat(first.receive().blockFirst(TIMEOUT)).isNotNull();
            first.close().block(TIMEOUT);
            PullSocket second = pull();
            second.connectNow(endpoint);
            Message last = second.receive()
                    .filter(message -> message.text().startsWith((LINES - 1) + " "))
                    .blockFirst(TIMEOUT);
            assertThat(last).isNotNull();
            push.endsWith(0);
            second.dispose();
        } finally {
            first.dispose();
        }
    }
}
