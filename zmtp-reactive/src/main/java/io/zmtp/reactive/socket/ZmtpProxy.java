package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.Shield;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Passes messages on between two sockets, one way or both, and can be watched and steered meanwhile: XSUB and XPUB make
 * a forwarder, PULL and PUSH a streamer, ROUTER and DEALER a shared queue.
 *
 * <p>For most cases two lines do:
 *
 * <pre>{@code
 * back.send(front.receive()).subscribe();
 * front.send(back.receive()).subscribe();
 * }</pre>
 *
 * <p>A proxy takes the next message only when the one before was accepted, so that whoever cannot take more holds up, in
 * the end, who sends. What no peer will ever take, such as a reply to a client that has gone, is dropped and counted.
 *
 * <p>The two sockets stay their owner's: a proxy neither binds nor closes them, and is their only receiver. It may be
 * steered from any thread.
 *
 * @since 0.1
 */
public final class ZmtpProxy implements Disposable {

    private final Receiver front;
    private final Sender back;
    private final List<ProxyLane> lanes;
    private final AtomicBoolean started = new AtomicBoolean();
    private final Sinks.Empty<Void> end = Sinks.empty();
    final Function<? super Message, Mono<Void>> capture;
    volatile boolean paused;
    volatile boolean ended;

    /**
     * What went one way so far.
     *
     * @param messages how many were accepted
     * @param bytes the octets of their parts
     * @param dropped how many messages no peer would ever have taken
     */
    public record Traffic(long messages, long bytes, long dropped) {

        static final Traffic NONE = new Traffic(0, 0, 0);
    }

    private ZmtpProxy(Receiver front, Sender back, boolean bothWays, Function<? super Message, Mono<Void>> capture) {
        this.front = front;
        this.back = back;
        this.capture = capture;
        ProxyLane forward = new ProxyLane(this, front, back);
        this.lanes =
                bothWays ? List.of(forward, new ProxyLane(this, (Receiver) back, (Sender) front)) : List.of(forward);
    }

    /**
     * A proxy for both ways.
     *
     * @param front such as XSUB or ROUTER
     * @param back such as XPUB or DEALER
     */
    public static <F extends Sender & Receiver, B extends Sender & Receiver> ZmtpProxy between(F front, B back) {
        return new ZmtpProxy(front, back, true, message -> Mono.empty());
    }

    /**
     * A proxy for one way.
     *
     * @param front such as PULL
     * @param back such as PUSH
     */
    public static ZmtpProxy forward(Receiver front, Sender back) {
        return new ZmtpProxy(front, back, false, message -> Mono.empty());
    }

    /**
     * Shows every message, of both ways, after it was passed on.
     *
     * @param observer called by one thread at a time for each way, perhaps an event loop: it must not block; if it
     *     throws, the proxy ends with that
     * @return a new proxy, which has passed nothing yet
     */
    public ZmtpProxy capture(Consumer<? super Message> observer) {
        Objects.requireNonNull(observer, "observer");
        return new ZmtpProxy(
                front, back, lanes.size() == 2, message -> Mono.fromRunnable(() -> observer.accept(message)));
    }

    /**
     * Sends a copy of every message, of both ways, after it was passed on. While this socket cannot take one, the next is
     * not passed on either: one that never waits, such as PUB, holds up nobody.
     *
     * @param copies where copies go; if sending one fails, the proxy ends with that
     * @return a new proxy, which has passed nothing yet
     */
    public ZmtpProxy capture(Sender copies) {
        Objects.requireNonNull(copies, "copies");
        return new ZmtpProxy(front, back, lanes.size() == 2, copies::send);
    }

    /**
     * Begins when it is subscribed to, which can be done once; cancelling ends it, as {@link #dispose()} does.
     *
     * @return completes after {@link #dispose()}, or when a socket is closed that is received from; fails when one is
     *     closed that is sent to
     */
    public Mono<Void> run() {
        return Mono.defer(() -> {
            if (!started.compareAndSet(false, true)) {
                return Mono.error(
                        new IllegalStateException("proxy: expected to run once, but it ran already: make another one"));
            }
            lanes.forEach(ProxyLane::start);
            return Shield.each(end.asMono()).doOnCancel(this::dispose);
        });
    }

    /**
     * Passes nothing on until {@link #resume()}: what comes waits in the queues of the peers, and then with them; but with
     * XPUB, which is read on, as its Javadoc says.
     */
    public void pause() {
        paused = true;
    }

    /** Goes on. */
    public void resume() {
        paused = false;
        lanes.forEach(ProxyLane::go);
    }

    /** Whether it is paused. */
    public boolean isPaused() {
        return paused;
    }

    /** What went from front to back so far. */
    public Traffic forward() {
        return lanes.get(0).traffic();
    }

    /** What went from back to front so far; nothing with a proxy for one way. */
    public Traffic backward() {
        return lanes.size() == 2 ? lanes.get(1).traffic() : Traffic.NONE;
    }

    /** Ends it. A message that was taken already is still passed on when there is room. */
    @Override
    public void dispose() {
        end();
        end.tryEmitEmpty();
    }

    void fail(Throwable failure) {
        end();
        end.tryEmitError(failure);
    }

    private void end() {
        ended = true;
        lanes.forEach(ProxyLane::end);
    }

    @Override
    public boolean isDisposed() {
        return ended;
    }
}
