package io.zmtp.reactive.socket;

import io.zmtp.reactive.SocketType;
import java.util.function.UnaryOperator;

/**
 * Serves CLIENT peers, each addressed by its routing id (RFC 41), which is the first part of every message: of a received
 * one the sender's, of a sent one the receiver's.
 *
 * <pre>{@code
 * server.receive()
 *         .flatMap(request -> server.send(Message.of(request.first(), answer(request.last())))
 *                 .onErrorComplete(ZmtpException.class)) // the client has gone
 *         .subscribe();
 * }</pre>
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
 * @see <a href="https://rfc.zeromq.org/spec/41/">RFC 41</a>
 * @since 0.1
 */
public final class ServerSocket extends NumberedSocket {

    private ServerSocket(SocketOptions options) {
        super(SocketType.SERVER, options);
    }

    /** A socket with the default options. */
    public static ServerSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static ServerSocket create(UnaryOperator<SocketOptions> options) {
        return new ServerSocket(options.apply(SocketOptions.create()));
    }
}
