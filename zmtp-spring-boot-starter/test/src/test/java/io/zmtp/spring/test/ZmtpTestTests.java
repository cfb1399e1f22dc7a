package io.zmtp.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.delivery.Delivery;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@ZmtpTest(
        properties = {
            "zmtp.sockets.ticks.type=sub",
            "zmtp.sockets.ticks.connect=tcp://feed.invalid:5556",
            "zmtp.sockets.ticks.subscribe=md.",
            "zmtp.sockets.jobs.type=push",
            "zmtp.sockets.jobs.security.mechanism=curve", // whose keys are not where the tests are
            "zmtp.sockets.jobs.security.secret-key-location=file:/nowhere",
            "zmtp.sockets.jobs.ssl.bundle=nowhere",
            "zmtp.sockets.rpc.type=router",
            "zmtp.sockets.tasks.type=push",
            "zmtp.sockets.tasks.delivery=done",
            "zmtp.sockets.news.type=pub",
            "zmtp.sockets.news.replay.bind=tcp://*:5557",
            "zmtp.sockets.reader.type=sub",
            "zmtp.sockets.reader.connect=tcp://feed.invalid:5556",
            "zmtp.sockets.reader.replay.connect=tcp://feed.invalid:5557",
            "zmtp.sockets.reader.replay.from=oldest"
        })
@Import(ZmtpTestTests.Echo.class)
class ZmtpTestTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Autowired
    ZmtpTestPeers peers;

    @Autowired
    ZmtpTemplate template;

    @Autowired
    @Qualifier("ticks")
    SubSocket ticks;

    static class Echo {
        @ZmtpListener("rpc")
        Mono<String> echo(String text) {
            return Mono.just(text + "!");
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {}

    @Test
    void publishesToTheApplication() {
        StepVerifier.create(ticks.receive().map(Message::text))
                .then(() -> {
                    peers.awaitSubscribed("ticks", "md.");
                    peers.send("ticks", "md.x", "1");
                })
                .expectNext("1")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void seesWhatTheApplicationSends() {
        PullSocket pull = peers.of("jobs", PullSocket.class);
        StepVerifier.create(
                        template.send("jobs", "work").thenMany(pull.receive()).map(Message::text))
                .expectNext("work")
                .thenCancel()
                .verify(TIMEOUT);
    }

    record Tick(String symbol, int price) {}

    @Test
    void sendsObjectsOctetsAndMessages() {
        StepVerifier.create(ticks.receive("md.").map(Message::text))
                .then(() -> {
                    peers.awaitSubscribed("ticks", "md.");
                    peers.send("ticks", "md.x", new Tick("X", 17));
                    peers.send("ticks", "md.x", new byte[] {'b', 'y', 't', 'e', 's'});
                    peers.send("ticks", "md.x", Bytes.utf8("Bytes"));
                    peers.send("ticks", Message.of("md.x", "whole"));
                })
                .expectNext("{\"symbol\":\"X\",\"price\":17}", "bytes", "Bytes", "whole")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void refusesAMessageAmongParts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> peers.send("rpc", "topic", Message.of("whole")))
                .withMessageContaining("a Message alone");
    }

    @Test
    void doesTheWorkThatTheApplicationSends() {
        Delivery delivery = template.deliver("tasks", "work");
        StepVerifier.create(peers.receive("tasks").map(Message::text))
                .then(() -> delivery.written().subscribe())
                .expectNext("work")
                .then(() -> delivery.done().block(TIMEOUT))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void publishesToASubscriptionWithAReplay() {
        peers.send("reader", "md.x", "before");
        StepVerifier.create(template.receive("reader", Message.class).map(Message::text))
                .expectNext("before")
                .then(() -> {
                    peers.awaitSubscribed("reader", "");
                    peers.send("reader", "md.x", "after");
                })
                .expectNext("after")
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(peers.publisherOf("reader").next()).isEqualTo(2);
    }

    @Test
    void seesWhatAPublicationWithAHistoryHas() {
        template.send("news", "md.x", Bytes.utf8("one")).block(TIMEOUT);
        assertThat(peers.receive("news").map(Message::text).blockFirst(TIMEOUT)).isEqualTo("one");
        assertThat(peers.subscriberOf("news").updates().blockFirst(TIMEOUT).last())
                .isZero();
    }

    @Test
    void asksListeners() {
        peers.send("rpc", "hello");
        assertThat(peers.receive("rpc").map(Message::text).blockFirst(TIMEOUT)).isEqualTo("hello!");
    }
}
