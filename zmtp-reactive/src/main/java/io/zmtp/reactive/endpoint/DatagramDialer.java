package io.zmtp.reactive.endpoint;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.transport.DatagramSender;
import java.time.Duration;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** A udp endpoint to which a RADIO sends; a name that cannot be looked up is tried again. */
public final class DatagramDialer extends SocketEndpoint {

    private final EndpointOwner owner;
    private final Endpoint endpoint;
    private final Mono<DatagramSender> opening;
    private final DatagramSink pipe;
    private final Backoff backoff;
    private final Disposable.Swap attempt = Disposables.swap();

    private DatagramDialer(
            EndpointOwner owner, Endpoint endpoint, Mono<DatagramSender> opening, int sendHwm, Reconnect again) {
        this.owner = owner;
        this.endpoint = endpoint;
        this.opening = opening;
        this.pipe = new DatagramSink(owner, endpoint, sendHwm);
        this.backoff = new Backoff(again.first(), again.slowest());
    }

    /** Begins to connect; {@code opening} does it. */
    public static DatagramDialer start(
            EndpointOwner owner, Endpoint endpoint, Mono<DatagramSender> opening, int sendHwm, Reconnect again) {
        DatagramDialer connected = new DatagramDialer(owner, endpoint, opening, sendHwm, again);
        owner.added(connected.pipe);
        connected.open();
        return connected;
    }

    private void open() {
        attempt.update(opening.subscribe(
                sender -> {
                    owner.monitor().tell(new MonitorEvent.Connected(endpoint, null));
                    pipe.open(sender);
                },
                failure -> {
                    Duration delay = backoff.next();
                    owner.monitor().retrying(endpoint, delay, backoff.attempt(), failure);
                    attempt.update(Mono.delay(delay).subscribe(tick -> open()));
                }));
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
        return pipe.flush();
    }

    @Override
    public Closed drop(ZmtpClosedException reason) {
        attempt.dispose();
        owner.removed(pipe);
        return pipe.close(reason);
    }

    @Override
    public Mono<Void> onEnd() {
        return Mono.empty();
    }

    @Override
    public boolean isDisposed() {
        return attempt.isDisposed();
    }
}
