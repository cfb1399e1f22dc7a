package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A receiver that is behind while its peers come and go. */
class OrderTests {

    private static final int COUNT = 200;

    @RegisterExtension
    final Sockets sockets = new Sockets();

    /** A type that receives, one that sends to it, and what is sent. */
    private record Kind(
            Function<UnaryOperator<SocketOptions>, ZmtpSocket> receiver,
            Function<UnaryOperator<SocketOptions>, ZmtpSocket> sender,
            IntFunction<Message> message) {

        @Override
        public String toString() {
            return sender.apply(UnaryOperator.identity()).type() + " to "
                    + receiver.apply(UnaryOperator.identity()).type();
        }
    }

    private static Message number(int i) {
        return Message.of("" + i);
    }

    private static Stream<Kind> kinds() {
        return Stream.of(
                new Kind(PullSocket::create, PushSocket::create, OrderTests::number),
                new Kind(GatherSocket::create, ScatterSocket::create, OrderTests::number),
                new Kind(DealerSocket::create, DealerSocket::create, OrderTests::number),
                new Kind(DealerSocket::create, RouterSocket::create, OrderTests::number),
                new Kind(RouterSocket::create, DealerSocket::create, OrderTests::number),
                new Kind(RepSocket::create, DealerSocket::create, i -> Message.of("", "" + i)),
                new Kind(SubSocket::create, PubSocket::create, OrderTests::number),
                new Kind(XSubSocket::create, XPubSocket::create, OrderTests::number),
                new Kind(DishSocket::create, RadioSocket::create, i -> Message.of("group", "" + i)),
                new Kind(PairSocket::create, PairSocket::create, OrderTests::number),
                new Kind(ChannelSocket::create, ChannelSocket::create, OrderTests::number),
                new Kind(ServerSocket::create, ClientSocket::create, OrderTests::number),
                new Kind(ClientSocket::create, ServerSocket::create, OrderTests::number),
                new Kind(PeerSocket::create, PeerSocket::create, OrderTests::number));
    }

    private static Stream<Arguments> kindsAndTransports() {
        return kinds().flatMap(kind -> Stream.of(true, false)
                .flatMap(tcp -> Stream.of(true, false).map(binds -> Arguments.of(kind, tcp, binds))));
    }

    private static Flux<String> receive(ZmtpSocket socket) {
        return socket instanceof RepSocket rep
                ? Flux.create(sink -> sink.onDispose(rep.serve(request -> {
                            sink.next(request.text());
                            return Mono.empty();
                        })
                        .subscribe()))
                : ((Receiver) socket)
                        .receive()
                        .map(message -> message.part(message.size() - 1).utf8());
    }

    private static void subscribe(ZmtpSocket socket) {
        if (socket instanceof SubSocket sub) {
            sub.subscribe("");
        } else if (socket instanceof XSubSocket xsub) {
            xsub.send(Message.of(new byte[] {1})).block(TIMEOUT);
        } else if (socket instanceof DishSocket dish) {
            dish.join("group");
        }
    }

    /** The one peer that is there, another than before. */
    private static ConnectedPeer peer(ZmtpSocket socket, ConnectedPeer before) {
        return Flux.interval(Duration.ZERO, Duration.ofMillis(2))
                .filter(tick -> socket.peers().size() == 1 && socket.peers().get(0) != before)
                .map(tick -> socket.peers().get(0))
                .blockFirst(TIMEOUT);
    }

