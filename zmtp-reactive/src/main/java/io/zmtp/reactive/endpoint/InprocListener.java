package io.zmtp.reactive.endpoint;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.pipe.InprocLink;
import io.zmtp.reactive.pipe.InprocPipe;
import io.zmtp.reactive.pipe.InprocSpec;
import java.net.BindException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A bound name: a pipe for each socket that connects to it, as long as it lasts. */
public final class InprocListener extends SocketEndpoint {

    final EndpointOwner owner;
    private final InprocSpec spec;
    private final SocketType type;
    private final Endpoint endpoint;
    private final Set<InprocPipe> pipes = ConcurrentHashMap.newKeySet();
    private volatile boolean freed;
    private volatile boolean ended;

    /** Completes when the pipes that {@link #drop} ended have reported their end. */
    private volatile Mono<Void> end = Mono.empty();

    private InprocListener(EndpointOwner owner, InprocSpec spec, Endpoint endpoint) {
        this.owner = owner;
        this.spec = spec;
        this.type = spec.self().get().socketType();
        this.endpoint = endpoint;
    }

    public static Mono<InprocListener> bind(EndpointOwner owner, InprocSpec spec, Endpoint endpoint) {
        return Mono.fromCallable(() -> {
            InprocListener bound = new InprocListener(owner, spec, endpoint);
            List<InprocDialer> waiting;
            try {
                waiting = InprocNames.PROCESS.bind(endpoint.name(), bound);
            } catch (BindException taken) {
                owner.monitor().tell(new MonitorEvent.BindFailed(endpoint, taken));
                throw taken;
            }
            owner.monitor().tell(new MonitorEvent.Listening(endpoint));
            waiting.forEach(one -> one.meet(bound));
            return bound;
        });
    }

    /**
     * Makes a pipe for one who connects.
     *
     * @return emits it, to be joined; fails if either socket has no place for the other
     */
    Mono<InprocPipe> admit(InprocPipe connecting) {
        return Mono.defer(() -> {
            InprocPipe[] made = new InprocPipe[1];
            InprocPipe pipe = new InprocPipe(owner, spec, endpoint, false, () -> pipes.remove(made[0]));
            made[0] = pipe;
            return connecting
                    .admit(pipe)
                    .then(pipe.admit(connecting))
                    .doOnError(refused -> connecting.withdraw())
                    .doOnCancel(() -> {
                        connecting.withdraw();
                        pipe.withdraw();
                    })
                    .thenReturn(pipe);
        });
    }

    /** Joins one who connects and the pipe that was made for it. */
    void join(InprocPipe connecting, InprocPipe pipe) {
        pipes.add(pipe);
        connecting.prepare(); // from the beginning of the link what waits counts as written
        new InprocLink(connecting, pipe).join();
        if (ended) {
            pipe.drop();
        }
    }

    /** The type of the socket that has bound it. */
    SocketType type() {
        return type;
    }

    private void free() {
        freed = true;
        InprocNames.PROCESS.unbind(endpoint.name(), this);
    }

    /** Whether the name is another's, or nobody's. */
    boolean isFreed() {
        return freed;
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public Mono<Void> leave() {
        return Mono.defer(() -> {
            free();
            return Flux.fromIterable(pipes)
                    .flatMap(pipe -> pipe.flush().then(owner.acknowledged(pipe)).then(pipe.leave()), Integer.MAX_VALUE)
                    .then();
        });
    }

    @Override
    public Closed drop(ZmtpClosedException reason) {
        free();
        ended = true;
        List<InprocPipe> all = List.copyOf(pipes);
        long messages = 0;
        long bytes = 0;
        for (InprocPipe pipe : all) {
            owner.removed(pipe);
            Closed dropped = pipe.close(reason);
            messages += dropped.unsentMessages();
            bytes += dropped.unsentBytes();
        }
        end = Flux.fromIterable(all).flatMap(InprocPipe::settled).then().cache();
        return new Closed(Closed.Reason.LOCAL, null, messages, bytes);
    }

    @Override
    public Mono<Void> onEnd() {
        return end;
    }

    @Override
    public boolean isDisposed() {
        return ended;
    }
}
