package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpClosedException;
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
    private final Watch watch;
    final EndpointOwner owner;
    private final Set<Attachment> attachments = ConcurrentHashMap.newKeySet();

    /** Those that were detached, and are still written out. */
    private final Set<Attachment> parting = ConcurrentHashMap.newKeySet();

    SocketEndpoints(ZmtpSocket socket, Watch watch, EndpointOwner owner) {
        this.socket = socket;
        this.watch = watch;
        this.owner = owner;
    }

    /** Binds; emits what is bound when it listens. */
    Mono<Endpoint> bind(Endpoint endpoint) {
        return make(endpoint).map(this::attached);
    }

    private Mono<? extends Attachment> make(Endpoint endpoint) {
        SocketOptions options = socket.options;
        return switch (endpoint.scheme()) {
            case INPROC -> InprocBound.bind(owner, options.toInproc(socket.type), endpoint);
            case UDP ->
                socket instanceof DishSocket dish
                        ? DatagramBound.bind(
                                owner,
                                endpoint,
                                Mono.defer(() -> options.newDatagramReceiver(endpoint, dish::isMember)))
                        : Mono.error(notForUdp(endpoint, "bound by DISH"));
            case TCP, TLS_TCP, IPC -> Listening.bind(owner, options.newServer(socket.type), options.bounds(), endpoint);
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

    private Attachment make(Endpoint endpoint, Bytes routingId) {
        SocketOptions options = socket.options;
        Reconnect again = options.toReconnect();
        return switch (endpoint.scheme()) {
            case INPROC -> InprocConnected.start(owner, options.toInproc(socket.type), endpoint, again, routingId);
            case UDP -> {
                if (socket instanceof RadioSocket) {
                    yield DatagramConnected.start(
                            owner, endpoint, options.newDatagramSender(endpoint), options.sendHwm, again);
                }
                throw notForUdp(endpoint, "connected to by RADIO");
            }
            case TCP, TLS_TCP, IPC ->
                Dialling.start(owner, options.newClient(socket.type), options.bounds(), endpoint, again, routingId);
        };
    }

    private IllegalArgumentException notForUdp(Endpoint endpoint, String whose) {
        return new IllegalArgumentException(
                endpoint + ": expected udp to be " + whose + " only, but this is a " + socket.type + " socket");
    }

    private Endpoint attached(Attachment attachment) {
        attachments.add(attachment);
        if (socket.isDisposed()) {
            gaveUp(attachment);
            socket.requireOpen();
        }
        if (attachment.isDisposed()) {
            attachments.remove(attachment); // given up already
        }
        return attachment.endpoint();
    }

    /** What is bound and connected now. */
    List<Endpoint> all() {
        return attachments.stream().map(Attachment::endpoint).toList();
    }

    // ---- the end

    /** Ends what is bound, or connected, by an endpoint, within the linger time. */
    Mono<Void> detach(Endpoint endpoint, boolean bound) {
        return Mono.defer(() -> {
            List<Attachment> meant = attachments.stream()
                    .filter(each -> each.isBound() == bound && each.endpoint().equals(endpoint))
                    .toList();
            if (meant.isEmpty()) {
                return Mono.error(new IllegalArgumentException(
                        endpoint + " is not " + (bound ? "bound" : "connected") + "; these are: " + all()));
            }
            Mono<Void> gone = Flux.fromIterable(meant)
                    .filter(attachments::remove)
                    .flatMap(this::detach, Integer.MAX_VALUE)
                    .then()
                    .doOnSuccess(done -> watch.tell(new MonitorEvent.Ended(endpoint)))
                    .cache();
            gone.subscribe(); // a subscriber that cancels does not stop it
            return gone;
        });
    }

    private Mono<Void> detach(Attachment attachment) {
        parting.add(attachment);
        return attachment
                .close(socket.options.linger, lost -> lost(attachment, lost))
                .doFinally(done -> parting.remove(attachment));
    }

    private void lost(Attachment attachment, Closed lost) {
        watch.lost(attachment.endpoint(), DropReason.LINGER, lost.unsentMessages());
    }

    /** One is no longer to be had. */
    void gaveUp(Attachment attachment) {
        attachments.remove(attachment);
        lost(attachment, attachment.dropNow());
    }

    /** Has all connections end after writing; completes when they have. */
    Mono<Void> leave() {
        return Mono.defer(() ->
                Mono.whenDelayError(attachments.stream().map(Attachment::leave).toList()));
    }

    /**
     * Ends everything now.
     *
     * @param unsent gets what each held
     * @return completes when nothing is open any more
     */
    Mono<Void> drop(ZmtpClosedException reason, BiConsumer<Endpoint, Closed> unsent) {
        List<Mono<Void>> ends = new ArrayList<>();
        for (Attachment attachment : attachments) {
            unsent.accept(attachment.endpoint(), attachment.drop(reason));
            ends.add(attachment.onEnd().doOnTerminate(() -> watch.tell(new MonitorEvent.Ended(attachment.endpoint()))));
        }
        for (Attachment attachment : parting) {
            unsent.accept(attachment.endpoint(), attachment.drop(reason));
            ends.add(attachment.onEnd());
        }
        attachments.clear();
        return Mono.whenDelayError(ends).onErrorComplete();
    }
}
