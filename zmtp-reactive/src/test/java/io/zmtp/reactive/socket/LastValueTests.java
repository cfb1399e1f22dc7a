package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.texts;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.RawPeer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class LastValueTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private Endpoint published(UnaryOperator<SocketOptions> options, Message... messages) {
        PubSocket pub = sockets.open(PubSocket::create, options);
        pub.send(Flux.just(messages)).block(TIMEOUT);
        return pub.bindNow("tcp://127.0.0.1:*");
    }

    @Test
    void sendsTheLastOfEachMatchingTopicToANewSubscriber() {
        Endpoint at = published(
                options -> options.lastValueCache(100),
                Message.of("ab", "old"),
                Message.of("ab", "1"),
                Message.of("a", "2"),
                Message.of("b", "3"),
                Message.of("ac", "4"));
        SubSocket sub = sockets.open(SubSocket::create);
        sub.subscribe("a");
        sub.connectNow(at);

        StepVerifier.create(texts(sub).take(3))
                .expectNext("2", "1", "4")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void forgetsTheTopicThatWasQuietLongest() {
        Endpoint at = published(
                options -> options.lastValueCache(2),
                Message.of("a", "1"),
                Message.of("b", "2"),
                Message.of("a", "3"),
                Message.of("c", "4"));
        SubSocket sub = sockets.open(SubSocket::create);
        sub.subscribe("");
        sub.connectNow(at);

        StepVerifier.create(texts(sub).take(2))
                .expectNext("3", "4")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void keepsTheLastOfEachKeyOfOnesOwn() {
        Endpoint at = published(
                options -> options.lastValueCache(10, message -> message.part(1)),
                Message.of("t", "k1", "1"),
                Message.of("t", "k2", "2"),
                Message.of("t", "k1", "3"),
                Message.of("no key"));
        SubSocket sub = sockets.open(SubSocket::create);
        sub.subscribe("t");
        sub.connectNow(at);

        StepVerifier.create(texts(sub).take(2))
                .expectNext("3", "2")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void sendsNothingAgainForWhatIsSubscribedAlready() {
        Endpoint at = published(options -> options.lastValueCache(10), Message.of("a"), Message.of("b"));
        try (RawPeer sub = RawPeer.connect(at.toString())) {
            sub.handshakeNull("SUB");
            sub.write("00 02 01 'a' 00 02 01 'a' 00 03 01 'ab' 00 02 01 'b'");

            sub.expect("00 01 'a' 00 01 'b'");
        }
    }
}
