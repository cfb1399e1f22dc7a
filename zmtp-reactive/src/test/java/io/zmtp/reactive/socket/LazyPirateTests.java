package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;

import io.zmtp.reactive.Message;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The guide's lazy pirate: a client that asks again until a server that fails now and then has answered. */
class LazyPirateTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final ReqSocket client = sockets.open(ReqSocket::create);

    private Mono<String> ask(String text) {
        return client.request(text).timeout(Duration.ofMillis(200)).retry(100).map(Message::text);
    }

    @Test
    void asksAgainUntilTheServerIsBack() {
        AtomicInteger asked = new AtomicInteger();
        RepSocket broken = sockets.open(RepSocket::create);
        String endpoint = broken.bindNow("tcp://127.0.0.1:*").toString();
        broken.serve(request -> {
                    asked.incrementAndGet();
                    return Mono.never();
                })
                .subscribe();
        client.connectNow(endpoint);
        Mono<String> reply = ask("hello").cache();
        reply.subscribe();
        client.onPeer().blockFirst(TIMEOUT);
        broken.dispose();
        broken.onClose().block(TIMEOUT);

        RepSocket next = sockets.open(RepSocket::create);
        next.bindNow(endpoint);
        next.serve(request -> Mono.just(Message.of(request.text() + " yourself")))
                .subscribe();
        StepVerifier.create(reply).expectNext("hello yourself").expectComplete().verify(TIMEOUT);
    }

    @Test
    void asksTheNextServerWhenOneDoesNotAnswer() {
        RepSocket dumb = sockets.open(RepSocket::create);
        dumb.serve(request -> Mono.never()).subscribe();
        RepSocket good = sockets.open(RepSocket::create);
        good.serve(request -> Mono.just(request)).subscribe();
        client.connectNow(dumb.bindNow("tcp://127.0.0.1:*"));
        client.connectNow(good.bindNow("tcp://127.0.0.1:*"));
        client.onPeer().take(2).blockLast(TIMEOUT);
        for (int i = 0; i < 4; i++) {
            StepVerifier.create(ask("question " + i))
                    .expectNext("question " + i)
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    @Test
    void givesUpAfterAsManyAttemptsAsItWasTold() {
        AtomicInteger asked = new AtomicInteger();
        RepSocket dumb = sockets.open(RepSocket::create);
        dumb.serve(request -> {
                    asked.incrementAndGet();
                    return Mono.never();
                })
                .subscribe();
        client.connectNow(dumb.bindNow("tcp://127.0.0.1:*"));
        client.onPeer().blockFirst(TIMEOUT);
        StepVerifier.create(
                        client.request("hello").timeout(Duration.ofMillis(300)).retry(2))
                .expectError(TimeoutException.class)
                .verify(TIMEOUT);
        Assertions.assertThat(asked.get()).isBetween(1, 3);
    }
}
