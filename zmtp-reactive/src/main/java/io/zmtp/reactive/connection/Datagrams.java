package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.transport.DatagramReceiver;
import io.zmtp.reactive.transport.DatagramSender;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/**
 * Opens datagram channels with the options of a connection. Internal: made for sockets, not for their users.
 */
public final class Datagrams {

    private static final int MOST_HELD = 1_000_000;

    private Datagrams() {}

    /** Opens one that sends; fails if a mechanism is set, which datagrams do not have. */
    public static Mono<DatagramSender> sender(ConnectionSpec<?> spec, Endpoint endpoint, int capacity) {
        requireOpen(spec, endpoint);
        return DatagramSender.connect(endpoint, spec.loops, spec.options, capacity);
    }

    /** Binds one that receives what is sent to wanted groups; fails if a mechanism is set, likewise. */
    public static Mono<DatagramReceiver> receiver(
            ConnectionSpec<?> spec, Endpoint endpoint, int capacity, Predicate<? super Bytes> wanted) {
        requireOpen(spec, endpoint);
        return DatagramReceiver.bind(endpoint, spec.loops, spec.options, Math.min(capacity, MOST_HELD), wanted);
    }

    private static void requireOpen(ConnectionSpec<?> spec, Endpoint endpoint) {
        if (!spec.mechanism.equals(NullMechanism.create())) {
            throw new IllegalArgumentException(endpoint
                    + ": datagrams are neither authenticated nor encrypted, but the mechanism is " + spec.mechanism);
        }
    }
}
