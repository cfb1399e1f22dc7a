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
record SocketKind<S extends ZmtpSocket>(Class<S> bean, Function<UnaryOperator<SocketOptions>, S> create) {

    static SocketKind<? extends ZmtpSocket> of(SocketType type) {
        return switch (type) {
            case PUSH -> new SocketKind<>(PushSocket.class, PushSocket::create);
            case PULL -> new SocketKind<>(PullSocket.class, PullSocket::create);
            case PUB -> new SocketKind<>(PubSocket.class, PubSocket::create);
            case SUB -> new SocketKind<>(SubSocket.class, SubSocket::create);
            case XPUB -> new SocketKind<>(XPubSocket.class, XPubSocket::create);
            case XSUB -> new SocketKind<>(XSubSocket.class, XSubSocket::create);
            case REQ -> new SocketKind<>(ReqSocket.class, ReqSocket::create);
            case REP -> new SocketKind<>(RepSocket.class, RepSocket::create);
            case DEALER -> new SocketKind<>(DealerSocket.class, DealerSocket::create);
            case ROUTER -> new SocketKind<>(RouterSocket.class, RouterSocket::create);
            case PAIR -> new SocketKind<>(PairSocket.class, PairSocket::create);
            case CHANNEL -> new SocketKind<>(ChannelSocket.class, ChannelSocket::create);
            case CLIENT -> new SocketKind<>(ClientSocket.class, ClientSocket::create);
            case SERVER -> new SocketKind<>(ServerSocket.class, ServerSocket::create);
            case PEER -> new SocketKind<>(PeerSocket.class, PeerSocket::create);
            case SCATTER -> new SocketKind<>(ScatterSocket.class, ScatterSocket::create);
            case GATHER -> new SocketKind<>(GatherSocket.class, GatherSocket::create);
            case RADIO -> new SocketKind<>(RadioSocket.class, RadioSocket::create);
            case DISH -> new SocketKind<>(DishSocket.class, DishSocket::create);
        };
    }
}
