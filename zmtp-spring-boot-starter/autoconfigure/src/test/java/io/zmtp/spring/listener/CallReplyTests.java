package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.core.CallFrame;
import io.zmtp.spring.core.ZmtpCallException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Mono;

/** What a program without this starter gets for its requests, octet by octet. */
class CallReplyTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class))
            .withUserConfiguration(Desk.class)
            .withPropertyValues("zmtp.defaults.linger=0s", "zmtp.sockets.desk.bind=tcp://127.0.0.1:*");

    static class Desk {
        final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        @ZmtpListener(socket = "desk", topics = "value")
        String value(String text) {
            return text;
        }

        @ZmtpListener(socket = "desk", topics = "nothing")
        void nothing(String text) {
            events.add(text);
        }

        @ZmtpListener(socket = "desk", topics = "empty")
        Mono<String> empty() {
            return Mono.empty();
        }

        @ZmtpListener(socket = "desk", topics = "fails")
        String fails(String text) {
            throw new IllegalStateException("secret " + text);
        }

        @ZmtpListener(socket = "desk", topics = "refuses")
        void refuses(String text) {
            throw new ZmtpCallException("sold-out", "no more " + text);
        }
    }

    private static final String FAILED = "\0zmtp-error\nfailed\nthe listener failed";

    @ParameterizedTest
    @CsvSource({
        "router, value, tea",
        "router, nothing, ''",
        "router, empty, ''",
        "router, fails, '" + FAILED + "'",
        "router, refuses, '\0zmtp-error\nsold-out\nno more tea'",
        "router, nobody, '\0zmtp-error\nnot-found\nno listener takes the route ''nobody'''",
        "rep, value, tea",
        "rep, nothing, ''",
        "rep, empty, ''",
        "rep, fails, '" + FAILED + "'",
        "rep, refuses, '\0zmtp-error\nsold-out\nno more tea'",
        "rep, nobody, '\0zmtp-error\nnot-found\nno listener takes the route ''nobody'''",
    })
    void aReqGetsOnePart(String type, String route, String reply) {
        runner.withPropertyValues("zmtp.sockets.desk.type=" + type).run(context -> {
            ScriptedPeer peer = ScriptedPeer.connect(
                            context.getBean(ZmtpSocket.class).endpoints().get(0))
                    .block(TIMEOUT);
            peer.handshake(SocketType.REQ)
                    .then(peer.send(Message.of("", route, "tea")))
                    .then(peer.expect(Message.of("", reply)))
                    .block(TIMEOUT);
            peer.dispose();
        });
    }

    @ParameterizedTest
    @CsvSource({"nothing, ''", "fails, '" + FAILED + "'"})
    void aDealerGetsItBehindItsEnvelope(String route, String reply) {
        runner.withPropertyValues("zmtp.sockets.desk.type=router").run(context -> {
            ScriptedPeer peer = ScriptedPeer.connect(
                            context.getBean(ZmtpSocket.class).endpoints().get(0))
                    .block(TIMEOUT);
            peer.handshake(SocketType.DEALER)
                    .then(peer.send(Message.of("7", "", route, "tea")))
                    .then(peer.expect(Message.of("7", "", reply)))
                    .block(TIMEOUT);
            peer.dispose();
        });
    }

    /** Its id says that it knows what nothing is. */
    @Test
    void aCallOfThisStarterGetsNothingAsSuch() {
        runner.withPropertyValues("zmtp.sockets.desk.type=router").run(context -> {
            Message call = Message.of(
                    CallFrame.id(Bytes.utf8("0123456789abcdef")),
                    Bytes.EMPTY,
                    Bytes.utf8("nothing"),
                    Bytes.utf8("tea"));
            DealerSocket dealer = DealerSocket.create();
            dealer.connectNow(context.getBean(RouterSocket.class).endpoints().get(0));
            Message reply = dealer.send(call)
                    .thenMany(dealer.receive())
                    .filter(each -> !each.last().equals(CallFrame.CANCELLABLE))
                    .blockFirst(TIMEOUT);
            assertThat(reply).isEqualTo(Message.of(call.first(), Bytes.EMPTY, CallFrame.NOTHING));
            dealer.dispose();
        });
    }

    // ---- what is no request

    /** Else two sockets with listeners would answer each other for ever. */
    @Test
    void answersNoMessageThatIsNoRequest() {
        runner.withPropertyValues("zmtp.sockets.desk.type=router").run(context -> {
            DealerSocket dealer = DealerSocket.create();
            dealer.connectNow(context.getBean(RouterSocket.class).endpoints().get(0));
            dealer.send("nothing", "event")
                    .then(dealer.send("refuses", "event"))
                    .then(dealer.send("nobody", "event"))
                    .then(dealer.send("value", "tea"))
                    .block(TIMEOUT);
            assertThat(dealer.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("tea"));
            assertThat(context.getBean(Desk.class).events.poll(10, TimeUnit.SECONDS))
                    .isEqualTo("event");
            dealer.dispose();
        });
    }

    // ---- error handlers

    /** It has itself. */
    static class Unwritable {
        public Unwritable getSelf() {
            return this;
        }
    }

    static class Throwing {
        @ZmtpListener(socket = "desk", topics = "value")
        String value(String text) {
            throw new IllegalStateException(text);
        }

        @Bean
        ZmtpErrorHandler handler() {
            return (failure, message, listener) -> switch (message.text()) {
                case "fail" -> new ZmtpErrorHandler.Outcome.Fail("own", "as it says");
                case "value" -> new ZmtpErrorHandler.Outcome.Reply("instead");
                case "unwritable" -> new ZmtpErrorHandler.Outcome.Reply(new Unwritable());
                default -> throw new IllegalStateException("the handler fails as well");
            };
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fail, '\0zmtp-error\nown\nas it says'",
        "value, instead",
        "unwritable, '" + FAILED + "'",
        "throw, '" + FAILED + "'"
    })
    void aCallerGetsWhatTheErrorHandlerDecides(String what, String reply) {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        JacksonAutoConfiguration.class,
                        ZmtpAutoConfiguration.class,
                        ZmtpCodecAutoConfiguration.class,
                        ZmtpListenerAutoConfiguration.class))
                .withUserConfiguration(Throwing.class)
                .withPropertyValues("zmtp.sockets.desk.type=router", "zmtp.sockets.desk.bind=tcp://127.0.0.1:*")
                .run(context -> {
                    DealerSocket dealer = DealerSocket.create();
                    dealer.connectNow(
                            context.getBean(RouterSocket.class).endpoints().get(0));
                    dealer.send("7", "", "value", what).block(TIMEOUT);
                    assertThat(dealer.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of("7", "", reply));
                    dealer.dispose();
                });
    }
}
