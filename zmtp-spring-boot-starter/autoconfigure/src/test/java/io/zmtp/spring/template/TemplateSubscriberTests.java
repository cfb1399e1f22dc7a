package io.zmtp.spring.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What subscribers to the template's requests may do, and what not, while others go on. */
class TemplateSubscriberTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String ENDPOINT = "inproc://template-subscribers";

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withPropertyValues(
                    "zmtp.sockets.req.type=req",
                    "zmtp.sockets.req.connect=" + ENDPOINT,
                    "zmtp.sockets.dealer.type=dealer",
                    "zmtp.sockets.dealer.connect=" + ENDPOINT);

    private final RepSocket rep = RepSocket.create();

    @BeforeEach
    void echo() {
        rep.serve(Mono::just).subscribe();
        rep.bindNow(ENDPOINT);
    }

    @AfterEach
    void close() {
        rep.dispose();
    }

    private void run(String socket, Consumer<ZmtpTemplate> test) {
        runner.run(context -> {
            ZmtpTemplate template = context.getBean(ZmtpTemplate.class);
            test.accept(template);
            assertThat(ask(template, socket, "last").block(TIMEOUT)).isEqualTo("last");
        });
    }

    private static Mono<String> ask(ZmtpTemplate template, String socket, String text) {
        return template.request(socket, text, String.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"req", "dealer"})
    void oneThatCancelsInsideOnSubscribeHoldsUpNobody(String socket) {
        run(socket, template -> {
            for (int i = 0; i < 10; i++) {
                ask(template, socket, "cancelled").subscribe(new Careless() {
                    @Override
                    public void onSubscribe(Subscription subscription) {
                        subscription.cancel();
                    }
                });
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"req", "dealer"})
    void oneThatCancelsAtAnyMomentHoldsUpNobody(String socket) {
        run(
                socket,
                template -> Flux.range(0, 200)
                        .concatMap(i -> ask(template, socket, "" + i)
                                .timeout(Duration.ofNanos(i * 1_000L))
                                .onErrorComplete()
                                .doOnNext(reply -> assertThat(reply).isEqualTo("" + i)))
                        .blockLast(TIMEOUT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"req", "dealer"})
    void oneThatThrowsHoldsUpNobody(String socket) {
        run(socket, template -> {
            ask(template, socket, "thrown").subscribe(new Careless() {
                @Override
                public void onNext(String reply) {
                    throw new NoClassDefFoundError("thrown on purpose"); // one that Reactor lets through
                }
            });
            ask(template, socket, "thrown").subscribe(new Careless() {
                @Override
                public void onNext(String reply) {
                    throw new IllegalStateException("thrown on purpose");
                }
            });
            CompletableFuture<String> next = ask(template, socket, "next").toFuture();
            assertThat(next.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo("next");
        });
    }

    /** Throws whatever it is told. */
    private static class Careless implements CoreSubscriber<String> {

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        public void onNext(String reply) {}

        @Override
        public void onError(Throwable error) {
            throw new IllegalStateException("thrown on purpose");
        }

        @Override
        public void onComplete() {
            throw new IllegalStateException("thrown on purpose");
        }
    }
}
