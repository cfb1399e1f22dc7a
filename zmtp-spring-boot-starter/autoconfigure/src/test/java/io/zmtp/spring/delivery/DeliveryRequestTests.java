package io.zmtp.spring.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** On REQ and REP the reply is the acknowledgement. */
class DeliveryRequestTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class,
                    ZmtpTemplateAutoConfiguration.class))
            .withPropertyValues(
                    "zmtp.defaults.content-type=text/plain",
                    "zmtp.defaults.linger=0s",
                    "zmtp.defaults.delivery=done",
                    "zmtp.sockets.desk.type=rep",
                    "zmtp.sockets.desk.bind=tcp://127.0.0.1:*",
                    "zmtp.sockets.ask.type=req",
                    "zmtp.sockets.ask.connect=");

    private static Mono<String> ask(ApplicationContext context, String question) {
        return context.getBean("ask", ReqSocket.class)
                .connect(context.getBean("desk", RepSocket.class).endpoints().get(0))
                .then(context.getBean(ZmtpTemplate.class).request("ask", question, String.class));
    }

    private static String reply(String question) {
        return switch (question) {
            case "fine" -> "yes";
            case "bad" -> throw new IllegalArgumentException("secret of the message");
            case "no" -> throw new ZmtpNackException(ZmtpNackException.REJECTED, "not today");
            case "handled" -> throw new UnsupportedOperationException();
            default -> throw new IllegalStateException("secret of the message");
        };
    }

    static class Blocking {
        @ZmtpListener("desk")
        String on(String question) {
            return reply(question);
        }

        @MessageExceptionHandler
        String handle(UnsupportedOperationException failure) {
            return "instead";
        }
    }

    static class Reactive {
        @ZmtpListener("desk")
        Mono<String> on(String question) {
            return Mono.delay(Duration.ofMillis(1)).map(later -> reply(question));
        }

        @MessageExceptionHandler
        Mono<String> handle(UnsupportedOperationException failure) {
            return Mono.just("instead");
        }
    }

    private static void fails(ApplicationContext context, String question, int code, String text) {
        StepVerifier.create(ask(context, question))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(ZmtpNackException.class, nack -> {
                            assertThat(nack.code()).isEqualTo(code);
                            assertThat(nack.text()).isEqualTo(text);
                        }))
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(classes = {Blocking.class, Reactive.class})
    void aListenerThatFailsFailsTheRequestInPlaceOfAReply(Class<?> desk) {
        runner.withUserConfiguration(desk).run(context -> {
            assertThat(ask(context, "fine").block(TIMEOUT)).isEqualTo("yes");
            fails(context, "bad", ZmtpNackException.BAD_INPUT, "the message makes no sense to the listener");
            fails(context, "no", ZmtpNackException.REJECTED, "not today");
            fails(context, "broken", ZmtpNackException.INTERNAL, "the listener failed");
            assertThat(ask(context, "fine").block(TIMEOUT)).isEqualTo("yes");
            assertThat(context.getBean("ask", ReqSocket.class).drops()).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(classes = {Blocking.class, Reactive.class})
    void whatAnExceptionHandlerMakesIsTheReply(Class<?> desk) {
        runner.withUserConfiguration(desk)
                .run(context ->
                        assertThat(ask(context, "handled").block(TIMEOUT)).isEqualTo("instead"));
    }
}
