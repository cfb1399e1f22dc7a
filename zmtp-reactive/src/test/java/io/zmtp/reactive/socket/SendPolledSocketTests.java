package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpSendException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Streams of which the messages are at hand, polled instead of asked for, by sockets. */
class SendPolledSocketTests {

    private static final String TCP = "tcp://127.0.0.1:*";

    @RegisterExtension
    private final Sockets open = new Sockets();

    private PullSocket pull() {
        return open.open(PullSocket::create);
    }

    private PushSocket push(UnaryOperator<SocketOptions> options) {
        return open.open(PushSocket::create, options);
    }

    private static Flux<Message> numbers(int count) {
        return Flux.range(0, count).map(i -> Message.of("" + i));
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP, "inproc://polled"})
    void goToTheOnlyPeerInOrder(String where) {
        PullSocket pull = pull();
        PushSocket push = push(options -> options);
        push.connectNow(pull.bindNow(where));

        StepVerifier.create(pull.receive()
                        .map(Message::text)
                        .take(20_000)
                        .collectList()
                        .doOnSubscribe(subscribed ->
                                open.add(push.send(numbers(20_000)).subscribe())))
                .expectNext(IntStream.range(0, 20_000).mapToObj(i -> "" + i).toList())
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void goToPeersInTurn() {
        List<PullSocket> pulls = List.of(pull(), pull(), pull());
        PushSocket push = push(options -> options);
        pulls.forEach(pull -> push.connectNow(pull.bindNow(TCP)));
        Sockets.awaitPeers(push, 3);

        push.send(numbers(300)).block(TIMEOUT);

        for (PullSocket pull : pulls) {
            assertThat(pull.receive().take(100).collectList().block(TIMEOUT)).hasSize(100);
        }
    }

    @Test
    void areNotPolledBeyondTheHighWaterMark() {
        PushSocket push = push(options -> options.sendHwm(3));
        PullSocket late = pull();
        Endpoint endpoint = late.bindNow(TCP);
        late.unbind(endpoint).block(TIMEOUT);
        push.connectNow(endpoint);
        AtomicInteger polled = new AtomicInteger();

        open.add(push.send(numbers(100).doOnNext(message -> polled.incrementAndGet()))
                .subscribe());

        assertThat(polled).hasValue(3);
        late.bindNow(endpoint.toString());
        assertThat(late.receive().take(100).map(Message::text).collectList().block(TIMEOUT))
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "" + i).toList());
    }

    @Test
    void oneThatCannotBeSentFailsTheStreamBehindThoseBeforeIt() {
        GatherSocket gather = open.open(GatherSocket::create);
        ScatterSocket scatter = open.open(ScatterSocket::create);
        scatter.connectNow(gather.bindNow("inproc://polled-scatter"));
        Sockets.awaitPeers(scatter, 1);

        StepVerifier.create(scatter.send(Flux.just("a", "b", "c", "d")
                        .map(text -> text.equals("c") ? Message.of("c", "two") : Message.of(text))))
                .expectError(ZmtpSendException.class)
                .verify(TIMEOUT);

        assertThat(gather.receive().take(2).map(Message::text).collectList().block(TIMEOUT))
                .containsExactly("a", "b");
    }

    @Test
    void thoseBeforeOneThatCannotBeSentReachWhoWaitsForThem() {
        GatherSocket gather = open.open(GatherSocket::create);
        ScatterSocket scatter = open.open(ScatterSocket::create);
        scatter.connectNow(gather.bindNow("inproc://polled-waiting"));
        Sockets.awaitPeers(scatter, 1);

        StepVerifier.create(Sockets.texts(gather).take(2))
                .then(() -> open.add(scatter.send(Flux.just("a", "b", "c")
                                .map(text -> text.equals("c") ? Message.of("c", "two") : Message.of(text)))
                        .subscribe(nothing -> {}, refused -> {})))
                .expectNext("a", "b")
                .expectComplete()
                .verify(TIMEOUT);
    }
}
