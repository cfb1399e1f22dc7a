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
 * What a mechanism sees of a connection while the handshake lasts: both greetings, our metadata, and commands to send
 * and to receive.
 *
 * <p>May be used from any thread; signals arrive on the connection's event loop, so what is chained to them must not
 * block. Commands that come while nobody asked wait in the kernel: reading goes on with the next
 * {@link #receive(String)}.
 *
 * @since 0.1
 */
public interface Exchange {

    /** The greeting that we sent; {@link Greeting#octets()} are its 64 octets. */
    Greeting local();

    /** The greeting that came, as it came. */
    Greeting remote();

    /** The properties to announce in READY or INITIATE: socket type, routing id and whatever the user added. */
    Metadata metadata();

    /** Where the peer is, or null where the transport has no addresses. */
    @Nullable
    SocketAddress remoteAddress();

    /** Whether this side connected, and so introduces itself first where the mechanism leaves that open. */
    default boolean connects() {
        return false;
    }

    /**
     * Whether {@link #admit} may refuse a peer of the right type: then the peer must have introduced itself before READY
     * is sent. Never so on the side that connects, or each side could wait for the other.
     */
    default boolean awaitsPeer() {
        return false;
    }

    /** The TLS session underneath, if the transport has one. */
    Optional<SSLSession> tls();

    /** Where to compute what takes longer than an event loop should: key agreement. */
    Scheduler scheduler();

    /**
     * Sends one command.
     *
     * @return completes when its octets went to the transport, fails when they could not
     */
    Mono<Void> send(Command command);

    /**
     * Receives the next command, which must have this name.
     *
     * @return the command, its frame's octets kept as they came; fails with a
     *     {@link io.zmtp.reactive.ZmtpHandshakeException} when the peer sends anything else: {@code PEER_ERROR} for an
     *     ERROR command, {@code MALFORMED} otherwise
     */
    Mono<Command> receive(String name);

    /**
     * Asks for a place for the peer, and refuses it with an ERROR command if there is none. To be called when it is known
     * who the peer is, and before our READY if that has not been sent yet: then whatever the peer has queued stays with
     * it. Where a mechanism does not call this, it is done at the end of the handshake.
     *
     * @param peer its properties, with those that an authenticator added
     * @param publicKey as in {@link Session}
     * @param userId as in {@link Session}
     * @return completes when the peer may stay; fails with a {@link io.zmtp.reactive.ZmtpHandshakeException} when it was
     *     refused
     */
    default Mono<Void> admit(Metadata peer, @Nullable Bytes publicKey, @Nullable String userId) {
        return Mono.empty();
    }
}
