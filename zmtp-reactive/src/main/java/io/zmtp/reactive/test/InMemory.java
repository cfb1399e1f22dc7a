package io.zmtp.reactive.test;

import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Two connections that are joined without a port. What one sends the other receives, with the handshake, the octets and the
 * limits of a network. There is no thread either: what a call causes, on both sides, has happened when it returns.
 *
 * <p>There are no TLS, no files that the kernel sends, and no socket options. The endpoint is {@code inproc} with a name of
 * its own.
 *
 * @param first the connection of the first client
 * @param second the connection of the second client
 * @since 0.1
 */
public record InMemory(ZmtpConnection first, ZmtpConnection second) implements Disposable {

    /**
     * Joins two connections.
     *
     * @param first the options of one side
     * @param second the options of the other; if the mechanism has a server, one of the two is it
     * @return emits when both handshakes have succeeded; fails as {@code connect} does
     */
    public static Mono<InMemory> open(ZmtpClient first, ZmtpClient second) {
        return Memory.join(first, second).map(both -> new InMemory(both.get(0), both.get(1)));
    }

    /**
     * As {@link #open}, without a {@code Mono}.
     *
     * @throws RuntimeException if the handshake fails, or waits for a thread or a timer
     */
    public static InMemory openNow(ZmtpClient first, ZmtpClient second) {
        InMemory joined = open(first, second).block();
        if (joined == null) {
            throw new IllegalStateException("in memory: expected two connections, but opening them was given up");
        }
        return joined;
    }

    /** Ends both connections now. */
    @Override
    public void dispose() {
        first.dispose();
        second.dispose();
    }

    @Override
    public boolean isDisposed() {
        return first.isDisposed() && second.isDisposed();
    }
}
