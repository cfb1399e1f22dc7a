package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.ChannelSocket;
import io.zmtp.reactive.socket.ClientSocket;
import io.zmtp.reactive.socket.PeerSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a listener returns goes back to the peer that asked, on the sockets whose messages have one part. */
class ReplyTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class))
            .withUserConfiguration(Doubling.class);

    static class Doubling {
        @ZmtpListener("answers")
        Mono<String> on(String text) {
            return Mono.just(text + text);
        }
    }

    private ApplicationContextRunner pair(String answering, String asking) {
        return runner.withPropertyValues(
                "zmtp.sockets.answers.type=" + answering,
                "zmtp.sockets.answers.bind=inproc://reply-" + answering,
                "zmtp.sockets.asks.type=" + asking);
    }

    private static void expect(Flux<Message> replies, String reply) {
        StepVerifier.create(replies.map(Message::last).map(Bytes::utf8))
                .expectNext(reply)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void repliesToTheClientOfAServer() {
        pair("server", "client")
                .withPropertyValues("zmtp.sockets.asks.connect=inproc://reply-server")
                .run(context -> {
                    ClientSocket client = context.getBean("asks", ClientSocket.class);
                    expect(client.send("ab").thenMany(client.receive()), "abab");
                });
    }

    @Test
    void repliesToEachClientWhatItAskedFor() {
        pair("server", "client")
                .withPropertyValues(
                        "zmtp.sockets.asks.connect=inproc://reply-server",
                        "zmtp.sockets.other.type=client",
                        "zmtp.sockets.other.connect=inproc://reply-server")
                .run(context -> {
                    ClientSocket one = context.getBean("asks", ClientSocket.class);
                    ClientSocket other = context.getBean("other", ClientSocket.class);
                    one.send("1").then(other.send("2")).block(TIMEOUT);
                    expect(other.receive(), "22");
                    expect(one.receive(), "11");
                });
    }

    @Test
    void repliesToThePeerOfAPeer() {
        pair("peer", "peer").withPropertyValues("zmtp.sockets.asks.connect=").run(context -> {
            PeerSocket peer = context.getBean("asks", PeerSocket.class);
            Bytes id = peer.connectPeer("inproc://reply-peer").block(TIMEOUT);
            assertThat(id).isNotNull();
            expect(peer.send(Message.of(id, Bytes.utf8("ab"))).thenMany(peer.receive()), "abab");
        });
    }

    @Test
    void repliesThroughAChannel() {
        pair("channel", "channel")
                .withPropertyValues("zmtp.sockets.asks.connect=inproc://reply-channel")
                .run(context -> {
                    ChannelSocket channel = context.getBean("asks", ChannelSocket.class);
                    expect(channel.send("ab").thenMany(channel.receive()), "abab");
                });
    }
}
