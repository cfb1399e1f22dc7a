package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/**
 * Talks with any number of equals, each addressed by its routing id (RFC 51), which is the first part of every message: of
 * a received one the sender's, of a sent one the receiver's.
 *
 * <p>The routing id is four octets, made here and never on the wire. Where this socket connects, the peer has it before it
 * is there and keeps it while it is away, and messages wait for it; where it binds, the id goes with the peer, and never
 * means another one. Messages have exactly one part behind the id: others are not sent, and are dropped when they come,
 * reported to the {@link #monitor()} as malformed.
 *
 * <p>Sending fails with {@code ZmtpSendException} if nobody has the id, and waits while the queue for the peer is full,
 * holding up no sender to another peer; it fails with {@code ZmtpClosedException} if the peer goes meanwhile. A stream that
 * is sent ends with the first such failure: where peers come and go, send each message on its own.
 *
 * @see <a href="https://rfc.zeromq.org/spec/51/">RFC 51</a>
 * @since 0.1
 */
public final class PeerSocket extends NumberedSocket {

    private PeerSocket(SocketOptions options) {
        super(SocketType.PEER, options);
    }

    /** A socket with the default options. */
    public static PeerSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static PeerSocket create(UnaryOperator<SocketOptions> options) {
        return new PeerSocket(options.apply(SocketOptions.create()));
    }

    /**
     * Connects to an endpoint and emits the routing id by which its peer is addressed. Messages for it may be sent at once, and
     * wait until it is there.
     *
     * @param endpoint such as {@code tcp://neighbour:5555}
     * @return emits the routing id, four octets, when dialling is under way; fails as {@link #connect(String)}
     */
    public Mono<Bytes> connectPeer(String endpoint) {
        return connectPeer(Endpoint.parse(endpoint));
    }

    /** As {@link #connectPeer(String)}. */
    public Mono<Bytes> connectPeer(Endpoint endpoint) {
        return Mono.defer(() -> {
            Bytes id = nextId();
            return connectNamed(endpoint, id).thenReturn(id);
        });
    }
}
