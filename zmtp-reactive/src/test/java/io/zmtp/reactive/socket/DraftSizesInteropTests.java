package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.Jero;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import zmq.Msg;

/** Every size at which something changes on the wire, in messages of the draft types, to and from JeroMQ. */
class DraftSizesInteropTests {

    private static final String WAYS = "io.zmtp.reactive.socket.Way#tcp";

    private static final List<Bytes> BODIES = Stream.of(5, 0, 1, 255, 256, 65_537, 8 << 20)
            .map(DraftSizesInteropTests::body)
            .toList();

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final Jero jero = new Jero();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        jero.close();
    }

    private static Bytes body(int size) {
        byte[] octets = new byte[size];
        Arrays.fill(octets, (byte) size);
        for (int i = 0; i < size; i += 251) {
            octets[i] = (byte) (i / 251);
        }
        return Bytes.wrap(octets);
    }

    private <T extends ZmtpSocket> T meet(Way way, T ours, ZMQ.Socket theirs) {
        way.meet(sockets.add(ours), folder, at -> Jero.bind(theirs, at), theirs::connect);
        return ours;
    }

    private void begin(Sender sender, Function<Bytes, Message> message) {
        sockets.add(sender.send(Flux.fromIterable(BODIES).map(message)).subscribe(nothing -> {}, failed -> {}));
    }

    /** They get all of them; the last one, so that it can be replied to. */
    private static Msg theyReceive(ZMQ.Socket theirs) {
        Msg came = null;
        for (Bytes body : BODIES) {
            came = theirs.base().recv(0);
            assertThat(came).as("a message of %d octets", body.size()).isNotNull();
            assertThat(Bytes.wrap(came.data())).isEqualTo(body);
        }
        return came;
    }

    private static void theySend(ZMQ.Socket theirs, int routingId) {
        for (Bytes body : BODIES) {
            Msg message = new Msg(body.toByteArray());
            if (routingId != 0) {
                message.setRoutingId(routingId);
            }
            assertThat(theirs.base().send(message, 0))
                    .as("%d octets were taken", body.size())
                    .isTrue();
        }
    }

    private static void weReceive(Receiver ours) {
        List<Bytes> came = ours.receive()
                .take(BODIES.size())
                .map(Message::last)
                .collectList()
                .block(TIMEOUT);
        assertThat(came).isEqualTo(BODIES);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void scattersToGather(Way way) {
        ZMQ.Socket gather = jero.open(SocketType.GATHER);
        begin(meet(way, ScatterSocket.create(Sockets::quick), gather), Message::of);
        theyReceive(gather);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void gathersFromScatter(Way way) {
        ZMQ.Socket scatter = jero.open(SocketType.SCATTER);
        GatherSocket gather = meet(way, GatherSocket.create(Sockets::quick), scatter);
        theySend(scatter, 0);
        weReceive(gather);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void channelTalksWithChannel(Way way) {
        ZMQ.Socket theirs = jero.open(SocketType.CHANNEL);
        ChannelSocket ours = meet(way, ChannelSocket.create(Sockets::quick), theirs);
        begin(ours, Message::of);
        theyReceive(theirs);
        theySend(theirs, 0);
        weReceive(ours);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void clientTalksWithServer(Way way) {
        ZMQ.Socket server = jero.open(SocketType.SERVER);
        ClientSocket client = meet(way, ClientSocket.create(Sockets::quick), server);
        begin(client, Message::of);
        int id = theyReceive(server).getRoutingId();
        theySend(server, id);
        weReceive(client);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void serverTalksWithClient(Way way) {
        ZMQ.Socket client = jero.open(SocketType.CLIENT);
        ServerSocket server = meet(way, ServerSocket.create(Sockets::quick), client);
        theySend(client, 0);
        weReceive(server);
        Bytes id = server.peers().get(0).routingId();
        begin(server, body -> Message.of(id, body));
        theyReceive(client);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void peerTalksWithPeer(Way way) {
        ZMQ.Socket theirs = jero.open(SocketType.PEER);
        PeerSocket ours = meet(way, PeerSocket.create(Sockets::quick), theirs);
        Bytes id = ours.peers().get(0).routingId();
        begin(ours, body -> Message.of(id, body));
        theySend(theirs, theyReceive(theirs).getRoutingId());
        weReceive(ours);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void radioReachesDish(Way way) {
        ZMQ.Socket dish = jero.open(SocketType.DISH);
        RadioSocket radio =
                meet(way, RadioSocket.create(options -> Sockets.quick(options).noDrop()), dish);
        assertThat(dish.join("group")).isTrue();
        Way.awaitSubscriber(radio, "group", dish::getEvents);
        begin(radio, body -> Message.of(Bytes.utf8("group"), body));
        theyReceive(dish);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void dishHearsRadio(Way way) {
        ZMQ.Socket radio = jero.open(SocketType.RADIO);
        DishSocket dish = DishSocket.create(Sockets::quick);
        dish.join("group");
        meet(way, dish, radio);
        // It hears of a group when it looks, and drops what it sends before.
        Mono<Message> heard = dish.receive().next().timeout(Duration.ofMillis(50), Mono.empty());
        Way.until(() -> {
            radioSends(radio, Bytes.utf8("probe"));
            return heard.block() != null;
        });
        BODIES.forEach(body -> radioSends(radio, body));
        List<Bytes> came = dish.receive()
                .map(Message::last)
                .filter(body -> !body.equals(Bytes.utf8("probe")))
                .take(BODIES.size())
                .collectList()
                .block(TIMEOUT);
        assertThat(came).isEqualTo(BODIES);
    }

    private static void radioSends(ZMQ.Socket radio, Bytes body) {
        Msg message = new Msg(body.toByteArray());
        message.setGroup("group");
        assertThat(radio.base().send(message, 0)).isTrue();
    }
}
