package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.endpoint.DatagramDialer;
import io.zmtp.reactive.endpoint.DatagramListener;
import io.zmtp.reactive.endpoint.EndpointOwner;
import io.zmtp.reactive.endpoint.InprocDialer;
import io.zmtp.reactive.endpoint.InprocListener;
import io.zmtp.reactive.endpoint.Reconnect;
import io.zmtp.reactive.endpoint.SocketEndpoint;
import io.zmtp.reactive.endpoint.StreamDialer;
import io.zmtp.reactive.endpoint.StreamListener;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a socket is bound and connected by: makes it by the socket's options, and ends it. */
final class SocketEndpoints {

    private final ZmtpSocket socket;
    private final SocketMonitor monitor;
    final EndpointOwner owner;
    private final Set<SocketEndpoint> endpoints = ConcurrentHashMap.newKeySet();

    /** Those that were detached, and are still written out. */
    private final Set<SocketEndpoint> parting = ConcurrentHashMap.newKeySet();

    SocketEndpoints(ZmtpSocket socket, SocketMonitor monitor, EndpointOwner owner) {
        this.socket = socket;
        this.monitor = monitor;
        this.owner = owner;
    }

    /** Binds; emits what is bound when it listens. */
    Mono<Endpoint> bind(Endpoint endpoint) {
        return make(endpoint).map(this::attached);
    }

    private Mono<? extends SocketEndpoint> make(Endpoint endpoint) {
        SocketOptions options = socket.options;
        return switch (endpoint.scheme()) {
            case INPROC -> InprocListener.bind(owner, options.toInproc(socket.type), endpoint);
            case UDP ->
                socket instanceof DishSocket dish
                        ? DatagramListener.bind(
                                owner,
                                endpoint,
                                Mono.defer(() -> options.newDatagramReceiver(endpoint, dish::isMember)))
                        : Mono.error(notForUdp(endpoint, "bound by DISH"));
            case TCP, TLS_TCP, WS, WSS, IPC ->
                StreamListener.bind(owner, options.newServer(socket.type), options.bounds(), endpoint);
        };
    }

    /**
     * Begins to connect.
     *
     * @param routingId of the peer; empty to leave that to the type
     */
    Endpoint connect(Endpoint endpoint, Bytes routingId) {
        return attached(make(endpoint, routingId));
    }

    private SocketEndpoint make(Endpoint endpoint, Bytes routingId) {
        SocketOptions options = socket.options;
        Reconnect again = options.toReconnect();
        return switch (endpoint.scheme()) {
            case INPROC -> InprocDialer.start(owner, options.toInproc(socket.type), endpoint, again, routingId);
            case UDP -> {
                if (socket instanceof RadioSocket) {
                    yield DatagramDialer.start(
                            owner, endpoint, options.newDatagramSender(endpoint), options.sendHwm, again);
                }
                throw notForUdp(endpoint, "connected to by RADIO");
            }
            case TCP, TLS_TCP, WS, WSS, IPC ->
                StreamDialer.start(owner, options.newClient(socket.type), options.bounds(), endpoint, again, routingId);
        };
    }

    private IllegalArgumentException notForUdp(Endpoint endpoint, String whose) {
        return new IllegalArgumentException(
                endpoint + ": expected udp to be " + whose + " only, but this is a " + socket.type + " socket");
    }

    private Endpoint attached(SocketEndpoint attached) {
        endpoints.add(attached);
        if (socket.isDisposed()) {
            gaveUp(attached);
            socket.requireOpen();
        }
        if (attached.isDisposed()) {
            endpoints.remove(attached); // given up already
        }
        return attached.endpoint();
    }

    /** What is bound and connected now. */
    List<Endpoint> all() {
        return endpoints.stream().map(SocketEndpoint::endpoint).toList();
    }

    // ---- the end

    /** Ends what is bound, or connected, by an endpoint, within the linger time. */
    Mono<Void> detach(Endpoint endpoint, boolean bound) {
        return Mono.defer(() -> {
            List<SocketEndpoint> meant = endpoints.stream()
                    .filter(each -> each.isBound() == bound && each.endpoint().equals(endpoint))
                    .toList();
            if (meant.isEmpty()) {
                return Mono.error(new IllegalArgumentException(
                        endpoint + " is not " + (bound ? "bound" : "connected") + "; these are: " + all()));
            }
            Mono<Void> gone = Flux.fromIterable(meant)
                    .filter(endpoints::remove)
                    .flatMap(this::detach, Integer.MAX_VALUE)
                    .then()
                    .doOnSuccess(done -> monitor.tell(new MonitorEvent.Ended(endpoint)))
                    .cache();
            gone.subscribe(); // a subscriber that cancels does not stop it
            return gone;
        });
    }

    private Mono<Void> detach(SocketEndpoint attached) {
        parting.add(attached);
        return attached.close(socket.options.linger, lost -> lost(attached, lost))
                .doFinally(done -> parting.remove(attached));
    }

    private void lost(SocketEndpoint attached, Closed lost) {
        monitor.lost(null, attached.endpoint(), DropReason.LINGER, lost.unsentMessages());
    }

    /** One is no longer to be had. */
    void gaveUp(SocketEndpoint attached) {
        endpoints.remove(attached);
        lost(attached, attached.dropNow());
    }

    /** Has all connections end after writing; completes when they have. */
    Mono<Void> leave() {
        return Mono.defer(() -> Mono.whenDelayError(
                endpoints.stream().map(SocketEndpoint::leave).toList()));
    }

    /**
     * Ends everything now.
     *
     * @param unsent gets what each held
     * @return completes when nothing is open any more
     */
    Mono<Void> drop(ZmtpClosedException reason, BiConsumer<Endpoint, Closed> unsent) {
        List<Mono<Void>> ends = new ArrayList<>();
        for (SocketEndpoint attached : endpoints) {
            unsent.accept(attached.endpoint(), attached.drop(reason));
            ends.add(attached.onEnd().doOnTerminate(() -> monitor.tell(new MonitorEvent.Ended(attached.endpoint()))));
        }
        for (SocketEndpoint attached : parting) {
            unsent.accept(attached.endpoint(), attached.drop(reason));
            ends.add(attached.onEnd());
        }
        endpoints.clear();
        return Mono.whenDelayError(ends).onErrorComplete();
    }
}
