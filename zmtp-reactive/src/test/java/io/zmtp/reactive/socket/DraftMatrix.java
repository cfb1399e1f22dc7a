package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The pairs of draft types that another implementation has too, with every size at which something changes on the wire.
 * Subclasses say how the sockets meet, by {@code ways()}.
 */
abstract class DraftMatrix {

    private static final String WAYS = "ways";

    static final List<Bytes> BODIES =
            Stream.of(5, 0, 1, 255, 256, 65_537, 8 << 20).map(DraftMatrix::body).toList();

    private static final Bytes GROUP = Bytes.utf8(Theirs.GROUP);
    private static final Bytes PROBE = Bytes.utf8("probe");

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private Theirs theirs;

    @TempDir
    Path folder;

    /** Opens one of theirs; one of type DISH is a member of {@link Theirs#GROUP}. */
    abstract Theirs open(SocketType type);

    private static Bytes body(int size) {
        byte[] octets = new byte[size];
        Arrays.fill(octets, (byte) size);
        for (int i = 0; i < size; i += 251) {
            octets[i] = (byte) (i / 251);
        }
        return Bytes.wrap(octets);
    }

    private <T extends ZmtpSocket> T meet(Way way, T ours, SocketType type) {
        theirs = open(type);
        way.meet(sockets.add(ours), folder, theirs.bind(), theirs.connect());
        return ours;
    }

    /** Sends all of them, with what stands before the body. */
    void weSend(Sender sender, Function<Bytes, Message> message) {
        sockets.add(sender.send(Flux.fromIterable(BODIES).map(message)).subscribe(nothing -> {}, failed -> {}));
    }

    static void weReceive(Receiver ours) {
        List<Bytes> came = ours.receive()
                .map(Message::last)
                .filter(body -> !body.equals(PROBE))
                .take(BODIES.size())
                .collectList()
                .block(TIMEOUT);
        assertThat(came).isEqualTo(BODIES);
    }

    /** They get all of them; the last one, so that it can be replied to. */
    private Message theyReceive() {
        Message came = null;
        for (Bytes body : BODIES) {
            came = theirs.receive();
            assertThat(came.last()).isEqualTo(body);
        }
        return came;
    }

    private void theySend(Function<Bytes, Message> message) {
        BODIES.forEach(body -> theirs.send(message.apply(body)));
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void scattersToGather(Way way) {
        weSend(meet(way, ScatterSocket.create(Sockets::quick), SocketType.GATHER), Message::of);
        theyReceive();
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void gathersFromScatter(Way way) {
        GatherSocket gather = meet(way, GatherSocket.create(Sockets::quick), SocketType.SCATTER);
        theySend(Message::of);
        weReceive(gather);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void clientTalksWithServer(Way way) {
        ClientSocket client = meet(way, ClientSocket.create(Sockets::quick), SocketType.SERVER);
        weSend(client, Message::of);
        Bytes id = theyReceive().first();
        theySend(body -> Message.of(id, body));
        weReceive(client);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void serverTalksWithClient(Way way) {
        ServerSocket server = meet(way, ServerSocket.create(Sockets::quick), SocketType.CLIENT);
        theySend(Message::of);
        weReceive(server);
        Bytes id = server.peers().get(0).routingId();
        weSend(server, body -> Message.of(id, body));
        theyReceive();
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void radioReachesDish(Way way) {
        RadioSocket radio =
                meet(way, RadioSocket.create(options -> Sockets.quick(options).noDrop()), SocketType.DISH);
        Flux<Message> messages = Flux.fromIterable(BODIES).map(body -> Message.of(GROUP, body));
        sockets.add(radio.awaitSubscribers(GROUP, 1).then(radio.send(messages)).subscribe());
        assertThat(theyReceive().first()).isEqualTo(GROUP);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void dishHearsRadio(Way way) {
        DishSocket dish = DishSocket.create(Sockets::quick);
        dish.join(GROUP);
        meet(way, dish, SocketType.RADIO);
        awaitMember(theirs, dish, GROUP);
        theySend(body -> Message.of(GROUP, body));
        weReceive(dish);
    }

    /** Waits until a RADIO of theirs, which drops what it sends before, knows of a member. */
    static void awaitMember(Theirs radio, DishSocket dish, Bytes group) {
        Mono<Message> heard = dish.receive(Duration.ofMillis(20));
        Way.until(() -> {
            radio.send(Message.of(group, PROBE));
            return heard.block() != null;
        });
    }
}
