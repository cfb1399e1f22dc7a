package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.Opened.Pair;
import io.zmtp.reactive.testing.TestCertificates;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class TlsTrafficTests {

    private final Opened opened = new Opened();
    private ZmtpConnection client;
    private ZmtpConnection server;

    @BeforeEach
    void open() {
        Pair pair = opened.pair(
                ZmtpServer.create()
                        .socketType(SocketType.PAIR)
                        .secure(TestCertificates.serverContext(TestCertificates.server())),
                ZmtpClient.create().socketType(SocketType.PAIR).secure(TestCertificates.clientContext()),
                "tls+tcp://localhost:*");
        client = pair.client();
        server = pair.server();
    }

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void carriesLargeMessages() {
        byte[] large = new byte[5 * 1024 * 1024];
        new Random(1).nextBytes(large);
        Message message = Message.of(Bytes.utf8("head"), Bytes.wrap(large));
        StepVerifier.create(Mono.when(client.send(Flux.just(message)), server.send(Flux.just(message)))
                        .thenMany(Flux.concat(
                                server.receive().take(1), client.receive().take(1))))
                .expectNext(message)
                .expectNext(message)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void carriesManyMessagesBothWays() {
        Mono<Long> there = server.receive().take(20_000).count();
        Mono<Long> back = client.receive().take(20_000).count();
        StepVerifier.create(Mono.zip(
                        there,
                        back,
                        client.send(many(20_000)).thenReturn(0),
                        server.send(many(20_000)).thenReturn(0)))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void deliversEverythingBeforeItCloses() {
        StepVerifier.create(client.send(many(1000)).then(client.close()))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(server.receive())
                .expectNextCount(1000)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(server.onClose().block(TIMEOUT)).isEqualTo(new Closed(Reason.PEER, null, 0, 0));
    }

    @Test
    void deliversEverythingBeforeItClosesAlthoughThePeerIsSending() {
        server.send(many(Integer.MAX_VALUE)).subscribe(done -> {}, lost -> {});
        client.send(many(5000)).then(client.close()).subscribe();
        StepVerifier.create(server.receive().count())
                .expectNext(5000L)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void holdsTheSenderBackWhenNobodyReceives() {
        Bytes body = Bytes.wrap(new byte[8192]);
        AtomicInteger sent = new AtomicInteger();
        StepVerifier.create(client.send(Flux.range(0, 10_000)
                        .doOnNext(i -> sent.incrementAndGet())
                        .map(i -> Message.of(body))))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(500))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(sent.get()).isLessThan(9_000);
        StepVerifier.create(server.receive().take(sent.get() - 100L).count())
                .expectNext(sent.get() - 100L)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void endsWhenThePeerDisposes() {
        server.dispose();
        StepVerifier.create(client.receive()).expectComplete().verify(TIMEOUT);
        assertThat(client.onClose().block(TIMEOUT)).isEqualTo(new Closed(Reason.PEER, null, 0, 0));
    }

    private static Flux<Message> many(int count) {
        return Flux.range(0, count).map(i -> Message.of("number", "" + i));
    }
}
