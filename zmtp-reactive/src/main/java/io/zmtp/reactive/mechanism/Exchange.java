package io.zmtp.reactive.mechanism;

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
}
