package io.zmtp.reactive.transport;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Something open on its way to a subscriber, which is closed if that one cancels before it has it. reactor-netty drops
 * what opens in the moment of a cancel, and then nobody would close it.
 */
final class Delivery {

    private @Nullable Runnable close;
    private boolean delivered;
    private boolean cancelled;

    private Delivery() {}

    /**
     * Watches over one opening for each subscriber.
     *
     * @param opening says by {@link #began} what is open as soon as there is something to close
     */
    static <T> Mono<T> of(Function<Delivery, Mono<T>> opening) {
        return Mono.defer(() -> {
            Delivery delivery = new Delivery();
            return opening.apply(delivery).doOnNext(open -> delivery.end()).doFinally(signal -> {
                if (signal == SignalType.CANCEL) { // reactor-netty knows, so that closing is no failure to tell
                    delivery.cancel();
                }
            });
        });
    }

    /** There is something that must not be forgotten. */
    void began(Runnable how) {
        synchronized (this) {
            close = how;
            if (!cancelled) {
                return;
            }
        }
        how.run();
    }

    /** What comes next takes it, and looks after it from now on. */
    private synchronized void end() {
        delivered = true;
    }

    private void cancel() {
        Runnable how;
        synchronized (this) {
            cancelled = true;
            how = delivered ? null : close;
        }
        if (how != null) {
            how.run();
        }
    }
}
