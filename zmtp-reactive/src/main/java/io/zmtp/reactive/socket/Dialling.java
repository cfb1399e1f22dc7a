package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A connected endpoint: one pipe, and a connection for it, again and again, never two at a time. */
final class Dialling extends Attachment {

    private final ZmtpSocket socket;
    private final Endpoint endpoint;
    private final ChannelPipe pipe;
    private final Mono<ZmtpConnection> connecting;
    private final Disposable.Swap attempt = Disposables.swap();
    private final Sinks.Empty<Void> end = Sinks.empty();

    private final Backoff backoff;

    // Guarded by this.
    private @Nullable ZmtpConnection connection;
    /** Why the attempt failed, while the end of its connection is still to come. */
    private @Nullable Throwable failure;

    private boolean open;
    private boolean leaving;
    private boolean ended;

    private Dialling(ZmtpSocket socket, Endpoint endpoint) {
        this.socket = socket;
        this.endpoint = endpoint;
        this.pipe = new ChannelPipe(socket, endpoint, null);
        this.backoff = new Backoff(socket.options.reconnect, socket.options.reconnectMax);
        ZmtpClient client = socket.options
                .newClient(socket.type)
                .doOnInit(this::began)
                .doOnConnected(opened -> {
                    socket.watch().transport(opened);
                    socket.tell(new MonitorEvent.Connected(
                            endpoint, opened.remoteAddress().orElse(null)));
                })
                .doOnDisconnected((gone, closed) -> {
                    socket.watch().ended(gone, closed);
                    ended(closed);
                });
        this.connecting = pipe.line.connect(client, endpoint);
    }

    static Dialling start(ZmtpSocket socket, Endpoint endpoint, Bytes routingId) {
        Dialling dialling = new Dialling(socket, endpoint);
        dialling.pipe.routingId = routingId;
        socket.added(dialling.pipe);
        dialling.dial();
        return dialling;
    }

    private void dial() {
        ZmtpHandshakeException unwanted = socket.unwanted(pipe);
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
        socket.watch().began(began);
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
        if (fatal && why != null && !socket.options.reconnectAfterFatal) {
            giveUp(why);
            return;
        }
        Duration delay;
        int count;
        synchronized (this) {
            if (ended || (leaving && pipe.line.isDrained())) {
                ended = true;
                end.tryEmitEmpty();
                return;
            }
            delay = fatal ? backoff.slowest() : pipe.isRenewing() ? backoff.renewal() : backoff.next();
            count = backoff.attempt();
        }
        socket.watch().retrying(endpoint, delay, count, why);
        Disposable.Swap next = next();
        next.update(Mono.delay(delay).subscribe(tick -> dial()));
    }

    private void giveUp(Throwable why) {
        socket.tell(new MonitorEvent.GaveUp(endpoint, why));
        socket.gaveUp(this);
    }

    // ---- what the socket asks

    @Override
    Endpoint endpoint() {
        return endpoint;
    }

    @Override
    boolean isBound() {
        return false;
    }

    @Override
    Mono<Void> leave() {
        return Mono.defer(() -> {
                    socket.pipeDraining(pipe);
                    return pipe.flush();
                })
                .then(Mono.defer(() -> {
                    synchronized (this) {
                        leaving = true;
                    }
                    return pipe.leave();
                }));
    }

    @Override
    Closed drop(ZmtpClosedException reason) {
        ZmtpConnection present;
        synchronized (this) {
            ended = true;
            present = connection;
        }
        attempt.dispose();
        socket.givenUp(pipe);
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
    Mono<Void> onEnd() {
        return end.asMono();
    }
}
