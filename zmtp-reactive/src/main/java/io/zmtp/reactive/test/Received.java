package io.zmtp.reactive.test;

import io.zmtp.reactive.Bytes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What the other side wrote; it is taken in exact numbers of octets, in order. Any thread may call. */
final class Received {

    private record Wanted(int count, CompletableFuture<Bytes> future) {}

    private final Duration patience;
    private final ArrayDeque<Wanted> wanted = new ArrayDeque<>();
    private final CompletableFuture<Bytes> closed = new CompletableFuture<>();
    private byte[] held = {};
    private @Nullable String ended;

    /**
     * Makes an empty one.
     *
     * @param patience how long to wait for octets, by the wall clock, as virtual time belongs to the code under test
     */
    Received(Duration patience) {
        this.patience = patience;
    }

    void add(byte[] octets) {
        List<Runnable> then;
        synchronized (this) {
            int before = held.length;
            held = Arrays.copyOf(held, before + octets.length);
            System.arraycopy(octets, 0, held, before, octets.length);
            then = serve();
        }
        then.forEach(Runnable::run);
    }

    /** Nothing comes any more. */
    void end(String how) {
        List<Runnable> then;
        synchronized (this) {
            if (ended == null) {
                ended = how;
            }
            then = serve();
        }
        then.forEach(Runnable::run);
    }

    private List<Runnable> serve() {
        List<Runnable> then = new ArrayList<>();
        for (Wanted first; (first = wanted.peek()) != null; ) {
            Wanted next = first;
            if (next.future().isDone()) {
                wanted.remove();
            } else if (next.count() <= held.length) {
                wanted.remove();
                Bytes taken = Bytes.wrap(Arrays.copyOf(held, next.count()));
                held = Arrays.copyOfRange(held, next.count(), held.length);
                then.add(() -> next.future().complete(taken));
            } else if (ended != null) {
                wanted.remove();
                AssertionError cut = missing(next.count(), ended);
                then.add(() -> next.future().completeExceptionally(cut));
            } else {
                break;
            }
        }
        if (ended != null) {
            Bytes rest = Bytes.of(held);
            then.add(() -> closed.complete(rest));
        }
        return then;
    }

    private synchronized AssertionError missing(int count, String why) {
        return new AssertionError(String.format(
                "expected %d octets, but %s%n  what came is %s", count, why, Octets.show(Bytes.of(held))));
    }

    /** Exactly so many octets. */
    Mono<Bytes> take(int count) {
        return Mono.defer(() -> {
            CompletableFuture<Bytes> future = new CompletableFuture<>();
            List<Runnable> then;
            synchronized (this) {
                wanted.add(new Wanted(count, future));
                then = serve();
            }
            then.forEach(Runnable::run);
            return await(future).onErrorMap(TimeoutException.class, late -> missing(count, lateness()));
        });
    }

    /** Completes when nothing comes any more; fails if octets are left that were not taken. */
    Mono<Void> closed() {
        return Mono.defer(() -> await(closed)
                .onErrorMap(
                        TimeoutException.class,
                        late -> new AssertionError("expected the other side to close, but " + lateness()))
                .flatMap(rest -> rest.isEmpty()
                        ? Mono.empty()
                        : Mono.error(new AssertionError(
                                "expected the other side to close, but before that came " + Octets.show(rest)))));
    }

    private static String lateness() {
        return "nothing more came in time";
    }

    private <T> Mono<T> await(CompletableFuture<T> future) {
        if (future.isDone()) {
            return Mono.fromFuture(future);
        }
        return Mono.fromFuture(() -> future.copy().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS));
    }
}
