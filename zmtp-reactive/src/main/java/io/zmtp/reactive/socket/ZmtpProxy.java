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
 * Passes messages between two sockets, one way or both, and can be watched, paused and resumed. XSUB and XPUB make a
 * forwarder, PULL and PUSH a streamer, ROUTER and DEALER a shared queue.
 *
 * <p>For most cases two lines do:
 *
 * <pre>{@code
 * back.send(front.receive()).subscribe();
 * front.send(back.receive()).subscribe();
 * }</pre>
 *
 * <p>A proxy takes the next message when the one before was accepted, so a peer that takes no more holds back, in the end,
 * the peers that send. A message that no peer can take, such as a reply to a client that has gone, is dropped and counted.
 *
 * <p>A proxy neither binds nor closes its sockets, and is their only receiver. Any thread may call.
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
     * What was passed one way so far.
     *
     * @param messages how many were accepted
     * @param bytes the octets of their parts
     * @param dropped how many messages were dropped, as no peer could take them
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
     * Makes a proxy for both ways.
     *
     * @param front such as XSUB or ROUTER
     * @param back such as XPUB or DEALER
     * @param <F> the type of the front socket
     * @param <B> the type of the back socket
     * @return the proxy, which does nothing before {@link #run()}
     */
    public static <F extends Sender & Receiver, B extends Sender & Receiver> ZmtpProxy between(F front, B back) {
        return new ZmtpProxy(front, back, true, message -> Mono.empty());
    }

    /**
     * Makes a proxy for one way.
     *
     * @param front such as PULL
     * @param back such as PUSH
     * @return the proxy, which does nothing before {@link #run()}
     */
    public static ZmtpProxy forward(Receiver front, Sender back) {
        return new ZmtpProxy(front, back, false, message -> Mono.empty());
    }

    /**
     * Calls an observer with every message, of both ways, after it was passed.
     *
     * @param observer called by one thread at a time for each way, which may be an event loop, so it must not block; if it
     *     throws, {@link #run()} fails with that
     * @return a new proxy, which has passed nothing yet
     */
    public ZmtpProxy capture(Consumer<? super Message> observer) {
        Objects.requireNonNull(observer, "observer");
        return new ZmtpProxy(
                front, back, lanes.size() == 2, message -> Mono.fromRunnable(() -> observer.accept(message)));
    }

    /**
     * Sends a copy of every message, of both ways, after it was passed. The next message is passed when the copy was accepted,
     * so a socket that never waits, such as PUB, is best.
     *
     * @param copies sends the copies; if one fails, {@link #run()} fails with that
     * @return a new proxy, which has passed nothing yet
     */
    public ZmtpProxy capture(Sender copies) {
        Objects.requireNonNull(copies, "copies");
        return new ZmtpProxy(front, back, lanes.size() == 2, copies::send);
    }

    /**
     * Passes messages from the subscription on. It can be subscribed to once; cancelling ends it, as {@link #dispose()} does.
     *
     * @return completes after {@link #dispose()}, or when a socket that it receives from is closed; fails when a socket
     *     that it sends to is closed
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
     * Passes nothing until {@link #resume()}: what comes waits in the queues of the peers, and then in the network; except on
     * an {@link XPubSocket}, which reads all.
     */
    public void pause() {
        paused = true;
    }

    /** Ends {@link #pause()}; without one it does nothing. */
    public void resume() {
        paused = false;
        lanes.forEach(ProxyLane::go);
    }

    /** {@return whether it is paused} */
    public boolean isPaused() {
        return paused;
    }

    /** {@return what was passed from front to back so far} */
    public Traffic forward() {
        return lanes.get(0).traffic();
    }

    /** {@return what was passed from back to front so far; nothing by a proxy for one way} */
    public Traffic backward() {
        return lanes.size() == 2 ? lanes.get(1).traffic() : Traffic.NONE;
    }

    /** Ends the proxy. A message that it has taken already is still passed when there is room. */
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
