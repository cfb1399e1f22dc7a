package io.zmtp.samples.recipes;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.connection.ConnectionSpec;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.test.InMemory;
import io.zmtp.reactive.test.ScriptedPeer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** The tests that the page on testing shows. */
class TestingTests {

    /** Doubles numbers. */
    private static Disposable startWorker(String tasks, String results) {
        PullSocket in = PullSocket.create();
        PushSocket out = PushSocket.create();
        in.connectNow(tasks);
        out.connectNow(results);
        Disposable running = out.send(in.receive().map(task -> Message.of("" + 2 * Integer.parseInt(task.text()))))
                .subscribe();
        return Disposables.composite(running, in, out);
    }

    @Test
    void aWorkerDoublesNumbers() {
        PushSocket tasks = PushSocket.create();
        PullSocket results = PullSocket.create();
        tasks.bindNow("inproc://tasks-1");
        results.bindNow("inproc://results-1");
        Disposable worker = startWorker("inproc://tasks-1", "inproc://results-1"); // the code under test

        StepVerifier.create(results.receive().map(Message::text))
                .then(() ->
                        tasks.send(Flux.just(Message.of("1"), Message.of("21"))).subscribe())
                .expectNext("2", "42")
                .thenCancel()
                .verify(Duration.ofSeconds(5));
        worker.dispose();
        tasks.dispose();
        results.dispose();
    }

    @Test
    void aLateSubscriberIsWaitedFor() {
        PubSocket prices = PubSocket.create();
        SubSocket desk = SubSocket.create();
        desk.connectNow(prices.bindNow("tcp://127.0.0.1:*"));

        StepVerifier.create(desk.receive("EUR").map(Message::text))
                .then(() -> prices.awaitSubscribers("EUR", 1)
                        .then(prices.send("EURUSD", "1.17"))
                        .subscribe())
                .expectNext("1.17")
                .thenCancel()
                .verify(Duration.ofSeconds(5));
        desk.dispose();
        prices.dispose();
    }

    @Test
    void whatIsSentIsThereAtOnce() {
        InMemory both = InMemory.openNow(
                ZmtpClient.create().socketType(SocketType.PUSH),
                ZmtpClient.create().socketType(SocketType.PULL));
        both.first().send(Message.of("hello")).block();
        StepVerifier.create(both.second().receive().next())
                .expectNext(Message.of("hello"))
                .expectComplete()
                .verify(Duration.ofSeconds(5));
        both.dispose();
    }

    @Test
    void aPeerThatSaysNothingIsGivenUp() {
        ZmtpClient client = ZmtpClient.create().socketType(SocketType.PUSH);
        StepVerifier.withVirtualTime(() -> ScriptedPeer.inMemory().attach(client)) // it never writes an octet
                .thenAwait(ConnectionSpec.DEFAULT_HANDSHAKE_TIMEOUT)
                .expectError(ZmtpHandshakeException.class)
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void aPeerThatDiesInTheMiddleOfAMessageDeliversNothing() {
        PullSocket pull = PullSocket.create();
        ScriptedPeer peer =
                ScriptedPeer.connect(pull.bindNow("tcp://127.0.0.1:*")).block(Duration.ofSeconds(5));
        peer.handshake(SocketType.PUSH).block(Duration.ofSeconds(5));
        ConnectedPeer connected = pull.onPeer().blockFirst(Duration.ofSeconds(5));
        peer.send(Message.of("whole")).block(Duration.ofSeconds(5));
        peer.writeHex("00 64 68 61 6c 66").block(Duration.ofSeconds(5)); // four of a hundred octets
        peer.dispose();

        StepVerifier.create(connected.onClose().map(Closed::reason))
                .expectNext(Closed.Reason.PEER)
                .expectComplete()
                .verify(Duration.ofSeconds(5));
        StepVerifier.create(pull.receive().map(Message::text))
                .expectNext("whole")
                .then(pull::dispose)
                .expectComplete()
                .verify(Duration.ofSeconds(5));
    }
}
