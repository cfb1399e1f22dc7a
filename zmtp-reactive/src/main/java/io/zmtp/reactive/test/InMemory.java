package io.zmtp.reactive.test;

import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Two connections that are joined without a port: what one sends, the other receives, with the handshake, the octets and
 * the limits of a network. There is no thread either: what a call causes, on both sides, has happened when it returns.
 *
 * <p>TLS, files that the kernel sends, and socket options are not for this; the endpoint is {@code inproc} with a name
 * of its own.
 *
 * @param first the connection of the first client
 * @param second the connection of the second client
 * @since 0.1
 */
public record InMemory(ZmtpConnection first, ZmtpConnection second) implements Disposable {

    /**
     * Joins two.
     *
     * @param first one side's options
     * @param second the other side's; where the mechanism knows a server, it has to be one of them
     * @return emits when both handshakes are through; fails as {@code connect} would
     */
    public static Mono<InMemory> open(ZmtpClient first, ZmtpClient second) {
        return Memory.join(first, second).map(both -> new InMemory(both.get(0), both.get(1)));
    }

    /**
     * As {@link #open}, at once.
     *
     * @throws RuntimeException if the handshake fails, or waits for something
     */
    public static InMemory openNow(ZmtpClient first, ZmtpClient second) {
        InMemory joined = open(first, second).block();
        if (joined == null) {
            throw new IllegalStateException("it was given up");
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
