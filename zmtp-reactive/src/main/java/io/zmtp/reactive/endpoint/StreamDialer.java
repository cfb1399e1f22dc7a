package io.zmtp.reactive.endpoint;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.connection.ChannelPipe;
import io.zmtp.reactive.connection.FailureLog;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.pipe.Bounds;
import io.zmtp.reactive.transport.Dialer;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A connected endpoint: one pipe, and a connection for it, again and again, never two at a time. */
public final class StreamDialer extends SocketEndpoint {

    /** How long to wait at most until a process of this machine is asked again that is not there. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private final EndpointOwner owner;
    private final Endpoint endpoint;
    private final ChannelPipe pipe;
    private final Mono<ZmtpConnection> connecting;
    private final Disposable.Swap attempt = Disposables.swap();
    private final Sinks.Empty<Void> end = Sinks.empty();

    private final Backoff backoff;
    private final boolean afterFatal;

    private final FailureLog failures = new FailureLog(StreamDialer.class);

    // Guarded by this.
    private @Nullable ZmtpConnection connection;
    /** Why the attempt failed, while the end of its connection is still to come. */
    private @Nullable Throwable failure;

    private boolean open;
    private boolean leaving;
    private boolean ended;

    private StreamDialer(EndpointOwner owner, ZmtpClient client, Bounds bounds, Endpoint endpoint, Reconnect again) {
        EndpointMonitor monitor = owner.monitor();
        this.owner = owner;
        this.endpoint = endpoint;
        this.pipe = new ChannelPipe(owner, endpoint, bounds, null);
        this.backoff = new Backoff(again.first(), again.slowest());
        this.afterFatal = again.afterFatal();
        this.connecting = pipe.connect(client.doOnInit(this::began)
                .doOnConnected(opened -> {
                    monitor.transport(opened);
                    monitor.tell(new MonitorEvent.Connected(
                            endpoint, opened.remoteAddress().orElse(null)));
                })
                .doOnDisconnected((gone, closed) -> {
                    monitor.ended(gone, closed);
                    ended(closed);
                }));
    }

    /**
     * Begins to connect with a client's options.
     *
     * @param routingId of the peer; empty to leave that to the owner
     */
    public static StreamDialer start(
            EndpointOwner owner,
            ZmtpClient client,
            Bounds bounds,
            Endpoint endpoint,
            Reconnect again,
            Bytes routingId) {
        StreamDialer dialer = new StreamDialer(owner, client, bounds, endpoint, again);
        dialer.pipe.routingId = routingId;
        owner.added(dialer.pipe);
        dialer.dial();
        return dialer;
    }

    private void dial() {
        ZmtpHandshakeException unwanted = owner.unwanted(pipe);
        if (unwanted != null) {
            again(unwanted);
            return;
        }
        Disposable.Swap next = next();
        next.update(connecting.subscribe(this::opened, this::failed));
    }

    /** A place for what is done next, made first: it may be over, and followed by more, before it can be put there. */
    private Disposable.Swap next() {
        Disposable.Swap next = Disposables.swap();
        attempt.update(next);
        return next;
    }

    // ---- an attempt: it begins when there is a transport, then opens or fails, and ends; on the event loop

    private void began(ZmtpConnection began) {
        owner.monitor().began(began);
        boolean late;
        synchronized (this) {
            connection = began;
            failure = null;
            late = ended;
        }
        if (late) {
            began.dispose();
        }
    }

    private synchronized void opened(ZmtpConnection opened) {
        open = true;
        backoff.opened();
    }

    /** An attempt failed. If there is a transport still, the next one waits for its end. */
    private void failed(Throwable why) {
        failures.note(endpoint, why);
        synchronized (this) {
            if (connection != null) {
                failure = why;
                return;
            }
        }
        again(why);
    }

    private void ended(Closed closed) {
        backoff.ended();
        Throwable why;
        synchronized (this) {
            connection = null;
            why = open ? closed.cause() : failure;
            if (!open && failure == null) {
                return; // that it failed comes next
            }
            open = false;
            failure = null;
        }
        again(why);
    }

    private void again(@Nullable Throwable why) {
        boolean fatal = why instanceof ZmtpHandshakeException refused && refused.isFatal();
        if (fatal && why != null && !afterFatal) {
            giveUp(why);
            return;
        }
        Duration delay;
        int count;
        synchronized (this) {
            if (ended || (leaving && pipe.isDrained())) {
                ended = true;
                end.tryEmitEmpty();
                return;
            }
            delay = fatal ? backoff.slowest() : pipe.isRenewing() ? backoff.renewal() : backoff.next(mostDelay(why));
            count = backoff.attempt();
        }
        owner.monitor().retrying(endpoint, delay, count, why);
        Disposable.Swap next = next();
        next.update(Mono.delay(delay).subscribe(tick -> dial()));
    }

    /** To be refused by this machine costs nothing, and its process is likely to be back soon: it is started by hand. */
    private Duration mostDelay(@Nullable Throwable why) {
        boolean absent = why instanceof ConnectException || why instanceof FileNotFoundException;
        return absent && Dialer.isLocal(endpoint) ? SOON : backoff.longest();
    }

    private void giveUp(Throwable why) {
        owner.monitor().tell(new MonitorEvent.GaveUp(endpoint, why));
        owner.gaveUp(this);
    }

    // ---- what the socket asks

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public boolean isBound() {
        return false;
    }

    @Override
    public Mono<Void> leave() {
        return Mono.defer(() -> {
                    owner.draining(pipe);
                    return pipe.flush().then(owner.acknowledged(pipe));
                })
                .then(Mono.defer(() -> {
                    synchronized (this) {
                        leaving = true;
                    }
                    return pipe.leave();
                }));
    }

    @Override
    public Closed drop(ZmtpClosedException reason) {
        ZmtpConnection present;
        synchronized (this) {
            ended = true;
            present = connection;
        }
        attempt.dispose();
        owner.givenUp(pipe);
        Closed dropped = pipe.close(reason);
        if (present == null) {
            end.tryEmitEmpty();
        } else {
            present.dispose();
            present.onClose().subscribe(closed -> end.tryEmitEmpty());
        }
        return dropped;
    }

    @Override
    public synchronized boolean isDisposed() {
        return ended;
    }

    @Override
    public Mono<Void> onEnd() {
        return end.asMono();
    }
}
