package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent.Disconnected;
import io.zmtp.reactive.testing.RawPeer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/**
 * The application does not take what came: nobody receives, or who receives asks for nothing. The protocol goes on: as
 * far as a socket reads ahead, {@code recvHwm} messages or 256 KiB of each peer, and with those that publish without end.
 */
class AbsentReaderTests {

    private static final int HWM = 10;

    @RegisterExtension
    final Sockets sockets = new Sockets();

    /** What opens a socket of each type that receives. */
    interface Opening extends Function<UnaryOperator<SocketOptions>, ZmtpSocket> {}

    private static Arguments type(Opening type, String peer, String... parts) {
        return arguments(type, peer, List.of(parts));
    }

    static Stream<Arguments> types() {
        return Stream.of(
                type(PullSocket::create, "PUSH", "m"),
                type(PairSocket::create, "PAIR", "m"),
                type(DealerSocket::create, "DEALER", "m"),
                type(RouterSocket::create, "DEALER", "m"),
                type(RepSocket::create, "REQ", "", "m"),
                type(SubSocket::create, "PUB", "m"),
                type(XSubSocket::create, "PUB", "m"),
                type(GatherSocket::create, "SCATTER", "m"),
                type(ClientSocket::create, "SERVER", "m"),
                type(ServerSocket::create, "CLIENT", "m"),
                type(PeerSocket::create, "PEER", "m"),
                type(ChannelSocket::create, "CHANNEL", "m"),
                type(DishSocket::create, "RADIO", "group", "m"));
    }

    /** Those that read all there is. */
    static Stream<Arguments> publishers() {
        return Stream.of(
                type(XPubSocket::create, "XSUB", "m"),
                type(PubSocket::create, "XSUB", "m"),
                type(RadioSocket::create, "DISH", "m"),
                type(PushSocket::create, "PULL", "m"),
                type(ScatterSocket::create, "GATHER", "m"),
                type(ReqSocket::create, "REP", "", "m"));
    }

    private ZmtpSocket open(Opening type) {
        return sockets.add(type.apply(options -> options.recvHwm(HWM)));
    }

    private static RawPeer connect(ZmtpSocket socket, String type) {
        Endpoint at = socket.bindNow("tcp://127.0.0.1:*");
        RawPeer peer = RawPeer.connect(at.toString());
        peer.handshakeNull(type);
        if (socket instanceof SubSocket sub) {
            sub.subscribe("");
            peer.expectCommand("SUBSCRIBE");
        }
        return peer;
    }

    private static void send(RawPeer peer, List<String> parts, int count) {
        for (int i = 0; i < count; i++) {
            peer.writeMessage(parts.toArray(String[]::new));
        }
    }

    private static void ping(RawPeer peer) {
        for (int i = 0; i < 2; i++) {
            peer.sendCommand("PING", new byte[2]);
            peer.expectCommand("PONG");
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void pingsAreAnsweredAndTheEndIsSeenWhileMessagesWait(Opening type, String peerType, List<String> parts) {
        ZmtpSocket socket = open(type);
        Mono<Disconnected> ended = sockets.next(socket, Disconnected.class);
        try (RawPeer peer = connect(socket, peerType)) {
            send(peer, parts, HWM - 1);
            ping(peer);
            assertThat(socket.peers()).hasSize(1);
        }
        assertThat(ended.block(TIMEOUT).closed().reason()).isEqualTo(Closed.Reason.PEER);
        Sockets.awaitPeers(socket, 0);
    }

    @ParameterizedTest
    @MethodSource("types")
    void commandsDoNotTakeThePlaceOfMessages(Opening type, String peerType, List<String> parts) {
        ZmtpSocket socket = open(type);
        try (RawPeer peer = connect(socket, peerType)) {
            for (int i = 0; i < 50 * HWM; i++) {
                peer.sendCommand("SUBSCRIBE", "a".getBytes());
            }
            send(peer, parts, HWM - 1);
            ping(peer);
            assertThat(socket.peers().get(0).unread()).isEqualTo(HWM - 1);
        }
    }

    @ParameterizedTest
    @MethodSource("publishers")
    void pingsAreAnsweredAndTheEndIsSeenHoweverMuchCame(Opening type, String peerType, List<String> parts) {
        ZmtpSocket socket = open(type);
        Mono<Disconnected> ended = sockets.next(socket, Disconnected.class);
        try (RawPeer peer = connect(socket, peerType)) {
            send(peer, parts, 50 * HWM);
            ping(peer);
        }
        assertThat(ended.block(TIMEOUT).closed().reason()).isEqualTo(Closed.Reason.PEER);
    }

    static Stream<Arguments> dropping() {
        return Stream.of(
                type(PullSocket::create, "PUSH", "m"),
                type(SubSocket::create, "PUB", "m"),
                type(GatherSocket::create, "SCATTER", "m"),
                type(DishSocket::create, "RADIO", "group", "m"));
    }

    @ParameterizedTest
    @MethodSource("dropping")
    void whereTheRuleIsToDropPingsAreAnsweredHoweverMuchCame(Opening type, String peerType, List<String> parts) {
        ZmtpSocket socket =
                sockets.add(type.apply(options -> options.recvHwm(HWM).onFull(Overflow.DROP_OLDEST)));
        try (RawPeer peer = connect(socket, peerType)) {
            send(peer, parts, 50 * HWM);
            ping(peer);
        }
        Sockets.awaitPeers(socket, 0);
        assertThat(socket.drops()).isEqualTo(Map.of(DropReason.QUEUE_FULL, 49L * HWM));
    }

    @Test
    void groupsAreJoinedHoweverMuchCame() {
        RadioSocket radio = RadioSocket.create(options -> options.recvHwm(HWM));
        try (RawPeer peer = connect(sockets.add(radio), "DISH")) {
            send(peer, List.of("m"), 50 * HWM);
            peer.sendCommand("JOIN", "group".getBytes());
            radio.awaitSubscribers("group", 1).block(TIMEOUT);
        }
    }

    @Test
    void oneWhoReceivesAndAsksForNothingHoldsUpMessagesOnly() {
        PullSocket pull = PullSocket.create(options -> options.recvHwm(HWM));
        sockets.add(pull);
        BaseSubscriber<Object> idle = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // asks for nothing
            }
        };
        pull.receive().subscribe(idle);
        try (RawPeer peer = connect(pull, "PUSH")) {
            send(peer, List.of("m"), HWM - 1);
            ping(peer);
        }
        Sockets.awaitPeers(pull, 0);
        idle.dispose();
    }

    /** The rule: beyond the mark reading stops, and the PING waits in the stream behind the messages. */
    @Test
    void beyondTheMarkAPingWaitsBehindTheMessagesThatNobodyTakes() {
        PullSocket pull = PullSocket.create(options -> options.recvHwm(HWM));
        sockets.add(pull);
        try (RawPeer peer = connect(pull, "PUSH")) {
            send(peer, List.of("m"), HWM);
            Sockets.awaitStill(() -> pull.peers().get(0).unread());
            send(peer, List.of("m"), HWM);
            peer.sendCommand("PING", new byte[2]);
            assertThat(Sockets.awaitStill(() -> pull.peers().get(0).unread())).isEqualTo(HWM);

            assertThat(Sockets.receive(pull, 2 * HWM)).hasSize(2 * HWM);

            peer.expectCommand("PONG");
        }
    }
}
