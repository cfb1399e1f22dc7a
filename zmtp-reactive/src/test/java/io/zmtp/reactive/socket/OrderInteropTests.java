package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZmqSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** A receiver that is behind while the connection of a libzmq socket is cut. */
@RequiresLibZmq
class OrderInteropTests {

    private static final int COUNT = 200;

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final LibZmq.Context context = new LibZmq.Context();

    @AfterEach
    void close() {
        context.close();
    }

    private static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of(LibZmq.Type.PUSH, type(PullSocket::create)),
                Arguments.of(LibZmq.Type.DEALER, type(DealerSocket::create)),
                Arguments.of(LibZmq.Type.DEALER, type(RouterSocket::create)),
                Arguments.of(LibZmq.Type.PUB, type(SubSocket::create)),
                Arguments.of(LibZmq.Type.PAIR, type(PairSocket::create)));
    }

    private static <S extends ZmtpSocket & Receiver> Function<UnaryOperator<SocketOptions>, S> type(
            Function<UnaryOperator<SocketOptions>, S> type) {
        return type;
    }

    private static ConnectedPeer peer(ZmtpSocket socket, ConnectedPeer before) {
        return Flux.interval(Duration.ZERO, Duration.ofMillis(2))
                .filter(tick -> socket.peers().size() == 1 && socket.peers().get(0) != before)
                .map(tick -> socket.peers().get(0))
                .blockFirst(TIMEOUT);
    }

    /** Sends numbers until so many have arrived: what it sends to a connection that ends, or has no subscriber yet, is lost. */
    private static int send(ZmqSocket theirs, ConnectedPeer to, int from) {
        int next = from;
        while (to.unread() < COUNT) {
            theirs.send("" + next++);
        }
        return next;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    <S extends ZmtpSocket & Receiver> void whatAPeerSentIsInOrderOverACut(
            LibZmq.Type type, Function<UnaryOperator<SocketOptions>, S> receiver) {
        S ours = sockets.open(receiver);
        if (ours instanceof SubSocket sub) {
            sub.subscribe("");
        }
        ZmqSocket theirs = context.open(type);
        theirs.connect(ours.bindNow("tcp://127.0.0.1:*").toString());

        ConnectedPeer first = peer(ours, null);
        int next = send(theirs, first, 0);
        first.dispose();
        send(theirs, peer(ours, first), next);

        List<Integer> received = ours.receive()
                .map(message -> Integer.valueOf(message.part(message.size() - 1).utf8()))
                .take(2 * COUNT)
                .collectList()
                .block(TIMEOUT);
        assertThat(received).isSorted().doesNotHaveDuplicates().hasSize(2 * COUNT);
        int begin = type == LibZmq.Type.PUB
                ? received.get(0)
                : 0; // a PUB sends nothing before it has read the subscription
        assertThat(received.subList(0, COUNT))
                .isEqualTo(IntStream.range(begin, begin + COUNT).boxed().toList());
    }
}
