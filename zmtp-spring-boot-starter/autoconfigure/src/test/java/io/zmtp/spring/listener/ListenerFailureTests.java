package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.core.codec.AbstractDataBufferDecoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.util.MimeType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A listener goes on whatever a message makes be thrown, and with whatever topic it comes. */
class ListenerFailureTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class));

    private final ApplicationContextRunner pulling = runner.withPropertyValues(
            "zmtp.sockets.out.type=push",
            "zmtp.sockets.out.connect=inproc://failing",
            "zmtp.sockets.in.type=pull",
            "zmtp.sockets.in.bind=inproc://failing");

    static class Seen {
        final BlockingQueue<String> things = new LinkedBlockingQueue<>();

        @Nullable
        String next() {
            try {
                return things.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }

        String heard(String text) {
            if (text.startsWith("boom")) {
                throw text.equals("boom") ? new StackOverflowError(text) : new OutOfMemoryError(text);
            }
            things.add(text);
            return text;
        }
    }

    private static void send(PushSocket socket, String... texts) {
        socket.send(Flux.just(texts).map(Message::of)).block(TIMEOUT);
    }

    private void goesOn(Class<? extends Seen> listener) {
        pulling.withUserConfiguration(listener).run(context -> {
            send(context.getBean(PushSocket.class), "boom", "boomer", "fine");
            assertThat(context.getBean(listener).next()).isEqualTo("fine");
            assertThat(context.getBean(ZmtpListenerRegistry.class).isRunning("failing"))
                    .isTrue();
        });
    }

    static class Reactive extends Seen {
        @ZmtpListener(id = "failing", socket = "in")
        Mono<Void> on(String text) {
            return Mono.fromRunnable(() -> heard(text));
        }
    }

    @Test
    void goesOnAfterAnErrorOfTheJvmInWhatAMethodReturned() {
        goesOn(Reactive.class);
    }

    static class Blocking extends Seen {
        @ZmtpListener(id = "failing", socket = "in")
        void on(String text) {
            heard(text);
        }
    }

    @Test
    void goesOnAfterAnErrorOfTheJvmInAMethodThatBlocks() {
        goesOn(Blocking.class);
    }

    static class Streaming extends Seen {
        @ZmtpListener(id = "failing", socket = "in")
        Mono<Void> on(Flux<String> texts) {
            return texts.map(this::heard).then();
        }
    }

    @Test
    void takesAStreamUpAgainThatAnErrorOfTheJvmEnded() {
        goesOn(Streaming.class);
    }

    static class StreamingInTurn extends Seen {
        @ZmtpListener(id = "failing", socket = "in")
        Mono<Void> on(Flux<String> texts) {
            return texts.concatMap(text -> Mono.fromRunnable(() -> heard(text))).then();
        }
    }

    @Test
    void takesAStreamUpAgainWhoseOperatorsAreStuck() {
        goesOn(StreamingInTurn.class);
    }

    record Deep(String text) {}

    @Order(Ordered.HIGHEST_PRECEDENCE)
    static class DeepDecoder extends AbstractDataBufferDecoder<Deep> {
        @Override
        public boolean canDecode(ResolvableType type, @Nullable MimeType mime) {
            return type.toClass() == Deep.class;
        }

        @Override
        public Deep decode(
                DataBuffer buffer, ResolvableType type, @Nullable MimeType mime, @Nullable Map<String, Object> hints) {
            return new Deep(new Seen().heard(buffer.toString(java.nio.charset.StandardCharsets.UTF_8)));
        }
    }

    static class Decoding extends Seen {
        @ZmtpListener(id = "failing", socket = "in")
        void on(Deep payload) {
            heard(payload.text());
        }
    }

    @Test
    void goesOnAfterAnErrorOfTheJvmInADecoder() {
        pulling.withBean(DeepDecoder.class)
                .withUserConfiguration(Decoding.class)
                .run(context -> {
                    send(context.getBean(PushSocket.class), "boom", "boomer", "fine");
                    assertThat(context.getBean(Decoding.class).next()).isEqualTo("fine");
                });
    }

    static class Answering extends Seen {
        @ZmtpListener(id = "failing", socket = "in")
        Mono<String> on(String text) {
            return Mono.fromCallable(() -> heard(text));
        }
    }

    @Test
    void answersAfterARequestThatMadeTheJvmThrow() {
        runner.withUserConfiguration(Answering.class)
                .withPropertyValues(
                        "zmtp.sockets.ask.type=req",
                        "zmtp.sockets.ask.correlate=true",
                        "zmtp.sockets.ask.connect=inproc://failing-rep",
                        "zmtp.sockets.in.type=rep",
                        "zmtp.sockets.in.bind=inproc://failing-rep")
                .run(context -> {
                    ReqSocket req = context.getBean(ReqSocket.class);
                    req.request("boom").subscribe();
                    StepVerifier.create(req.request("fine").map(Message::text))
                            .expectNext("fine")
                            .expectComplete()
                            .verify(TIMEOUT);
                });
    }

    // ---- listeners that cannot receive

    @Test
    void isTakenUpWhenNobodyElseReceivesAnyMore() {
        pulling.withUserConfiguration(Blocking.class)
                .withPropertyValues("zmtp.listener.auto-startup=false")
                .run(context -> {
                    ZmtpListenerRegistry registry = context.getBean(ZmtpListenerRegistry.class);
                    StepVerifier.create(context.getBean(PullSocket.class).receive(), 0)
                            .then(() -> registry.start("failing"))
                            .thenCancel()
                            .verify(TIMEOUT);
                    send(context.getBean(PushSocket.class), "fine");
                    assertThat(context.getBean(Blocking.class).next()).isEqualTo("fine");
                });
    }

    // ---- topics

    private static final String LONG = "md." + "x".repeat(300);

    static class ByPattern extends Seen {
        @ZmtpListener(socket = "in", topics = "md.**")
        void on(@Payload String text) {
            heard(text);
        }
    }

    static class ByPrefix extends Seen {
        @ZmtpListener(socket = "in", topics = "md.")
        void on(@Payload String text) {
            heard(text);
        }
    }

    @Test
    void countsWhatHasATopicTooLongForAPattern() {
        pulling.withUserConfiguration(ByPattern.class).run(context -> {
            PushSocket push = context.getBean(PushSocket.class);
            push.send(LONG, "long").then(push.send("md.short", "short")).block(TIMEOUT);
            assertThat(context.getBean(ByPattern.class).next()).isEqualTo("short");
            assertThat(context.getBean(PullSocket.class).drops()).containsEntry(DropReason.NO_RECEIVER, 1L);
        });
    }

    @Test
    void countsItWhereItWasSubscribedToAsWell() {
        runner.withUserConfiguration(ByPattern.class)
                .withPropertyValues(
                        "zmtp.sockets.out.type=xpub",
                        "zmtp.sockets.out.bind=inproc://failing-sub",
                        "zmtp.sockets.in.type=sub",
                        "zmtp.sockets.in.connect=inproc://failing-sub")
                .run(context -> {
                    var pub = context.getBean(io.zmtp.reactive.socket.XPubSocket.class);
                    pub.receive().blockFirst(TIMEOUT);
                    pub.send(LONG, "long").then(pub.send("md.short", "short")).block(TIMEOUT);
                    assertThat(context.getBean(ByPattern.class).next()).isEqualTo("short");
                    assertThat(context.getBean(SubSocket.class).drops()).containsEntry(DropReason.NO_RECEIVER, 1L);
                });
    }

    @Test
    void takesALongTopicByItsPrefix() {
        pulling.withUserConfiguration(ByPrefix.class).run(context -> {
            context.getBean(PushSocket.class).send(LONG, "long").block(TIMEOUT);
            assertThat(context.getBean(ByPrefix.class).next()).isEqualTo("long");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{a}-{b}-{c}", "{day:[0-9}", "{day:(a|b)}"})
    void doesNotStartWithAPatternThatCannotBeMatched(String pattern) {
        pulling.withUserConfiguration(Configured.class)
                .withPropertyValues("pattern=" + pattern)
                .run(context -> assertThatThrownBy(() -> context.getBean(ZmtpListenerRegistry.class))
                        .hasRootCauseInstanceOf(IllegalArgumentException.class)
                        .hasStackTraceContaining("the topic '" + pattern));
    }

    static class Configured {
        @ZmtpListener(socket = "in", topics = "${pattern}")
        void on(String text) {}
    }
}
