package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * An inproc endpoint that is connected: one pipe, joined to the socket that has bound the name. While no socket has, it
 * waits for {@link #meet}. If a socket that stays bound ends the pipe or refuses it, it tries again after a while.
 */
final class InprocConnected extends Attachment {

    private final ZmtpSocket socket;
    private final Endpoint endpoint;
    private final InprocPipe pipe;
    private final Disposable.Swap attempt = Disposables.swap();
    private final Backoff backoff;
    private @Nullable InprocBound joined;
    private boolean ended;

    private InprocConnected(ZmtpSocket socket, Endpoint endpoint) {
        this.socket = socket;
        this.endpoint = endpoint;
        this.pipe = new InprocPipe(socket, endpoint, true, this::unlinked);
        this.backoff = new Backoff(socket.options.reconnect, socket.options.reconnectMax);
    }

    static InprocConnected start(ZmtpSocket socket, Endpoint endpoint, Bytes routingId) {
        InprocConnected connected = new InprocConnected(socket, endpoint);
        connected.pipe.routingId = routingId;
        connected.pipe.start();
        socket.added(connected.pipe);
        connected.seek(null);
        return connected;
    }

    private void seek(@Nullable InprocBound except) {
        InprocBound bound;
        synchronized (this) {
            if (ended) {
                return;
            }
            bound = InprocNames.PROCESS.find(endpoint.name(), this, except);
        }
        if (bound != null) {
            meet(bound);
        }
    }

    /** A socket has bound the name. */
    void meet(InprocBound bound) {
        socket.tell(new MonitorEvent.Connected(endpoint, null));
        bound.socket.tell(new MonitorEvent.Accepted(endpoint, null));
        SocketType there = bound.socket.type;
        if (!socket.type.accepts(there)) {
            socket.watch().handshakeFailed(endpoint, null, mismatch(socket.type, there));
            bound.socket.watch().handshakeFailed(endpoint, null, mismatch(there, socket.type));
            refused(bound);
            return;
        }
        synchronized (this) {
            joined = bound;
        }
        // It waits only for another peer that gives way.
        Disposable.Swap joining = Disposables.swap();
        attempt.update(joining);
        joining.update(bound.admit(pipe).subscribe(made -> met(bound, made), why -> noPlace(bound, why)));
    }

    private void met(InprocBound bound, InprocPipe made) {
        backoff.opened();
        bound.join(pipe, made);
        if (isDisposed()) {
            pipe.drop();
        }
    }

    /** One of the two sockets has no place for the other. */
    private void noPlace(InprocBound bound, Throwable refused) {
        ZmtpHandshakeException why =
                new ZmtpHandshakeException(Failure.REFUSED, endpoint + ": " + refused.getMessage(), 300, refused);
        socket.watch().handshakeFailed(endpoint, null, why);
        bound.socket.watch().handshakeFailed(endpoint, null, why);
        unlinked(why);
    }

    private ZmtpHandshakeException mismatch(SocketType own, SocketType peer) {
        return new ZmtpHandshakeException(
                Failure.SOCKET_TYPE,
                endpoint + ": expected a peer of a type that " + own + " accepts, " + own.peers() + ", but it is "
                        + peer);
    }

    /** The socket that has the name is of the wrong type: waits for the next one. */
    private void refused(InprocBound bound) {
        if (socket.options.reconnectAfterFatal) {
            seek(bound);
            return;
        }
        dispose();
        socket.detached(this);
        socket.tell(new MonitorEvent.GaveUp(endpoint, mismatch(socket.type, bound.socket.type)));
    }

    private void unlinked() {
        unlinked(pipe.cause());
    }

    private void unlinked(@Nullable Throwable why) {
        Duration delay;
        int count;
        backoff.ended();
        synchronized (this) {
            InprocBound former = joined;
            joined = null;
            if (ended || former == null) {
                return;
            }
            boolean now = pipe.isRenewing() || (former.isFreed() && why == null);
            delay = now ? Duration.ZERO : backoff.next();
            count = backoff.attempt();
        }
        if (delay.isZero()) {
            seek(null);
        } else {
            socket.watch().retrying(endpoint, delay, count, why);
            // A place made first: the delay may be over, and followed by the next, before it can be put there.
            Disposable.Swap next = Disposables.swap();
            attempt.update(next);
            next.update(Mono.delay(delay).subscribe(tick -> seek(null)));
        }
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
            stop();
            return pipe.leave();
        }));
    }

    /** Neither joins nor waits any more; false if it was stopped before. */
    private boolean stop() {
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
        }
        InprocNames.PROCESS.forget(endpoint.name(), this);
        attempt.dispose();
        return true;
    }

    @Override
    Closed drop(ZmtpClosedException reason) {
        stop();
        socket.givenUp(pipe);
        return pipe.close(reason);
    }

    @Override
    Mono<Void> onEnd() {
        return pipe.settled();
    }

    @Override
    public synchronized boolean isDisposed() {
        return ended;
    }
}
