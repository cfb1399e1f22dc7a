package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/**
 * Talks with any number of PEER peers, each addressed by its routing id (RFC 51), which is the first part of every message: of
 * a received one the sender's, of a sent one the receiver's.
 *
 * <p>The routing id is four octets, which are made here and never on the wire. Where this socket connects, the peer has the
 * id before it is there, keeps it while it is away, and messages wait for it. Where it binds, the id ends with the peer, and
 * no other peer gets it. Messages have exactly one part behind the id: others are not sent, and are dropped when they come,
 * reported as {@code MALFORMED}.
 *
 * <p>Sending fails with {@code ZmtpSendException} if no peer has the id. It waits while the queue of the peer is full, which
 * delays no message to another peer, and fails with {@code ZmtpClosedException} if the peer goes. A stream that is sent ends
 * with the first such failure: if peers come and go, send each message by itself.
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
     * Connects to an endpoint and emits the routing id that its peer is addressed by. Messages for it may be sent at once,
     * and wait until it is there.
     *
     * @param endpoint such as {@code tcp://neighbour:5555}
     * @return emits the routing id, four octets, when the first attempt has begun; fails as {@link #connect(String)}
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
