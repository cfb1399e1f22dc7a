package io.zmtp.reactive.socket;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.connection.Datagrams;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.transport.DatagramSender;
import java.time.Duration;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** A udp endpoint to which a RADIO sends; a name that cannot be looked up is tried again. */
final class DatagramConnected extends Attachment {

    private final RadioSocket socket;
    private final Endpoint endpoint;
    private final Mono<DatagramSender> opening;
    private final DatagramSink pipe;
    private final Backoff backoff;
    private final Disposable.Swap attempt = Disposables.swap();

    private DatagramConnected(RadioSocket socket, Endpoint endpoint) {
        this.socket = socket;
        this.endpoint = endpoint;
        this.opening = Datagrams.sender(socket.options, endpoint, Integer.MAX_VALUE);
        this.pipe = new DatagramSink(socket, socket.publication, endpoint);
        this.backoff = new Backoff(socket.options.reconnect, socket.options.reconnectMax);
    }

    static DatagramConnected start(RadioSocket socket, Endpoint endpoint) {
        DatagramConnected connected = new DatagramConnected(socket, endpoint);
        socket.added(connected.pipe);
        connected.open();
        return connected;
    }

    private void open() {
        attempt.update(opening.subscribe(
                sender -> {
                    socket.tell(new MonitorEvent.Connected(endpoint, null));
                    pipe.open(sender);
                },
                failure -> {
                    Duration delay = backoff.next();
                    socket.watch().retrying(endpoint, delay, backoff.attempt(), failure);
                    attempt.update(Mono.delay(delay).subscribe(tick -> open()));
                }));
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
        return pipe.flush();
    }

    @Override
    Closed drop(ZmtpClosedException reason) {
        attempt.dispose();
        socket.pipeRemoved(pipe);
        return pipe.close(reason);
    }

    @Override
    Mono<Void> onEnd() {
        return Mono.empty();
    }

    @Override
    public boolean isDisposed() {
        return attempt.isDisposed();
    }
}
