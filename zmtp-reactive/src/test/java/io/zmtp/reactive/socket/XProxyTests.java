package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.texts;

import io.zmtp.reactive.ZmtpClosedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** XSUB and XPUB, back to back. */
class XProxyTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    @Test
    void forwardsMessagesDownAndSubscriptionsUp() {
        PubSocket pub = sockets.open(PubSocket::create);
        XSubSocket xsub = sockets.open(XSubSocket::create);
        XPubSocket xpub = sockets.open(XPubSocket::create);
        SubSocket sub = sockets.open(SubSocket::create);
        xsub.connectNow(pub.bindNow("tcp://127.0.0.1:*"));
        sub.connectNow(xpub.bindNow("tcp://127.0.0.1:*"));
        sub.subscribe("a");
        Mono.when(xsub.send(xpub.receive()), xpub.send(xsub.receive()))
                .onErrorComplete(ZmtpClosedException.class)
                .subscribe();
        pub.awaitSubscribers("a", 1).block(TIMEOUT);

        StepVerifier.create(texts(sub).next())
                .then(() -> pub.send("b", "1").then(pub.send("a", "2")).subscribe())
                .expectNext("2")
                .expectComplete()
                .verify(TIMEOUT);
    }
}
