package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Of a connection that somebody gives up in the moment in which it succeeds nothing is left. */
class CancelledConnectTests {

    private static final int ROUNDS = 200;

    private final Pair pair = Pair.open();
    private final ExecutorService other = Executors.newSingleThreadExecutor();

    /** All that were begun, also those that nobody got. */
    private final Queue<ZmtpConnection> begun = new ConcurrentLinkedQueue<>();

    private volatile boolean isReady;

    @AfterEach
    void close() {
        other.shutdownNow();
        begun.forEach(ZmtpConnection::dispose);
        pair.close();
    }

    private Mono<ZmtpConnection> connect(ZmtpClient client) {
        return client.doOnInit(begun::add).connect(pair.binding.endpoint());
    }

    private void assertAllEnd() {
        List<Closed> ends = Flux.fromIterable(begun)
                .flatMap(ZmtpConnection::onClose, Integer.MAX_VALUE)
                .collectList()
                .block(TIMEOUT);
        assertThat(ends).hasSameSizeAs(begun);
    }

    /** Cancels on another thread, at most a few microseconds before or after the emission. */
    private void cancelAtTheEmission(Mono<ZmtpConnection> connect, boolean byTimeout) throws Exception {
        Mono<Closed> used = Mono.usingWhen(connect, ZmtpConnection::onClose, ZmtpConnection::close);
        for (int i = 0; i < ROUNDS; i++) {
            isReady = false;
            long nanos = ThreadLocalRandom.current().nextLong(20_000);
            Sinks.Empty<Void> late = Sinks.empty();
            Disposable subscription = (byTimeout ? used.timeout(late.asMono(), Mono.empty()) : used).subscribe();
            Future<?> cancelling = other.submit(() -> {
                while (!isReady && !Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
                for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) {
                    Thread.onSpinWait();
                }
                late.tryEmitEmpty();
                subscription.dispose();
            });
            cancelling.get();
        }
        assertThat(begun).hasSize(ROUNDS);
        assertAllEnd();
    }

    @Test
    void usingWhenLeavesNoneWhenItIsCancelled() throws Exception {
        cancelAtTheEmission(connect(Pair.client().doOnReady(ready -> isReady = true)), false);
    }

    @Test
    void usingWhenLeavesNoneWhenItTimesOut() throws Exception {
        cancelAtTheEmission(connect(Pair.client().doOnReady(ready -> isReady = true)), true);
    }

    @Test
    void aCancelBeforeTheEmissionClosesIt() {
        AtomicReference<Disposable> subscription = new AtomicReference<>();
        List<ZmtpConnection> got = new ArrayList<>();
        Sinks.Empty<Void> isSet = Sinks.empty();
        subscription.set(
                connect(Pair.client().doOnReady(ready -> subscription.get().dispose()))
                        .delaySubscription(isSet.asMono())
                        .subscribe(got::add));
        isSet.tryEmitEmpty();

        Flux.interval(Duration.ofMillis(2)).filter(tick -> !begun.isEmpty()).blockFirst(TIMEOUT);
        assertAllEnd();
        assertThat(got).isEmpty();
    }

    /** It is decided before the emission. */
    @Test
    void theHandshakeTimeoutLeavesNone() {
        for (int i = 0; i < ROUNDS; i++) {
            Duration limit = Duration.ofNanos(ThreadLocalRandom.current().nextLong(1, 2_000_000));
            connect(Pair.client().handshakeTimeout(limit))
                    .flatMap(ZmtpConnection::close)
                    .onErrorComplete()
                    .block(TIMEOUT);
        }
        assertThat(begun).hasSize(ROUNDS);
        assertAllEnd();
    }
}
