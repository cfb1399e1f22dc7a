package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** A stream to peers that are addressed: what it has taken out of its source is sent, whoever cancels it. */
class AddressedStreamTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final Drops drops = new Drops();
    private final AtomicInteger emitted = new AtomicInteger();
    private final ServerSocket server =
            sockets.add(ServerSocket.create(options -> options.sendHwm(3).recorder(drops)));
    private final ClientSocket client = sockets.add(ClientSocket.create(options -> options.recvHwm(2)));

    private Bytes meet() {
        String name = "inproc://" + UUID.randomUUID();
        server.bindNow(name);
        client.connectNow(name);
        Sockets.awaitPeers(server, 1);
        return server.peers().get(0).routingId();
    }

    private Flux<Message> numbers(Bytes to) {
        return Flux.range(0, 1000)
                .map(i -> Message.of(to, Bytes.utf8("" + i)))
                .doOnNext(each -> emitted.incrementAndGet());
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    @Test
    void takesNoMoreThanItCanSendAndOneThatWaits() {
        sockets.add(server.send(numbers(meet())).subscribe(nothing -> {}, ended -> {}));

        assertThat(emitted).hasValue(6);
    }

    @Test
    void whatWasTakenIsSentAfterCancelling() {
        Disposable sending = server.send(numbers(meet())).subscribe();

        sending.dispose();

        assertThat(Sockets.receive(client, emitted.get())).isEqualTo(texts(emitted.get()));
        server.send(Message.of(server.peers().get(0).routingId(), Bytes.utf8("next")))
                .block(TIMEOUT);
        assertThat(Sockets.receive(client)).isEqualTo("next");
        assertThat(drops.all()).isEmpty();
    }

    @Test
    void whatWasTakenAndHasNobodyAfterCancellingIsCounted() {
        Disposable sending = server.send(numbers(meet())).subscribe();
        sending.dispose();

        client.close().block(TIMEOUT);

        drops.await(DropReason.PEER_GONE, 1);
        Sockets.awaitPeers(server, 0);
        assertThat(drops.of(DropReason.PEER_GONE)).isBetween(1L, 6L);
    }

    @Test
    void theEndOfTheSocketCancelsItsSource() {
        Sinks.Empty<Void> cancelled = Sinks.empty();
        StepVerifier.create(server.send(Flux.<Message>never().doOnCancel(cancelled::tryEmitEmpty)))
                .then(server::dispose)
                .expectError(ZmtpClosedException.class)
                .verify(TIMEOUT);
        StepVerifier.create(cancelled.asMono()).expectComplete().verify(TIMEOUT);
    }
}
