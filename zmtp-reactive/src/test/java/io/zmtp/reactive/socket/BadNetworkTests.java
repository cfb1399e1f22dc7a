package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.testing.BadNetwork;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sockets whose connections are cut into pieces, slow, and reset all the time. */
class BadNetworkTests {

    private static final KeyPair SERVER = KeyPair.generate();

    @RegisterExtension
    final Sockets sockets = new Sockets();

    /** Without and with encryption. */
    enum Kind {
        NULL(options -> options, options -> options),
        CURVE(
                options -> options.mechanism(CurveMechanism.client(SERVER.publicKey())),
                options -> options.mechanism(CurveMechanism.server(SERVER, Authenticator.anyone())));

        final UnaryOperator<SocketOptions> calling;
        final UnaryOperator<SocketOptions> serving;

        Kind(UnaryOperator<SocketOptions> calling, UnaryOperator<SocketOptions> serving) {
            this.calling = calling;
            this.serving = serving;
        }
    }

    private static List<Message> messages(int count, int largest) {
        Random random = new Random(3);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    byte[] body = new byte[random.nextInt(largest)];
                    random.nextBytes(body);
                    return Message.of(Bytes.utf8("" + i), Bytes.wrap(body));
                })
                .toList();
    }

    private static int number(Message message) {
        return Integer.parseInt(message.first().utf8());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsCutAndDelayedArrivesWholeAndInOrder(Kind kind) {
        PullSocket pull = sockets.open(PullSocket::create, kind.serving);
        int port = pull.bindNow("tcp://127.0.0.1:*").port();
        try (BadNetwork network = BadNetwork.thatCutsAndDelays(port, 1000, 500_000)) {
            PushSocket push = sockets.open(PushSocket::create, kind.calling);
            push.connectNow(network.endpoint());
            List<Message> messages = messages(500, 2000);
            push.send(Flux.fromIterable(messages)).subscribe();
            List<Message> came =
                    pull.receive().take(messages.size()).collectList().block(TIMEOUT);
            assertThat(came.equals(messages)).isTrue();
        }
    }

    /** A message a millisecond, so that little is under way when a connection ends. */
    @ParameterizedTest
    @EnumSource
    void whatIsResetNowAndThenArrivesForTheMostPartInOrderAndNeverTwice(Kind kind) {
        PullSocket pull = sockets.open(PullSocket::create, kind.serving);
        int port = pull.bindNow("tcp://127.0.0.1:*").port();
        try (BadNetwork network = BadNetwork.thatResets(port, 40_000)) {
            PushSocket push = sockets.open(
                    PushSocket::create, options -> kind.calling.apply(options).reconnect(Duration.ofMillis(5)));
            push.connectNow(network.endpoint());
            List<Message> messages = messages(800, 1000);
            CompletableFuture<List<Message>> received = pull.receive()
                    .takeUntil(message -> message.size() == 1)
                    .collectList()
                    .toFuture();

            Flux.fromIterable(messages)
                    .concatMap(message -> push.send(message).then(Mono.delay(Duration.ofMillis(1))))
                    .blockLast(Duration.ofSeconds(30));
            sockets.add(Flux.interval(Duration.ofMillis(50))
                    .onBackpressureDrop()
                    .concatMap(tick -> push.send("end"))
                    .subscribe());
            assertThat(received).succeedsWithin(TIMEOUT);

            List<Message> came = received.join().subList(0, received.join().size() - 1);
            assertThat(network.resets()).isGreaterThan(3);
            assertThat(came.size()).isGreaterThan(messages.size() * 7 / 10);
            int last = -1;
            for (Message message : came) {
                assertThat(number(message)).isGreaterThan(last);
                last = number(message);
                assertThat(message.equals(messages.get(last)))
                        .as("message %d", last)
                        .isTrue();
            }
        }
    }
}
