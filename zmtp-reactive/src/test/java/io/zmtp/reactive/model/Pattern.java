package io.zmtp.reactive.model;

import static io.zmtp.reactive.SocketType.CHANNEL;
import static io.zmtp.reactive.SocketType.CLIENT;
import static io.zmtp.reactive.SocketType.DEALER;
import static io.zmtp.reactive.SocketType.DISH;
import static io.zmtp.reactive.SocketType.GATHER;
import static io.zmtp.reactive.SocketType.PAIR;
import static io.zmtp.reactive.SocketType.PEER;
import static io.zmtp.reactive.SocketType.PUB;
import static io.zmtp.reactive.SocketType.PULL;
import static io.zmtp.reactive.SocketType.PUSH;
import static io.zmtp.reactive.SocketType.RADIO;
import static io.zmtp.reactive.SocketType.ROUTER;
import static io.zmtp.reactive.SocketType.SCATTER;
import static io.zmtp.reactive.SocketType.SERVER;
import static io.zmtp.reactive.SocketType.SUB;
import static io.zmtp.reactive.SocketType.XPUB;
import static io.zmtp.reactive.SocketType.XSUB;

import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
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
import io.zmtp.reactive.socket.XPubSocket;
import io.zmtp.reactive.socket.XSubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Two sides that messages go between; givers send, and takers too where it goes both ways. Some meet at a
 * {@link Broker}.
 */
enum Pattern {
    PUSH_PULL(PUSH, PULL, 3, 3),
    SCATTER_GATHER(SCATTER, GATHER, 3, 3),
    PUB_SUB(PUB, SUB, 2, 3),
    RADIO_DISH(RADIO, DISH, 2, 3),
    DEALER_ROUTER(DEALER, ROUTER, 3, 2),
    CLIENT_SERVER(CLIENT, SERVER, 3, 2),
    PEER_PEER(PEER, PEER, 3, 2),
    PAIR_PAIR(PAIR, PAIR, 1, 1),
    CHANNEL_CHANNEL(CHANNEL, CHANNEL, 1, 1),
    XPUB_SUB(XPUB, SUB, 2, 3),
    XPUB_XSUB(XPUB, XSUB, 2, 3),
    PUB_XSUB(PUB, XSUB, 2, 3),
    STREAMER(PUSH, PULL, 3, 3),
    FORWARDER(XPUB, SUB, 2, 3),
    QUEUE(DEALER, DEALER, 3, 2);

    private final SocketType giver;
    private final SocketType taker;
    final int mostGivers;
    final int mostTakers;

    Pattern(SocketType giver, SocketType taker, int mostGivers, int mostTakers) {
        this.giver = giver;
        this.taker = taker;
        this.mostGivers = mostGivers;
        this.mostTakers = mostTakers;
    }

    SocketType type(boolean giving) {
        return giving ? giver : taker;
    }

    ZmtpSocket open(boolean giving, UnaryOperator<SocketOptions> options) {
        return switch (type(giving)) {
            case PUSH -> PushSocket.create(options);
            case PULL -> PullSocket.create(options);
            case SCATTER -> ScatterSocket.create(options);
            case GATHER -> GatherSocket.create(options);
            case PUB -> PubSocket.create(options);
            case SUB -> SubSocket.create(options);
            case XPUB -> XPubSocket.create(options);
            case XSUB -> XSubSocket.create(options);
            case RADIO -> RadioSocket.create(options);
            case DISH -> DishSocket.create(options);
            case DEALER -> DealerSocket.create(options);
            case ROUTER -> RouterSocket.create(options);
            case CLIENT -> ClientSocket.create(options);
            case SERVER -> ServerSocket.create(options);
            case PEER -> PeerSocket.create(options);
            case PAIR -> PairSocket.create(options);
            case CHANNEL -> ChannelSocket.create(options);
            default -> throw new IllegalStateException("no pattern has " + type(giving));
        };
    }

    /** What both sides connect to; null if they connect to each other. */
    Broker.@Nullable Kind broker() {
        return switch (this) {
            case STREAMER -> Broker.Kind.STREAMER;
            case FORWARDER -> Broker.Kind.FORWARDER;
            case QUEUE -> Broker.Kind.QUEUE;
            default -> null;
        };
    }

    /** Each taker gets each message; and each giver, of takers that send. */
    boolean publishes() {
        return giver == PUB || giver == XPUB || giver == RADIO;
    }

    boolean bothWays() {
        return mostGivers == 1 || addresses(false) || this == XPUB_XSUB;
    }

    /** Whether this side says whom each message is for. */
    boolean addresses(boolean giving) {
        return this == PEER_PEER || (!giving && (isNamed() || this == CLIENT_SERVER));
    }

    /** Whether givers have names that takers know. */
    boolean isNamed() {
        return this == DEALER_ROUTER || this == QUEUE;
    }

    /** Which rules a side may have for full queues. */
    List<Overflow> rules(boolean giving) {
        return switch (type(giving)) {
            case PULL, GATHER, SUB, DISH ->
                List.of(Overflow.WAIT, Overflow.DROP_NEWEST, Overflow.DROP_OLDEST, Overflow.LATEST);
            case PUSH, SCATTER, DEALER, CLIENT, PAIR, CHANNEL ->
                List.of(Overflow.WAIT, Overflow.DROP_NEWEST, Overflow.DROP_OLDEST, Overflow.LATEST, Overflow.FAIL);
            default -> List.of(Overflow.values());
        };
    }
}
