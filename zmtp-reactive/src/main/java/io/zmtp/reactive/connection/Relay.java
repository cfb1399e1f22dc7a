package io.zmtp.reactive.connection;

import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * What passes from one connection to another; made by {@link ZmtpConnection#relayTo}. Disposing undoes it: the source
 * may be received from again, and continues with the first message that was not passed on.
 *
 * @since 0.1
 */
public interface Relay extends Disposable {

    /** The octets of wire passed on so far. */
    long bytes();

    /**
     * Completes when the limit is reached, the source has ended in order, or the relay was disposed; fails with the
     * source's error, and with a {@link io.zmtp.reactive.ZmtpClosedException} when the target has closed.
     */
    Mono<Void> onComplete();
}
