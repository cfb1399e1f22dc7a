package io.zmtp.reactive.endpoint;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.transport.DatagramReceiver;
import reactor.core.publisher.Mono;

/** A udp endpoint at which a DISH receives. */
public final class DatagramListener extends SocketEndpoint {

    private final DatagramReceiver receiver;
    private final DatagramSource pipe;

    private DatagramListener(EndpointOwner owner, DatagramReceiver receiver) {
        this.receiver = receiver;
        this.pipe = new DatagramSource(owner, receiver);
    }

    /** Binds; {@code receiver} opens it. */
    public static Mono<DatagramListener> bind(EndpointOwner owner, Endpoint endpoint, Mono<DatagramReceiver> receiver) {
        return receiver.doOnError(failure -> owner.monitor().tell(new MonitorEvent.BindFailed(endpoint, failure)))
                .map(open -> {
                    DatagramListener bound = new DatagramListener(owner, open);
                    owner.monitor().tell(new MonitorEvent.Listening(open.endpoint()));
                    bound.pipe.start();
                    return bound;
                });
    }

    @Override
    public Endpoint endpoint() {
        return receiver.endpoint();
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public Mono<Void> leave() {
        return receiver.close();
    }

    @Override
    public Closed drop(ZmtpClosedException reason) {
        return pipe.close(reason);
    }

    @Override
    public Mono<Void> onEnd() {
        return receiver.onClose();
    }

    @Override
    public boolean isDisposed() {
        return receiver.isDisposed();
    }
}
