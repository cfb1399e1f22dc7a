package io.zmtp.spring.autoconfigure;

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
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.socket.ScatterSocket;
import io.zmtp.reactive.socket.ServerSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.XPubSocket;
import io.zmtp.reactive.socket.XSubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The class of each socket type, and how one is made. */
record SocketKind<S extends ZmtpSocket>(
        SocketType type, Class<S> bean, Function<UnaryOperator<SocketOptions>, S> create) {

    static SocketKind<? extends ZmtpSocket> of(SocketType type) {
        return switch (type) {
            case PUSH -> new SocketKind<>(type, PushSocket.class, PushSocket::create);
            case PULL -> new SocketKind<>(type, PullSocket.class, PullSocket::create);
            case PUB -> new SocketKind<>(type, PubSocket.class, PubSocket::create);
            case SUB -> new SocketKind<>(type, SubSocket.class, SubSocket::create);
            case XPUB -> new SocketKind<>(type, XPubSocket.class, XPubSocket::create);
            case XSUB -> new SocketKind<>(type, XSubSocket.class, XSubSocket::create);
            case REQ -> new SocketKind<>(type, ReqSocket.class, ReqSocket::create);
            case REP -> new SocketKind<>(type, RepSocket.class, RepSocket::create);
            case DEALER -> new SocketKind<>(type, DealerSocket.class, DealerSocket::create);
            case ROUTER -> new SocketKind<>(type, RouterSocket.class, RouterSocket::create);
            case PAIR -> new SocketKind<>(type, PairSocket.class, PairSocket::create);
            case CHANNEL -> new SocketKind<>(type, ChannelSocket.class, ChannelSocket::create);
            case CLIENT -> new SocketKind<>(type, ClientSocket.class, ClientSocket::create);
            case SERVER -> new SocketKind<>(type, ServerSocket.class, ServerSocket::create);
            case PEER -> new SocketKind<>(type, PeerSocket.class, PeerSocket::create);
            case SCATTER -> new SocketKind<>(type, ScatterSocket.class, ScatterSocket::create);
            case GATHER -> new SocketKind<>(type, GatherSocket.class, GatherSocket::create);
            case RADIO -> new SocketKind<>(type, RadioSocket.class, RadioSocket::create);
            case DISH -> new SocketKind<>(type, DishSocket.class, DishSocket::create);
        };
    }
}
