package io.zmtp.reactive.endpoint;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.pipe.InprocPipe;
import io.zmtp.reactive.pipe.InprocSpec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * An inproc endpoint that is connected: one pipe, joined to the socket that has bound the name. While no socket has, it
 * waits for {@link #meet}. If a socket that stays bound ends the pipe or refuses it, it tries again after a while.
 */
public final class InprocDialer extends SocketEndpoint {

    private final EndpointOwner owner;
    private final Endpoint endpoint;
    private final InprocPipe pipe;
    private final Disposable.Swap attempt = Disposables.swap();
    private final Backoff backoff;
    private final boolean afterFatal;
    private @Nullable InprocListener joined;
    private boolean ended;

    private InprocDialer(EndpointOwner owner, InprocSpec spec, Endpoint endpoint, Reconnect again) {
        this.owner = owner;
        this.endpoint = endpoint;
        this.pipe = new InprocPipe(owner, spec, endpoint, true, this::unlinked);
        this.backoff = new Backoff(again.first(), again.slowest());
        this.afterFatal = again.afterFatal();
    }

    public static InprocDialer start(
            EndpointOwner owner, InprocSpec spec, Endpoint endpoint, Reconnect again, Bytes routingId) {
        InprocDialer connected = new InprocDialer(owner, spec, endpoint, again);
        connected.pipe.routingId = routingId;
        connected.pipe.start();
        owner.added(connected.pipe);
        connected.seek(null);
        return connected;
    }

    private void seek(@Nullable InprocListener except) {
        InprocListener bound;
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
    void meet(InprocListener bound) {
        owner.monitor().tell(new MonitorEvent.Connected(endpoint, null));
        bound.owner.monitor().tell(new MonitorEvent.Accepted(endpoint, null));
        SocketType here = pipe.self().socketType();
        SocketType there = bound.type();
        if (!here.accepts(there)) {
            owner.monitor().handshakeFailed(endpoint, null, mismatch(here, there));
            bound.owner.monitor().handshakeFailed(endpoint, null, mismatch(there, here));
            refused(bound, mismatch(here, there));
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

    private void met(InprocListener bound, InprocPipe made) {
        backoff.opened();
        bound.join(pipe, made);
        if (isDisposed()) {
            pipe.drop();
        }
    }

    /** One of the two sockets has no place for the other. */
    private void noPlace(InprocListener bound, Throwable refused) {
        ZmtpHandshakeException why =
                new ZmtpHandshakeException(Failure.REFUSED, endpoint + ": " + refused.getMessage(), 300, refused);
        owner.monitor().handshakeFailed(endpoint, null, why);
        bound.owner.monitor().handshakeFailed(endpoint, null, why);
        unlinked(why);
    }

    private ZmtpHandshakeException mismatch(SocketType own, SocketType peer) {
        return new ZmtpHandshakeException(
                Failure.SOCKET_TYPE,
                endpoint + ": expected a peer of a type that " + own + " accepts, " + own.peers() + ", but it is "
                        + peer);
    }

    /** The socket that has the name is of the wrong type: waits for the next one. */
    private void refused(InprocListener bound, Throwable why) {
        if (afterFatal) {
            seek(bound);
            return;
        }
        owner.gaveUp(this);
        owner.monitor().tell(new MonitorEvent.GaveUp(endpoint, why));
    }

    private void unlinked() {
        unlinked(pipe.cause());
    }

    private void unlinked(@Nullable Throwable why) {
        Duration delay;
        int count;
        backoff.ended();
        synchronized (this) {
            InprocListener former = joined;
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
            owner.monitor().retrying(endpoint, delay, count, why);
            // A place made first: the delay may be over, and followed by the next, before it can be put there.
            Disposable.Swap next = Disposables.swap();
            attempt.update(next);
            next.update(Mono.delay(delay).subscribe(tick -> seek(null)));
        }
    }

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
        return pipe.flush().then(owner.acknowledged(pipe)).then(Mono.defer(() -> {
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
    public Closed drop(ZmtpClosedException reason) {
        stop();
        owner.givenUp(pipe);
        return pipe.close(reason);
    }

    @Override
    public Mono<Void> onEnd() {
        return pipe.settled();
    }

    @Override
    public synchronized boolean isDisposed() {
        return ended;
    }
}
