package io.zmtp.samples.cli;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.RadioSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Has a socket that publishes begin when somebody is there: what it says before is lost. A peer subscribes a moment
 * after it came, perhaps to several things one after the other; if not to what is published first, that does not wait for
 * ever.
 */
final class Audience {

    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final Duration ALL_OF_IT = Duration.ofMillis(100);

    private final ZmtpSocket socket;
    private volatile boolean here;

    /**
     * The audience of a socket.
     *
     * @param here whether not to wait, because nobody would ever be seen, as over udp
     */
    Audience(ZmtpSocket socket, boolean here) {
        this.socket = socket;
        this.here = here;
    }

    /** Completes when a message may be published; at once for sockets that wait by themselves. */
    Mono<Void> of(Message message) {
        if (here) {
            return Mono.empty();
        }
        if (socket instanceof PubSocket pub) {
            return somebody(pub.awaitSubscribers(message.first(), 1));
        }
        return socket instanceof RadioSocket radio
                ? somebody(radio.awaitSubscribers(message.first(), 1))
                : Mono.empty();
    }

    private Mono<Void> somebody(Mono<Void> subscribed) {
        return Mono.firstWithSignal(
                        subscribed.then(Mono.delay(ALL_OF_IT)).then(),
                        socket.onPeer().next().delayElement(MOMENT).then())
                .doOnSuccess(done -> here = true);
    }
}
