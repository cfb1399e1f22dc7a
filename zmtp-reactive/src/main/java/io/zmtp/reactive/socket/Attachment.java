package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpClosedException;
import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** One endpoint of a socket: bound, or connected. */
abstract class Attachment implements Disposable {

    /** Binds; emits when it listens. */
    static Mono<? extends Attachment> bind(ZmtpSocket socket, Endpoint endpoint) {
        return switch (endpoint.scheme()) {
            case INPROC -> InprocBound.bind(socket, endpoint);
            case UDP ->
                socket instanceof DishSocket dish
                        ? DatagramBound.bind(dish, endpoint)
                        : Mono.error(notForUdp(socket, endpoint, "bound by DISH"));
            case TCP, TLS_TCP, IPC -> Listening.bind(socket, endpoint);
        };
    }

    /**
     * Begins to connect.
     *
     * @param routingId of the peer; empty to leave that to the type
     */
    static Attachment connect(ZmtpSocket socket, Endpoint endpoint, Bytes routingId) {
        return switch (endpoint.scheme()) {
            case INPROC -> InprocConnected.start(socket, endpoint, routingId);
            case UDP -> {
                if (socket instanceof RadioSocket radio) {
                    yield DatagramConnected.start(radio, endpoint);
                }
                throw notForUdp(socket, endpoint, "connected to by RADIO");
            }
            case TCP, TLS_TCP, IPC -> Dialling.start(socket, endpoint, routingId);
        };
    }

    private static IllegalArgumentException notForUdp(ZmtpSocket socket, Endpoint endpoint, String whose) {
        return new IllegalArgumentException(
                endpoint + ": expected udp to be " + whose + " only, but this is a " + socket.type + " socket");
    }

    /** With the port that was picked. */
    abstract Endpoint endpoint();

    abstract boolean isBound();

    /** Has the connections end after writing; new ones are not made. Completes when they have ended. */
    abstract Mono<Void> leave();

    /**
     * Ends everything now.
     *
     * @return what was held, and is lost
     */
    abstract Closed drop(ZmtpClosedException reason);

    /** Completes when nothing is open any more. */
    abstract Mono<Void> onEnd();

    /** Lets what is accepted be written for so long, then ends everything; {@code lost} hears of what was held then. */
    Mono<Void> close(Duration linger, Consumer<Closed> lost) {
        Mono<Void> left =
                linger.isZero() ? Mono.empty() : leave().onErrorComplete().timeout(linger, Mono.empty());
        return left.then(Mono.defer(() -> {
            lost.accept(dropNow());
            return onEnd();
        }));
    }

    @Override
    public void dispose() {
        dropNow();
    }

    /** As {@link #drop}, for the ordinary reason. */
    final Closed dropNow() {
        return drop(new ZmtpClosedException(
                endpoint() + ": no longer " + (isBound() ? "bound" : "connected"),
                new Closed(Closed.Reason.LOCAL, null, 0, 0)));
    }
}
