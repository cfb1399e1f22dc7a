package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.Jero;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.RequiresLibZmq;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** The routing ids of libzmq's and JeroMQ's sockets: any that they may have, and those that somebody has already. */
@RequiresLibZmq
class RoutingIdInteropTests {

    private static final String TCP = "tcp://127.0.0.1:*";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final LibZmq.Context context = new LibZmq.Context();
    private final Jero jero = new Jero();

    enum Library {
        LIBZMQ,
        JEROMQ
    }

    @AfterEach
    void close() {
        context.close();
        jero.close();
    }

    private Theirs open(Library library, SocketType type, byte[] id) {
        return library == Library.LIBZMQ
                ? Theirs.open(context, type, id, socket -> socket.option(LibZmq.RECONNECT_IVL, 20))
                : Theirs.open(jero, type, id, socket -> socket.setReconnectIVL(20));
    }

    private static byte[] packed(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    @ParameterizedTest
    @EnumSource
    void aRouterServesDealersNamedByPackedNumbers(Library library) {
        RouterSocket router = sockets.open(RouterSocket::create);
        String at = router.bindNow(TCP).toString();
        List<Message> expected = new ArrayList<>();
        for (int number : new int[] {7, 0x01000000, 0x61626364}) {
            byte[] id = packed(number);
            Theirs dealer = open(library, SocketType.DEALER, id);
            dealer.connect().accept(at);
            dealer.send(Message.of("hello"));

            Message came = router.receive().blockFirst(TIMEOUT);
            assertThat(came).isEqualTo(Message.of(Bytes.of(id), Bytes.utf8("hello")));
            router.send(Message.of(came.first(), Bytes.utf8("back"))).block(TIMEOUT);
            assertThat(dealer.receive()).isEqualTo(Message.of("back"));
            expected.add(came);
        }
        assertThat(router.peers())
                .hasSize(3)
                .allSatisfy(peer ->
                        assertThat(peer.routingId()).isEqualTo(peer.peer().routingId()));
        assertThat(expected).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void aRepAnswersAReqWhoseNameBeginsWithZero(Library library) {
        RepSocket rep = sockets.open(RepSocket::create);
        sockets.add(rep.serve(request -> Mono.just(Message.of("pong"))).subscribe());
        Theirs req = open(library, SocketType.REQ, packed(7));
        req.connect().accept(rep.bindNow(TCP).toString());
        req.send(Message.of("ping"));
        assertThat(req.receive()).isEqualTo(Message.of("pong"));
    }

    @ParameterizedTest
    @EnumSource
    void aDealerTalksToARouterWhoseNameBeginsWithZero(Library library) {
        Theirs router = open(library, SocketType.ROUTER, packed(7));
        DealerSocket dealer = sockets.open(DealerSocket::create, options -> options.routingId(Bytes.utf8("us")));
        dealer.connectNow(router.bind().apply(TCP));
        dealer.send("hello").block(TIMEOUT);
        assertThat(router.receive()).isEqualTo(Message.of("us", "hello"));
    }

    @ParameterizedTest
    @EnumSource
    void typesThatDoNotRouteTakeSeveralPeersOfOneName(Library library) {
        RepSocket rep = sockets.open(RepSocket::create);
        sockets.add(rep.serve(Mono::just).subscribe());
        String at = rep.bindNow(TCP).toString();
        for (int i = 0; i < 2; i++) {
            Theirs req = open(library, SocketType.REQ, packed(7));
            req.connect().accept(at);
            req.send(Message.of("" + i));
            assertThat(req.receive()).isEqualTo(Message.of("" + i));
        }
        Sockets.awaitPeers(rep, 2);
    }

    static Stream<Arguments> names() {
        return Stream.of(Library.values())
                .flatMap(library ->
                        Stream.of(Arguments.of(library, packed(7)), Arguments.of(library, packed(0x61626364))));
    }

    /** They take an ERROR as final, so they must not be sent one. */
    @ParameterizedTest
    @MethodSource("names")
    void whatARefusedDealerHasQueuedArrivesWhenTheNameIsFree(Library library, byte[] id) {
        RouterSocket router = sockets.open(RouterSocket::create);
        Endpoint bound = router.bindNow(TCP);
        DealerSocket first = sockets.open(DealerSocket::create, options -> options.routingId(Bytes.utf8("abcd")));
        first.connectNow(bound);
        Theirs held = open(library, SocketType.DEALER, packed(7));
        held.connect().accept(bound.toString());
        Sockets.awaitPeers(router, 2);
        Mono<MonitorEvent.Refused> refused = sockets.next(router, MonitorEvent.Refused.class);
        Mono<MonitorEvent.Refused> again = router.monitor()
                .ofType(MonitorEvent.Refused.class)
                .skip(2)
                .next()
                .cache();
        sockets.add(again.subscribe());
        Theirs second = open(library, SocketType.DEALER, id);
        second.connect().accept(bound.toString());
        for (int i = 0; i < 50; i++) {
            second.send(Message.of("" + i));
        }

        assertThat(refused.block(TIMEOUT).peer().routingId()).isEqualTo(Bytes.of(id));
        again.block(TIMEOUT); // it comes again and again
        router.peers().stream()
                .filter(peer -> peer.routingId().equals(Bytes.of(id)))
                .forEach(peer -> {
                    if (id[0] == 0) {
                        held.close().run();
                    } else {
                        first.close().block(TIMEOUT);
                    }
                });

        List<Message> came = router.receive().take(50).collectList().block(TIMEOUT);
        for (int i = 0; i < 50; i++) {
            assertThat(came.get(i)).isEqualTo(Message.of(Bytes.of(id), Bytes.utf8("" + i)));
        }
        assertThat(router.drops()).isEmpty();
    }
}
