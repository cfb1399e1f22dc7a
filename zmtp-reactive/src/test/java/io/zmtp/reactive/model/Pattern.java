package io.zmtp.reactive.model;

import io.zmtp.reactive.socket.ChannelSocket;
import io.zmtp.reactive.socket.ClientSocket;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.DishSocket;
import io.zmtp.reactive.socket.GatherSocket;
import io.zmtp.reactive.socket.PairSocket;
import io.zmtp.reactive.socket.PeerSocket;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.RadioSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.socket.ScatterSocket;
import io.zmtp.reactive.socket.ServerSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Two sides that messages go between; givers send, and takers too where it goes both ways. */
enum Pattern {
    PUSH_PULL(PushSocket::create, PullSocket::create, 3, 3),
    SCATTER_GATHER(ScatterSocket::create, GatherSocket::create, 3, 3),
    PUB_SUB(PubSocket::create, SubSocket::create, 2, 3),
    RADIO_DISH(RadioSocket::create, DishSocket::create, 2, 3),
    DEALER_ROUTER(DealerSocket::create, RouterSocket::create, 3, 2),
    CLIENT_SERVER(ClientSocket::create, ServerSocket::create, 3, 2),
    PEER(PeerSocket::create, PeerSocket::create, 3, 2),
    PAIR(PairSocket::create, PairSocket::create, 1, 1),
    CHANNEL(ChannelSocket::create, ChannelSocket::create, 1, 1);

    private final Function<UnaryOperator<SocketOptions>, ? extends ZmtpSocket> giver;
    private final Function<UnaryOperator<SocketOptions>, ? extends ZmtpSocket> taker;
    final int mostGivers;
    final int mostTakers;

    Pattern(
            Function<UnaryOperator<SocketOptions>, ? extends ZmtpSocket> giver,
            Function<UnaryOperator<SocketOptions>, ? extends ZmtpSocket> taker,
            int mostGivers,
            int mostTakers) {
        this.giver = giver;
        this.taker = taker;
        this.mostGivers = mostGivers;
        this.mostTakers = mostTakers;
    }

    ZmtpSocket open(boolean giving, UnaryOperator<SocketOptions> options) {
        return (giving ? giver : taker).apply(options);
    }

    /** Each taker gets each message. */
    boolean publishes() {
        return this == PUB_SUB || this == RADIO_DISH;
    }

    boolean bothWays() {
        return mostGivers == 1 || addresses(false);
    }

    /** Whether this side says whom each message is for. */
    boolean addresses(boolean giving) {
        return this == PEER || (!giving && (this == DEALER_ROUTER || this == CLIENT_SERVER));
    }

    /** Whether a message that has no place is dropped, rather than that its sender waits. */
    boolean drops(boolean giving) {
        return publishes() || (this == DEALER_ROUTER && !giving);
    }
}
