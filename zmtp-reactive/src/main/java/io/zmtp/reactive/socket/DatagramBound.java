package io.zmtp.reactive.socket;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.connection.Datagrams;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.transport.DatagramReceiver;
import reactor.core.publisher.Mono;

/** A udp endpoint at which a DISH receives. */
final class DatagramBound extends Attachment {

    private final DatagramReceiver receiver;
    private final DatagramSource pipe;

    private DatagramBound(DishSocket socket, DatagramReceiver receiver) {
        this.receiver = receiver;
        this.pipe = new DatagramSource(socket, receiver);
    }

    static Mono<DatagramBound> bind(DishSocket socket, Endpoint endpoint) {
        return Mono.defer(() -> Datagrams.receiver(socket.options, endpoint, socket.options.recvHwm, socket::isMember))
                .doOnError(failure -> socket.tell(new MonitorEvent.BindFailed(endpoint, failure)))
                .map(receiver -> {
                    DatagramBound bound = new DatagramBound(socket, receiver);
                    socket.tell(new MonitorEvent.Listening(receiver.endpoint()));
                    bound.pipe.start();
                    return bound;
                });
    }

    @Override
    Endpoint endpoint() {
        return receiver.endpoint();
    }

    @Override
    boolean isBound() {
        return true;
    }

    @Override
    Mono<Void> leave() {
        return receiver.close();
    }

    @Override
    Closed drop(ZmtpClosedException reason) {
        return pipe.close(reason);
    }

    @Override
    Mono<Void> onEnd() {
        return receiver.onClose();
    }

    @Override
    public boolean isDisposed() {
        return receiver.isDisposed();
    }
}
