package io.zmtp.spring.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.spring.core.CallFrame;
import io.zmtp.spring.core.StreamFrame;
import io.zmtp.spring.core.ZmtpCallException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** A stream that fails on one thread while another one hands out its elements. */
class StreamCallTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void aFailureThatComesWhileAnElementIsHandedOutWaitsForNobodyAndIsEmittedAfterIt() {
        try (Ends ends = new Ends()) {
            StreamCall call = new StreamCall(StreamFrame.id(Bytes.wrap(new byte[16])), "the stream", ends.dealer);
            Message element = ends.hear(call);
            StepVerifier.create(call.elements()
                            .map(Message::text)
                            // Within the emission of the element, which goes on only when the failure has been
                            // reported.
                            .doOnNext(text -> CompletableFuture.runAsync(
                                            () -> call.fail(new IllegalStateException("gone")))
                                    .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                                    .join()))
                    .then(() -> call.take(element))
                    .expectNext("element")
                    .expectErrorMessage("gone")
                    .verify(TIMEOUT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a reply", "N", "C", ""})
    void aReplyThatIsNoStreamIsAFailure(String reply) {
        try (Ends ends = new Ends()) {
            StreamCall call = new StreamCall(StreamFrame.id(Bytes.wrap(new byte[16])), "prices", ends.dealer);
            Message came = ends.hear(call, Bytes.utf8(reply));
            StepVerifier.create(call.elements())
                    .then(() -> assertThat(call.take(came)).isTrue())
                    .expectErrorMessage(
                            "inproc://stream-call: prices: expected a stream, but the peer sent a single reply")
                    .verify(TIMEOUT);
        }
    }

    @Test
    void aReplyThatIsAFailureFailsTheStream() {
        try (Ends ends = new Ends()) {
            StreamCall call = new StreamCall(StreamFrame.id(Bytes.wrap(new byte[16])), "prices", ends.dealer);
            Message came = ends.hear(call, CallFrame.failure("busy", "too much to do"));
            StepVerifier.create(call.elements())
                    .then(() -> call.take(came))
                    .expectErrorSatisfies(failure -> assertThat(failure)
                            .isInstanceOf(ZmtpCallException.class)
                            .hasMessageContaining("too much to do"))
                    .verify(TIMEOUT);
        }
    }

    /** A DEALER that asks, and a ROUTER that answers by one element. */
    private static final class Ends implements AutoCloseable {

        final DealerSocket dealer = DealerSocket.create();
        private final RouterSocket router = RouterSocket.create();

        Ends() {
            router.bindNow("inproc://stream-call");
            dealer.connectNow("inproc://stream-call");
        }

        Message hear(StreamCall call) {
            return hear(call, StreamFrame.NEXT, Bytes.utf8("element"));
        }

        Message hear(StreamCall call, Bytes... answer) {
            ConnectedPeer peer = dealer.onPeer().blockFirst(TIMEOUT);
            call.ask(peer, Message.of("route", "payload")).subscribe();
            Message asked = router.receive().blockFirst(TIMEOUT);
            assertThat(asked).isNotNull();
            router.send(Message.of(Stream.concat(asked.parts().subList(0, 3).stream(), Stream.of(answer))
                            .toList()))
                    .block(TIMEOUT);
            return dealer.receive().blockFirst(TIMEOUT);
        }

        @Override
        public void close() {
            dealer.dispose();
            router.dispose();
        }
    }
}
