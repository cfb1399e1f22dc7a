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
 * <p>The id is what the peer announced; a peer that announced none gets five octets, the first of them zero. Where this socket
 * connects, a peer keeps its id while it is away, and messages wait for it. If it comes back at another endpoint, they
 * follow it; if another peer comes at its endpoint, they are dropped and counted. Where this socket binds, the id is free
 * when the peer has gone.
 *
 * <p>If two peers have the same id, the first keeps it, unless {@link SocketOptions#handover()} is set. The second is
 * refused within the handshake, keeps what it has queued, and tries again. It is sent an ERROR whose reason begins with
 * {@code 300}, the code for "not now"; libzmq and its ports, which would never come back after an ERROR, only see the end of
 * the connection. A peer that this socket connects to can be refused only after its own handshake has succeeded: what it
 * has sent by then is lost.
 *
 * <p>A message for an id that no peer has, or for a peer whose queue is full, is dropped and counted. With
 * {@link SocketOptions#mandatory()} sending fails with {@code ZmtpSendException} in the first case, and waits in the second;
 * then it fails with {@code ZmtpClosedException} if the peer goes. Waiting for one peer delays no message to another.
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
     * Connects to an endpoint and addresses its peer by this id, whatever the peer announces. Messages for it may be sent at
     * once, and wait until it is there.
     *
     * @param endpoint such as {@code tcp://broker:5555}
     * @param routingId 1 to {@value io.zmtp.reactive.wire.RoutingId#MAX_SIZE} octets, the first not zero
     * @return as {@link #connect(String)}; fails with {@code IllegalArgumentException} if another peer has the id
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