    private static void awaitUnread(ConnectedPeer peer, long count) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(2))
                .filter(tick -> peer.unread() >= count)
                .blockFirst(TIMEOUT);
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }

    private static void send(ConnectedPeer to, int from, int until, IntFunction<Message> message) {
        for (int i = from; i < until; i++) {
            to.send(message.apply(i)).block(TIMEOUT);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndTransports")
    void whatAPeerSentIsInOrderOverACut(Kind kind, boolean tcp, boolean receiverBinds) {
        ZmtpSocket receiver = sockets.open(kind.receiver);
        ZmtpSocket sender = sockets.open(kind.sender);
        subscribe(receiver);
        ZmtpSocket bound = receiverBinds ? receiver : sender;
        ZmtpSocket connected = receiverBinds ? sender : receiver;
        connected.connectNow(bound.bindNow(tcp ? "tcp://127.0.0.1:*" : "inproc://" + UUID.randomUUID()));

        ConnectedPeer there = peer(receiver, null);
        ConnectedPeer here = peer(sender, null);
        send(here, 0, COUNT, kind.message);
        awaitUnread(there, COUNT);

        here.dispose();
        there = peer(receiver, there);
        send(peer(sender, here), COUNT, 2 * COUNT, kind.message);
        awaitUnread(there, receiverBinds ? COUNT : 2 * COUNT);

        assertThat(receive(receiver).take(2 * COUNT).collectList().block(TIMEOUT))
                .isEqualTo(numbers(0, 2 * COUNT));
    }

    /** What came before is handed out first. */
    @ParameterizedTest
    @MethodSource("kinds")
    void whatAPeerSentIsInOrderOverADisconnect(Kind kind) {
        ZmtpSocket receiver = sockets.open(kind.receiver);
        ZmtpSocket sender = sockets.open(kind.sender);
        Endpoint at = sender.bindNow("tcp://127.0.0.1:*");
        ConnectedPeer here = null;
        for (int i = 0; i < 3; i++) {
            receiver.connectNow(at);
            subscribe(receiver);
            here = peer(sender, here);
            ConnectedPeer there = peer(receiver, null);
            if (sender instanceof PubSocket pub) {
                pub.awaitSubscribers("", 1).block(TIMEOUT);
            }
            send(here, i * COUNT, (i + 1) * COUNT, kind.message);
            awaitUnread(there, COUNT);
            receiver.disconnect(at).block(TIMEOUT);
            Sockets.awaitPeers(receiver, 0);
        }

        assertThat(receive(receiver).take(3 * COUNT).collectList().block(TIMEOUT))
                .isEqualTo(numbers(0, 3 * COUNT));
    }

    /** Each of many lives of a peer comes after the one before, though all that they left is unread. */
    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:*", "inproc://order"})
    void whatAPeerSentIsInOrderOverManyCuts(String where) {
        PullSocket pull = sockets.open(PullSocket::create);
        PushSocket push = sockets.open(PushSocket::create);
        Endpoint at = pull.bindNow(where);

        for (int life = 0; life < 8; life++) {
            push.connectNow(at);
            ConnectedPeer there = peer(pull, null);
            send(peer(push, null), life * 10, (life + 1) * 10, OrderTests::number);
            awaitUnread(there, 10);
            push.disconnect(at).block(TIMEOUT);
            Sockets.awaitPeers(pull, 0); // until its end is noticed, the next one would be another peer
        }

        assertThat(Sockets.receive(pull, 80)).isEqualTo(numbers(0, 80));
    }

    private RawPeer push(Endpoint at, String... texts) {
        RawPeer peer = RawPeer.connect(at.toString());
        sockets.add(peer::close);
        peer.handshakeNull("PUSH");
        for (String text : texts) {
            peer.writeMessage(text);
        }
        return peer;
    }

    private static void awaitUnread(PullSocket pull, int peers, long count) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(2))
                .filter(tick -> pull.peers().size() == peers
                        && pull.peers().stream()
                                        .mapToLong(ConnectedPeer::unread)
                                        .sum()
                                == count)
                .blockFirst(TIMEOUT);
    }

    /** What was left comes before what comes from new peers, and takes turns with what comes from those that were there. */
    @Test
    void peersThatWereThereTakeTurnsWithWhatOthersLeft() {
        PullSocket pull = sockets.open(PullSocket::create);
        Endpoint at = pull.bindNow("tcp://127.0.0.1:*");
        push(at, "old 1", "old 2", "old 3", "old 4");
        awaitUnread(pull, 1, 4);
        RawPeer gone = push(at, "gone 1", "gone 2");
        awaitUnread(pull, 2, 6);
        gone.close();
        awaitUnread(pull, 1, 4);
        push(at, "new 1", "new 2");
        awaitUnread(pull, 2, 6);

        assertThat(Sockets.receive(pull, 8))
                .containsExactly("old 1", "gone 1", "old 2", "gone 2", "old 3", "new 1", "old 4", "new 2");
    }

    /** Comes, sends, and has gone. */
    private void visit(PullSocket pull, Endpoint at) {
        int peers = pull.peers().size();
        RawPeer visitor = push(at, "gone");
        Flux.interval(Duration.ZERO, Duration.ofMillis(2))
                .filter(tick -> pull.peers().size() == peers + 1
                        && pull.peers().get(peers).unread() == 1)
                .blockFirst(TIMEOUT);
        visitor.close();
        Sockets.awaitPeers(pull, peers);
    }

    /** Peers that come, send and go faster than anybody receives do not keep out one that stays. */
    @Test
    void peersThatComeAndGoDoNotKeepOutOneThatStays() {
        PullSocket pull = sockets.open(PullSocket::create);
        Endpoint at = pull.bindNow("tcp://127.0.0.1:*");
        visit(pull, at);
        push(at, "stays", "stays", "stays");
        awaitUnread(pull, 1, 3);

        List<String> received = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            visit(pull, at);
            received.add(Sockets.receive(pull));
        }
        assertThat(received).containsExactly("gone", "stays", "gone", "gone", "stays");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:*", "inproc://order"})
    void whatAPeerThatIsSupersededSentComesBeforeWhatTheNextOneSends(String where) {
        RouterSocket router = sockets.open(RouterSocket::create, SocketOptions::handover);
        Endpoint at = router.bindNow(where);
        ConnectedPeer there = null;
        for (int i = 0; i < 4; i++) {
            DealerSocket dealer = sockets.open(
                    DealerSocket::create,
                    options -> options.routingId(Bytes.utf8("one")).reconnect(TIMEOUT, TIMEOUT));
            dealer.connectNow(at);
            there = peer(router, there);
            send(peer(dealer, null), i * COUNT, (i + 1) * COUNT, OrderTests::number);
            awaitUnread(there, COUNT);
        }

        assertThat(receive(router).take(4 * COUNT).collectList().block(TIMEOUT)).isEqualTo(numbers(0, 4 * COUNT));
    }

    /** A rule that drops keeps its own queue, and its order. */
    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:*", "inproc://order"})
    void whatIsKeptByARuleThatDropsIsInOrderToo(String where) {
        PullSocket pull = sockets.open(PullSocket::create, options -> options.onFull(Overflow.DROP_OLDEST));
        PushSocket push = sockets.open(PushSocket::create);
        push.connectNow(pull.bindNow(where));
        ConnectedPeer there = peer(pull, null);
        ConnectedPeer here = peer(push, null);
        send(here, 0, COUNT, OrderTests::number);
        awaitUnread(there, COUNT);

        here.dispose();
        there = peer(pull, there);
        send(peer(push, here), COUNT, 2 * COUNT, OrderTests::number);
        awaitUnread(there, COUNT);

        assertThat(Sockets.receive(pull, 2 * COUNT)).isEqualTo(numbers(0, 2 * COUNT));
    }
}
