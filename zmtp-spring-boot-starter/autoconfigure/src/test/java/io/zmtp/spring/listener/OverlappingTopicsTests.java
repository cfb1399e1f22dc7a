package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import reactor.core.publisher.Mono;

/** Two listeners of a socket whose topics overlap. */
class OverlappingTopicsTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    static class Both {
        final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @ZmtpListener(socket = "in", topics = "md.")
        Mono<Void> all(String text) {
            return Mono.fromRunnable(() -> seen.add("all " + text));
        }

        @ZmtpListener(socket = "in", topics = "md.fx.{symbol}")
        Mono<Void> one(@DestinationVariable String symbol, String text) {
            return Mono.fromRunnable(() -> seen.add(symbol + " " + text));
        }

        String next() {
            try {
                return String.valueOf(seen.poll(30, TimeUnit.SECONDS));
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    private ApplicationContextRunner runner(String sends, String receives) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        JacksonAutoConfiguration.class,
                        ZmtpAutoConfiguration.class,
                        ZmtpCodecAutoConfiguration.class,
                        ZmtpListenerAutoConfiguration.class))
                .withUserConfiguration(Both.class)
                .withPropertyValues(
                        "zmtp.sockets.out.type=" + sends,
                        "zmtp.sockets.out.connect=inproc://overlap-" + sends,
                        "zmtp.sockets.in.type=" + receives,
                        "zmtp.sockets.in.bind=inproc://overlap-" + sends);
    }

    @Test
    void onSubEachGetsWhatItSubscribesTo() {
        runner("pub", "sub").run(context -> {
            PubSocket out = context.getBean(PubSocket.class);
            out.awaitSubscribers("md.fx.X", 1).block(TIMEOUT);
            Both both = context.getBean(Both.class);
            out.send("md.fx.X", "1").block(TIMEOUT);
            assertThat(new String[] {both.next(), both.next()}).containsExactlyInAnyOrder("all 1", "X 1");
        });
    }

    @Test
    void elsewhereTheOneWithTheLongerBeginningGetsIt() {
        runner("push", "pull").run(context -> {
            PushSocket out = context.getBean(PushSocket.class);
            Both both = context.getBean(Both.class);
            out.send("md.fx.X", "1").block(TIMEOUT);
            out.send("md.fx.X.Y", "2").block(TIMEOUT);
            assertThat(new String[] {both.next(), both.next()}).containsExactlyInAnyOrder("X 1", "all 2");
            assertThat(both.seen).isEmpty();
        });
    }
}
