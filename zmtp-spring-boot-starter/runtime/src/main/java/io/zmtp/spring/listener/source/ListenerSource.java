package io.zmtp.spring.listener.source;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.OnGap;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpSockets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where the messages of listeners come from, and where their replies go. */
public abstract class ListenerSource {

    private final SocketType type;
    private final @Nullable ZmtpSocket socket;

    ListenerSource(SocketType type, @Nullable ZmtpSocket socket) {
        this.type = type;
        this.socket = socket;
    }

    /**
     * That of a name: each of its listeners has one of its own.
     *
     * @throws ZmtpConfigurationException if there is none of that name, or it does not receive
     */
    public static ListenerSource of(ZmtpSockets sockets, String name) {
        return sockets.replays()
                .subscription(name)
                .<ListenerSource>map(ReplaySource::new)
                .orElseGet(() -> receiving(sockets, name));
    }

    private static ListenerSource receiving(ZmtpSockets sockets, String name) {
        ZmtpSocket socket = sockets.get(name);
        if (socket.delivery().level() == DeliveryLevel.DONE && socket instanceof Receiver) {
            return new WorkSource(socket);
        }
        return new SocketSource(socket instanceof RepSocket ? socket : (ZmtpSocket) sockets.get(name, Receiver.class));
    }

    /** {@return of which type its sockets are} */
    public final SocketType type() {
        return type;
    }

    /** {@return its socket; null if it has one for each subscriber} */
    public final @Nullable ZmtpSocket socket() {
        return socket;
    }

    /** {@return by what replies are sent; null if none are, or they are sent by {@link Arrival#reply}} */
    public final @Nullable Sender sender() {
        return socket instanceof Sender sender ? sender : null;
    }

    /** {@return whether what a listener returns can be a reply} */
    public final boolean canReply() {
        return switch (type) {
            case REP, ROUTER, SERVER, PEER, DEALER, PAIR, CHANNEL -> true;
            default -> false;
        };
    }

    /** {@return whether each listener with topics has a subscription of its own} */
    public final boolean hasSubscriptions() {
        return type == SocketType.SUB;
    }

    /** {@return whether the senders of its messages wait until what becomes of each is acknowledged} */
    public boolean acknowledges() {
        return false;
    }

    /** {@return what becomes of gaps; null where they are not known} */
    public @Nullable OnGap onGap() {
        return null;
    }

    /** {@return the peers of its socket, if that is the only one} */
    public final List<ConnectedPeer> peers() {
        return socket == null ? List.of() : socket.peers();
    }

    /** Counts a message that nobody takes. */
    public final void drop(Message message, DropReason reason) {
        if (socket != null) {
            socket.drop(message, reason);
        }
    }

    /**
     * Hands single messages to a taker.
     *
     * @param topics prefixes that are subscribed to; none for what the socket is subscribed to
     * @param atATime how many the taker handles at a time
     * @return takes while it is subscribed to; completes and fails as the source does
     */
    public abstract Mono<Void> take(List<String> topics, Taker taker, int atATime);

    /**
     * All messages as a stream.
     *
     * @param element what the stream is to have: {@code Update} or a type of it where the source has them; else it has messages
     */
    public abstract Flux<?> stream(List<String> topics, Class<?> element);
}
