package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static io.zmtp.reactive.socket.Sockets.receive;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.Jero;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import zmq.Msg;

/** The draft types with JeroMQ, which has them all, in a few words; those of libzmq are in {@link DraftLibzmqInteropTests}. */
class DraftTypesInteropTests {

    private static final String WAYS = "io.zmtp.reactive.socket.Way#tcp";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final Jero jero = new Jero();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        jero.close();
    }

    private <T extends ZmtpSocket> T meet(Way way, T ours, ZMQ.Socket theirs) {
        way.meet(sockets.add(ours), folder, at -> Jero.bind(theirs, at), theirs::connect);
        return ours;
    }

    private static String text(Msg message) {
        return new String(message.data(), StandardCharsets.UTF_8);
    }

    private static Msg message(String text, int routingId) {
        Msg message = new Msg(text.getBytes(StandardCharsets.UTF_8));
        message.setRoutingId(routingId);
        return message;
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void scattersToGather(Way way) {
        ZMQ.Socket gather = jero.open(SocketType.GATHER);
        ScatterSocket scatter = meet(way, ScatterSocket.create(Sockets::quick), gather);
        scatter.send("one").then(scatter.send(Message.of(new byte[100_000]))).block(TIMEOUT);
        assertThat(Jero.receiveStrings(gather)).containsExactly("one");
        assertThat(Jero.receive(gather)).singleElement().isEqualTo(new byte[100_000]);
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void gathersFromScatter(Way way) {
        ZMQ.Socket scatter = jero.open(SocketType.SCATTER);
        GatherSocket gather = meet(way, GatherSocket.create(Sockets::quick), scatter);
        Jero.send(scatter, "one");
        Jero.send(scatter, "two");
        assertThat(receive(gather, 2)).containsExactly("one", "two");
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void channelTalksWithChannel(Way way) {
        ZMQ.Socket theirs = jero.open(SocketType.CHANNEL);
        ChannelSocket ours = meet(way, ChannelSocket.create(Sockets::quick), theirs);
        ours.send("ping").block(TIMEOUT);
        assertThat(Jero.receiveStrings(theirs)).containsExactly("ping");
        Jero.send(theirs, "pong");
        assertThat(receive(ours)).isEqualTo("pong");
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void clientTalksWithServer(Way way) {
        ZMQ.Socket server = jero.open(SocketType.SERVER);
        ClientSocket client = meet(way, ClientSocket.create(Sockets::quick), server);
        client.send("ping").block(TIMEOUT);
        Msg asked = server.base().recv(0);
        assertThat(text(asked)).isEqualTo("ping");
        assertThat(server.base().send(message("pong", asked.getRoutingId()), 0)).isTrue();
        assertThat(receive(client)).isEqualTo("pong");
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void serverTalksWithClient(Way way) {
        ZMQ.Socket client = jero.open(SocketType.CLIENT);
        ServerSocket server = meet(way, ServerSocket.create(Sockets::quick), client);
        Jero.send(client, "ping");
        Message asked = server.receive().blockFirst(TIMEOUT);
        assertThat(asked.text()).isEqualTo("ping");
        server.send(Message.of(asked.first(), Bytes.utf8("pong"))).block(TIMEOUT);
        assertThat(Jero.receiveStrings(client)).containsExactly("pong");
    }

    @ParameterizedTest
    @MethodSource(WAYS)
    void peerTalksWithPeer(Way way) {
        ZMQ.Socket theirs = jero.open(SocketType.PEER);
        PeerSocket ours = meet(way, PeerSocket.create(Sockets::quick), theirs);
        Bytes id = ours.peers().get(0).routingId();
        ours.send(Message.of(id, Bytes.utf8("ping"))).block(TIMEOUT);
        Msg asked = theirs.base().recv(0);
        assertThat(text(asked)).isEqualTo("ping");
        assertThat(theirs.base().send(message("pong", asked.getRoutingId()), 0)).isTrue();
        assertThat(ours.receive().blockFirst(TIMEOUT)).isEqualTo(Message.of(id, Bytes.utf8("pong")));
    }
}
