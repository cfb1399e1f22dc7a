package io.zmtp.samples.cli;

import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How long a socket that only sends waits for somebody who takes what it has. */
final class Patience {

    /** Time is up, and something is not sent. */
    static final class Lost extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Lost(String sentence) {
            super(sentence, null, false, false);
        }
    }

    /** How long a peer that has gone is waited for by default. */
    static final Duration COMEBACK = Duration.ofSeconds(10);

    private final ZmtpSocket socket;
    private final Input input;
    private final Watch watch;

    Patience(ZmtpSocket socket, Input input, Watch watch) {
        this.socket = socket;
        this.input = input;
        this.watch = watch;
    }

    /**
     * Fails when time is up, and never completes.
     *
     * @param linger how long to wait after the end of the input; null for as long as a peer is there
     * @param timeout how long to wait for a first peer; null for ever
     */
    Mono<Void> end(@Nullable Duration linger, @Nullable Duration timeout) {
        Mono<Void> first = socket.onPeer().next().then();
        Mono<Void> nobody = timeout == null
                ? Mono.never()
                : first.timeout(
                                timeout,
                                Mono.error(() ->
                                        Failure.timeout("no peer came within " + Text.of(timeout) + watch.trouble())))
                        .then(Mono.never());
        return Mono.firstWithSignal(nobody, linger == null ? abandoned(first) : over(linger));
    }

    private Mono<Void> over(Duration linger) {
        return input.onEnd()
                .then(Mono.delay(linger))
                .then(Mono.error(() -> new Lost("no peer took them within " + Text.of(linger))));
    }

    private Mono<Void> abandoned(Mono<Void> first) {
        return Mono.when(first, input.onEnd())
                .thenMany(presence(socket))
                .switchMap(there -> there ? Mono.never() : Mono.delay(COMEBACK))
                .next()
                .then(Mono.error(() -> new Lost("the peer has gone, and nobody came within " + Text.of(COMEBACK))));
    }

    /** Completes when a peer was there and none is any more. */
    static Mono<Void> departure(ZmtpSocket socket) {
        return presence(socket)
                .skipWhile(there -> !there)
                .filter(there -> !there)
                .next()
                .then();
    }

    /** Whether peers are there. */
    private static Flux<Boolean> presence(ZmtpSocket socket) {
        return socket.onPeer()
                .flatMap(peer -> Mono.just(1).concatWith(peer.onClose().thenReturn(-1)), Integer.MAX_VALUE)
                .scan(0, Integer::sum)
                .map(peers -> peers > 0)
                .distinctUntilChanged();
    }
}
