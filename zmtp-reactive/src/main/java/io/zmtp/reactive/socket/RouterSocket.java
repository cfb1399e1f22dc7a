package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.wire.RoutingId;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/**
 * Addresses each of its REQ, DEALER and ROUTER peers by its routing id (RFC 28), which is the first part of every
 * message: of a received one the sender's, of a sent one the receiver's.
 *
 * <p>The id is what the peer announced; one that announced none gets five octets, the first of them zero. Where this socket
 * connects, a peer keeps the id while it is away, and messages wait for it: they follow it if it turns up elsewhere, and if
 * another one turns up at its endpoint they are dropped and counted. Where this socket binds, the id goes with the peer.
 *
 * <p>Of two peers with one id the first keeps it, unless {@link SocketOptions#handover()} says otherwise. The second is
 * refused within the handshake, so that what it has queued stays with it, and goes on trying: it hears why by an ERROR
 * command whose reason begins with {@code 300}, the code for "not now". libzmq and its ports, which would never come back
 * after an ERROR, hear nothing but the end of the connection, and redial at their pace. A peer that this socket connects to
 * can be refused only after it believes to be through: what it has sent by then is lost.
 *
 * <p>A message for an id that nobody has, or whose queue is full, is dropped and counted; with
 * {@link SocketOptions#mandatory()} the first fails with {@code ZmtpSendException}, the second waits, and fails with
 * {@code ZmtpClosedException} if the peer goes meanwhile. Waiting for one peer holds up no sender to another one.
 *
 * @see <a href="https://rfc.zeromq.org/spec/28/">RFC 28, The ROUTER Socket Type</a>
 * @since 0.1
 */
public final class RouterSocket extends AddressedSocket {

    private RouterSocket(SocketOptions options) {
        super(SocketType.ROUTER, options, options.mandatory);
    }

    /** A socket with the default options. */
    public static RouterSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static RouterSocket create(UnaryOperator<SocketOptions> options) {
        return new RouterSocket(options.apply(SocketOptions.create()));
    }

    /**
     * Connects to an endpoint and addresses its peer by this id, whatever it announces. Messages for it may be sent at
     * once, and wait until it is there.
     *
     * @param endpoint such as {@code tcp://broker:5555}
     * @param routingId 1 to 255 octets, the first not zero
     * @return as {@link #connect(String)}; fails with {@code IllegalArgumentException} if somebody has the id
     */
    public Mono<Endpoint> connect(String endpoint, Bytes routingId) {
        return connect(Endpoint.parse(endpoint), routingId);
    }

    /** As {@link #connect(String, Bytes)}. */
    public Mono<Endpoint> connect(Endpoint endpoint, Bytes routingId) {
        if (RoutingId.check(routingId).isEmpty()) {
            throw new IllegalArgumentException(
                    "ROUTER socket: expected a routing id for " + endpoint + ", but it is empty");
        }
        return Mono.defer(
                () -> addressed.isTaken(routingId) ? Mono.error(taken(routingId)) : connectNamed(endpoint, routingId));
    }

    private static IllegalArgumentException taken(Bytes routingId) {
        return new IllegalArgumentException(
                "ROUTER socket: expected a routing id that no peer has, but one has " + routingId);
    }

    @Override
    void added(Pipe pipe) {
        Bytes name = pipe.routingId;
        if (!name.isEmpty()) {
            pipe.isNamed = true; // first: from the moment it has the id, nobody else may take that over
            if (!addressed.give(name, pipe)) {
                throw taken(name);
            }
        }
    }

    @Override
    Bytes idOf(Pipe pipe, Peer peer) {
        if (pipe.isNamed) {
            return pipe.routingId;
        }
        if (!peer.routingId().isEmpty()) {
            return peer.routingId();
        }
        while (pipe.madeId.isEmpty() || !addressed.isFree(pipe.madeId, pipe)) {
            pipe.madeId =
                    Bytes.wrap(ByteBuffer.allocate(5).putInt(1, nextNumber()).array());
        }
        return pipe.madeId;
    }

    @Override
    Bytes sender(Pipe pipe, Message message) {
        if (pipe.isNamed) {
            return pipe.routingId;
        }
        Bytes announced = message.peer().map(Peer::routingId).orElse(Bytes.EMPTY);
        return announced.isEmpty() ? pipe.madeId : announced;
    }
}
