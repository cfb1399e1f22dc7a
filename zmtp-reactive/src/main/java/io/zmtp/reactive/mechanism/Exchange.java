package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Greeting;
import java.net.SocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What a mechanism sees of a connection during the handshake: both greetings, the metadata of this side, and commands to
 * send and receive.
 *
 * <p>May be used from any thread. Signals come on the connection's event loop, so what is chained to them must not block.
 * Nothing is read between two {@link #receive(String)}: commands that come then wait in the kernel.
 *
 * @since 0.1
 */
public interface Exchange {

    /** The greeting that this side sent; {@link Greeting#octets()} are its 64 octets. */
    Greeting local();

    /** The greeting of the peer, with its octets as they came. */
    Greeting remote();

    /** The properties to announce in READY or INITIATE: socket type, routing id, and those that the user added. */
    Metadata metadata();

    /** The address of the peer, or null where the transport has no addresses. */
    @Nullable
    SocketAddress remoteAddress();

    /** Whether this side connected. Where the mechanism does not say which side begins, this one does. */
    default boolean connects() {
        return false;
    }

    /**
     * Whether {@link #admit} may refuse a peer of the right type. If so, READY is sent only after the peer has announced
     * itself. Always false on the side that connects, or each side could wait for the other.
     */
    default boolean awaitsPeer() {
        return false;
    }

    /** What a server's {@code upgrade} said of the peer when that asked for a WebSocket; null if it was not asked. */
    default Verdict.@Nullable Accept upgrade() {
        return null;
    }

    /** The TLS session underneath, if the transport has one. */
    Optional<SSLSession> tls();

    /** For computations that would hold up an event loop: key agreement. */
    Scheduler scheduler();

    /**
     * Sends one command.
     *
     * @param command the command
     * @return completes when its octets went to the transport; fails if they could not
     */
    Mono<Void> send(Command command);

    /**
     * Receives the next command, which must have this name.
     *
     * @param name the name
     * @return emits the command, its frame's octets kept as they came; fails with a
     *     {@link io.zmtp.reactive.ZmtpHandshakeException} when the peer sends anything else: {@code PEER_ERROR} for an
     *     ERROR command, {@code MALFORMED} otherwise
     */
    Mono<Command> receive(String name);

    /**
     * Sends one command and receives the next, which must have this name: {@link #send} and then {@link #receive}.
     *
     * @param command the command
     * @param name the name of what answers it
     * @return as {@link #receive}; fails also if the command could not be sent
     */
    default Mono<Command> ask(Command command, String name) {
        return send(command).then(Mono.defer(() -> receive(name)));
    }

    /**
     * Asks the socket for a place for the peer, and refuses the peer with an ERROR command if there is none. A mechanism
     * calls this when the peer is authenticated, and, if it can, before it sends READY: then a refused peer keeps what it
     * has queued. If a mechanism does not call this, the connection does at the end of the handshake.
     *
     * @param peer its properties, with those that an authenticator added
     * @param publicKey as in {@link Session}
     * @param userId as in {@link Session}
     * @return completes when the peer has a place; fails with a {@link io.zmtp.reactive.ZmtpHandshakeException} when it was
     *     refused
     */
    default Mono<Void> admit(Metadata peer, @Nullable Bytes publicKey, @Nullable String userId) {
        return Mono.empty();
    }
}
