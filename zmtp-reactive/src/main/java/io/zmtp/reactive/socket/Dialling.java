package io.zmtp.reactive.socket;

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

/** A connected endpoint: one pipe, and a connection for it, again and again. */
final class Dialling extends Attachment {

    private final ZmtpSocket socket;
    private final Endpoint endpoint;
    private final ChannelPipe pipe;
    private final Mono<ZmtpConnection> connecting;
    private final Disposable.Swap attempt = Disposables.swap();
    private final Sinks.Empty<Void> end = Sinks.empty();
    private Backoff backoff;
    private @Nullable ZmtpConnection connection;
    private long openedAt;
    private boolean leaving;
    private boolean ended;

    private Dialling(ZmtpSocket socket, Endpoint endpoint) {
        this.socket = socket;
        this.endpoint = endpoint;
        this.pipe = new ChannelPipe(socket, endpoint, null);
        this.backoff = newBackoff();
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

    static Dialling start(ZmtpSocket socket, Endpoint endpoint) {
        Dialling dialling = new Dialling(socket, endpoint);
        socket.added(dialling.pipe);
        dialling.dial();
        return dialling;
    }

    private Backoff newBackoff() {
        return new Backoff(socket.options.reconnect, socket.options.reconnectMax);
    }

    private void dial() {
        Disposable.Swap next = next();
        next.update(connecting.subscribe(this::opened, this::failed));
    }

    private synchronized void began(ZmtpConnection began) {
        connection = began;
        if (ended) {
            began.dispose();
        }
    }

    private synchronized void opened(ZmtpConnection opened) {
        openedAt = System.nanoTime();
    }

    /** A connection was not had. If there was a transport, its end is told as well: what comes first counts. */
    private void failed(Throwable failure) {
        again(failure, isFatal(failure));
    }

    private void ended(Closed closed) {
        boolean held;
        synchronized (this) {
            connection = null;
            held = openedAt != 0;
            if (!held) {
                return; // the attempt itself fails, and tells why
            }
            if (System.nanoTime() - openedAt >= socket.options.reconnect.toNanos()) {
                backoff = newBackoff();
            }
            openedAt = 0;
        }
        again(closed.cause(), false);
    }

    private static boolean isFatal(Throwable failure) {
        return failure instanceof ZmtpHandshakeException refused && refused.isFatal();
    }

    private void again(@Nullable Throwable cause, boolean fatal) {
        Duration delay;
        int count;
        synchronized (this) {
            if (ended) {
                end.tryEmitEmpty();
                return;
            }
            if (leaving && pipe.line.isDrained()) {
                ended = true;
                end.tryEmitEmpty();
                return;
            }
            if (fatal && cause != null && !socket.options.reconnectAfterFatal) {
                ended = true;
                delay = Duration.ZERO;
            } else {
                delay = fatal ? backoff.slowest() : backoff.next();
            }
            count = backoff.attempt();
        }
        if (delay.isZero() && cause != null) {
            socket.detached(this);
            socket.tell(new MonitorEvent.GaveUp(endpoint, cause));
            dispose();
            end.tryEmitEmpty();
            return;
        }
        socket.watch().retrying(endpoint, delay, count, cause);
        Disposable.Swap next = next();
        next.update(Mono.delay(delay).subscribe(tick -> dial()));
    }

    /** A place for what is done next, made first: it may be over, and followed by more, before it can be put there. */
    private Disposable.Swap next() {
        Disposable.Swap next = Disposables.swap();
        attempt.update(next);
        return next;
    }

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
        return pipe.flush().then(Mono.defer(() -> {
            synchronized (this) {
                leaving = true;
            }
            return pipe.leave();
        }));
    }

    @Override
    Closed drop(ZmtpClosedException reason) {
        ZmtpConnection open;
        boolean first;
        synchronized (this) {
            first = !ended;
            ended = true;
            open = connection;
        }
        attempt.dispose();
        if (first) {
            socket.removed(pipe);
        }
        Closed dropped = pipe.close(reason);
        if (open == null) {
            end.tryEmitEmpty();
        } else {
            open.dispose();
            open.onClose().subscribe(closed -> end.tryEmitEmpty());
        }
        return dropped;
    }

    @Override
    Mono<Void> onEnd() {
        return end.asMono();
    }
}
