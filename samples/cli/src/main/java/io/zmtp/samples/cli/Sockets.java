package io.zmtp.samples.cli;

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
import io.zmtp.reactive.socket.TypeOption;
import io.zmtp.reactive.socket.XPubSocket;
import io.zmtp.reactive.socket.XSubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import reactor.netty.resources.LoopResources;

/** Makes a socket of a type that was named. */
final class Sockets {

    /**
     * Event loops of the tool's own, which end with it: the end of a JVM takes 0.3 s longer while a thread waits for the
     * network.
     */
    private static final LoopResources LOOPS =
            LoopResources.create("zmtp", Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

    private static final Duration TIME_TO_END = Duration.ofSeconds(1);

    private Sockets() {}

    /** Ends the event loops, after all else. */
    static void end() {
        LOOPS.disposeLater(Duration.ZERO, TIME_TO_END).block();
    }

    /** Nothing waits for peers that are not there, where the type has a choice. */
    static SocketOptions options(SocketType type) {
        return SocketOptions.create()
                .runOn(LOOPS)
                .immediate(TypeOption.IMMEDIATE.types().contains(type));
    }

    static ZmtpSocket open(SocketType type, SocketOptions options) {
        return switch (type) {
            case PUSH -> PushSocket.create(defaults -> options);
            case PULL -> PullSocket.create(defaults -> options);
            case PUB -> PubSocket.create(defaults -> options);
            case SUB -> SubSocket.create(defaults -> options);
            case XPUB -> XPubSocket.create(defaults -> options);
            case XSUB -> XSubSocket.create(defaults -> options);
            case DEALER -> DealerSocket.create(defaults -> options);
            case ROUTER -> RouterSocket.create(defaults -> options.mandatory()); // so that nothing is lost in silence
            case PAIR -> PairSocket.create(defaults -> options);
            case CLIENT -> ClientSocket.create(defaults -> options);
            case SERVER -> ServerSocket.create(defaults -> options);
            case SCATTER -> ScatterSocket.create(defaults -> options);
            case GATHER -> GatherSocket.create(defaults -> options);
            case PEER -> PeerSocket.create(defaults -> options);
            case CHANNEL -> ChannelSocket.create(defaults -> options);
            case REQ -> ReqSocket.create(defaults -> options);
            case REP -> RepSocket.create(defaults -> options);
            case RADIO -> RadioSocket.create(defaults -> options);
            case DISH -> DishSocket.create(defaults -> options);
        };
    }
}
