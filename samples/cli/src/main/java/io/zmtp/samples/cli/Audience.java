package io.zmtp.samples.cli;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Has a socket that publishes begin when somebody is there: what it says before is lost. A peer subscribes a moment
 * after it came; if not to what is published first, that does not wait for ever.
 */
final class Audience {

    private static final Duration MOMENT = Duration.ofMillis(300);

    private final ZmtpSocket socket;
    private volatile boolean here;

    Audience(ZmtpSocket socket) {
        this.socket = socket;
    }

    /** Completes when a message may be published; at once for sockets that wait by themselves. */
    Mono<Void> of(Message message) {
        return here || !(socket instanceof PubSocket publisher)
                ? Mono.empty()
                : Mono.firstWithSignal(
                                publisher.awaitSubscribers(message.first(), 1),
                                socket.onPeer().next().delayElement(MOMENT).then())
                        .doOnSuccess(done -> here = true);
    }
}
