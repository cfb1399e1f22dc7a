package io.zmtp.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.core.StreamFrame;
import io.zmtp.spring.listener.ZmtpListener;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What one peer asks for by streams is bounded, whether it reads or not. */
class StreamLimitTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final DealerSocket one = DealerSocket.create(options -> options.linger(Duration.ZERO));
    private final DealerSocket other = DealerSocket.create(options -> options.linger(Duration.ZERO));

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class))
            .withUserConfiguration(Desk.class)
            .withPropertyValues(
                    "zmtp.sockets.desk.type=router",
                    "zmtp.sockets.desk.bind=tcp://127.0.0.1:*",
                    "zmtp.listener.max-streams-per-peer=3");

    static class Desk {
        final AtomicInteger subscribed = new AtomicInteger();

        @ZmtpListener(socket = "desk", topics = "endless")
        Flux<String> endless(String payload) {
            return Flux.<String>never()
                    .doOnSubscribe(begun -> subscribed.incrementAndGet())
                    .doOnCancel(subscribed::decrementAndGet);
        }

        @ZmtpListener(socket = "desk", topics = "one")
        Flux<String> one(String payload) {
            return Flux.just("element");
        }

        @ZmtpListener(socket = "desk", topics = "empty")
        Flux<String> empty(String payload) {
            return Flux.empty();
        }

        @ZmtpListener(socket = "desk", topics = "fails")
        Flux<String> fails(String payload) {
            return Flux.error(new StackOverflowError("thrown"));
        }
    }

    @AfterEach
    void close() {
        one.dispose();
        other.dispose();
    }

    private static Bytes id(int number) {
        return Bytes.wrap(ByteBuffer.allocate(29)
                .put(Bytes.utf8("\0zmtp-stream\n").toByteArray())
                .putInt(number)
                .array());
    }

    private static Mono<Void> ask(DealerSocket dealer, int number, String route, String payload) {
        return dealer.send(Message.of(id(number), Bytes.EMPTY, Bytes.utf8(route), Bytes.utf8(payload)));
    }

    private static Mono<Void> ask(DealerSocket dealer, int number, String route) {
        return ask(dealer, number, route, "");
    }

    private static Mono<Void> cancel(DealerSocket dealer, int number) {
        return dealer.send(StreamFrame.of(id(number), StreamFrame.CANCEL, Bytes.EMPTY));
    }

    /** What comes, each as the number of the stream, its flag and text. */
    private static Flux<String> came(DealerSocket dealer) {
        return dealer.receive()
                .map(message -> message.part(0).byteAt(16) + message.part(2).utf8() + message.text());
    }

    private void connect(org.springframework.context.ApplicationContext context, DealerSocket... dealers) {
        for (DealerSocket dealer : dealers) {
            dealer.connectNow("tcp://127.0.0.1:" + context.getEnvironment().getProperty("local.zmtp.desk.port"));
        }
    }

    @Test
    void refusesMoreThanAPeerMayHave() {
        runner.run(context -> {
            connect(context, one, other);
            StepVerifier.create(Flux.range(1, 4)
                            .concatMap(number -> ask(one, number, "endless"))
                            .thenMany(came(one).take(4)))
                    .expectNext("1S", "2S", "3S", "4Ethere are too many streams")
                    .expectComplete()
                    .verify(TIMEOUT);
            StepVerifier.create(ask(other, 1, "endless").thenMany(came(other).take(1)))
                    .expectNext("1S")
                    .expectComplete()
                    .verify(TIMEOUT);
            StepVerifier.create(cancel(one, 2)
                            .then(ask(one, 5, "endless"))
                            .thenMany(came(one).take(1)))
                    .expectNext("5S")
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(context.getBean(Desk.class).subscribed).hasValue(4);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "empty", "fails", "nobody.has.it"})
    void givesThePlaceBackWhenAStreamEnds(String route) {
        runner.withPropertyValues("zmtp.listener.max-streams=1").run(context -> {
            connect(context, one);
            StepVerifier.create(Flux.range(1, 20)
                            .concatMap(number -> ask(one, number, route)
                                    .thenMany(came(one).filter(text -> !text.contains("S") && !text.contains("N")))
                                    .next()))
                    .thenConsumeWhile(text -> !text.contains("too many"))
                    .expectComplete()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void givesThePlacesBackOfAPeerThatLeaves() {
        runner.withPropertyValues("zmtp.listener.max-streams=3").run(context -> {
            connect(context, one);
            StepVerifier.create(Flux.range(1, 3)
                            .concatMap(number -> ask(one, number, "endless"))
                            .thenMany(came(one).take(3)))
                    .expectNextCount(3)
                    .expectComplete()
                    .verify(TIMEOUT);
            RouterSocket router = context.getBean(RouterSocket.class);
            Mono<?> left = router.peers().get(0).onClose();
            one.dispose();
            left.block(TIMEOUT);
            connect(context, other);
            StepVerifier.create(Flux.range(1, 3)
                            .concatMap(number -> ask(other, number, "endless"))
                            .thenMany(came(other).take(3)))
                    .expectNext("1S", "2S", "3S")
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(context.getBean(Desk.class).subscribed).hasValue(3);
        });
    }

    @Test
    void takesMorePlacesForALargeRequest() {
        runner.run(context -> {
            connect(context, one);
            StepVerifier.create(ask(one, 1, "endless", "x".repeat(40 << 10))
                            .then(ask(one, 2, "endless"))
                            .then(ask(one, 3, "endless", "x".repeat(64 << 10)))
                            .thenMany(came(one).take(3)))
                    .expectNext("1S", "2Ethere are too many streams", "3Ethere are too many streams")
                    .expectComplete()
                    .verify(TIMEOUT);
        });
    }

    /** However a stream ends: a peer that does not read gets no further ones. */
    @ParameterizedTest
    @ValueSource(strings = {"one", "endless", "nobody.has.it"})
    void dropsAndCountsWhatAPeerDoesNotRead(String route) {
        runner.withPropertyValues("zmtp.sockets.desk.send-hwm=2", "zmtp.sockets.desk.bind=inproc://unread-" + route)
                .run(context -> {
                    DealerSocket deaf = DealerSocket.create(options -> options.recvHwm(1));
                    deaf.connectNow("inproc://unread-" + route);
                    RouterSocket router = context.getBean(RouterSocket.class);
                    Flux.range(1, 1000)
                            .concatMap(number -> ask(deaf, number, route))
                            .then()
                            .block(TIMEOUT);
                    Flux.interval(Duration.ofMillis(5))
                            .filter(i -> router.peers().get(0).unread() == 0
                                    && router.drops().getOrDefault(DropReason.QUEUE_FULL, 0L) > 0)
                            .next()
                            .block(TIMEOUT);
                    assertThat(context.getBean(Desk.class).subscribed.get()).isLessThanOrEqualTo(3);
                    deaf.dispose();
                    StepVerifier.create(Mono.fromRunnable(() -> connectInproc(route))
                                    .then(ask(other, 1, "one"))
                                    .thenMany(came(other).take(3)))
                            .expectNext("1S", "1Nelement", "1C")
                            .expectComplete()
                            .verify(TIMEOUT);
                });
    }

    private void connectInproc(String route) {
        other.connectNow("inproc://unread-" + route);
    }
}
