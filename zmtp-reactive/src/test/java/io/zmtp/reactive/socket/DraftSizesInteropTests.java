package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.testing.Jero;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.ZMQ;
import zmq.Msg;

/** The draft types with JeroMQ, which has CHANNEL and PEER beside those of the matrix. */
class DraftSizesInteropTests extends DraftMatrix {

    private final Jero jero = new Jero();

    static Stream<Way> ways() {
        return Way.tcp();
    }

    @AfterEach
    void close() {
        jero.close();
    }

    @Override
    Theirs open(SocketType type) {
        return Theirs.open(jero, type, socket -> {});
    }

    private <T extends ZmtpSocket> T meet(Way way, T ours, ZMQ.Socket theirs) {
        way.meet(sockets.add(ours), folder, at -> Jero.bind(theirs, at), theirs::connect);
        return ours;
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

    @ParameterizedTest
    @MethodSource("ways")
    void channelTalksWithChannel(Way way) {
        ZMQ.Socket theirs = jero.open(org.zeromq.SocketType.CHANNEL);
        ChannelSocket ours = meet(way, ChannelSocket.create(Sockets::quick), theirs);
        weSend(ours, Message::of);
        theyReceive(theirs);
        theySend(theirs, 0);
        weReceive(ours);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void peerTalksWithPeer(Way way) {
        ZMQ.Socket theirs = jero.open(org.zeromq.SocketType.PEER);
        PeerSocket ours = meet(way, PeerSocket.create(Sockets::quick), theirs);
        Bytes id = ours.peers().get(0).routingId();
        weSend(ours, body -> Message.of(id, body));
        theySend(theirs, theyReceive(theirs).getRoutingId());
        weReceive(ours);
    }
}
