package io.zmtp.spring.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.spring.core.StreamFrame;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
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

    /** A DEALER that asks, and a ROUTER that answers by one element. */
    private static final class Ends implements AutoCloseable {

        final DealerSocket dealer = DealerSocket.create();
        private final RouterSocket router = RouterSocket.create();

        Ends() {
            router.bindNow("inproc://stream-call");
            dealer.connectNow("inproc://stream-call");
        }

        Message hear(StreamCall call) {
            ConnectedPeer peer = dealer.onPeer().blockFirst(TIMEOUT);
            call.ask(peer, Message.of("route", "payload")).subscribe();
            Message asked = router.receive().blockFirst(TIMEOUT);
            assertThat(asked).isNotNull();
            router.send(Message.of(
                            asked.part(0), asked.part(1), asked.part(2), StreamFrame.NEXT, Bytes.utf8("element")))
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
