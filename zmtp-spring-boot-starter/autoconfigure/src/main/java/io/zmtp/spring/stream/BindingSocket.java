package io.zmtp.spring.stream;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.XSubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.reactive.wire.Subscription;
import io.zmtp.spring.autoconfigure.SocketFactory;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpSockets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** The socket of a binding: a named one, which is left alone, or one that is made for it, opened when it starts, and closed. */
final class BindingSocket {

    private static final Log LOG = LogFactory.getLog(BindingSocket.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Destination place;
    private final ZmtpSockets sockets;
    private final String name;
    private final ZmtpSocket socket;
    private final Set<BindingSocket> used;
    private boolean open;

    private BindingSocket(
            Destination place, ZmtpSockets sockets, String name, ZmtpSocket socket, Set<BindingSocket> used) {
        this.used = used;
        used.add(this);
        this.place = place;
        this.sockets = sockets;
        this.name = name;
        this.socket = socket;
    }

    /**
     * The socket of a place.
     *
     * @param topics what a SUB socket that is made is subscribed to while a listener runs; if there are none, it subscribes
     *     to everything
     * @param used has it until it is closed
     */
    static BindingSocket of(
            Destination place,
            ZmtpSockets sockets,
            SocketFactory factory,
            List<String> topics,
            Set<BindingSocket> used) {
        if (place.isNamed()) {
            return new BindingSocket(place, sockets, place.name(), sockets.get(place.name()), used);
        }
        String name = place.name();
        for (int i = 2; sockets.find(name).isPresent(); i++) {
            name = place.name() + "#" + i; // a binding may have several destinations
        }
        ZmtpSocket made = factory.create(name, place.type());
        sockets.add(name, made);
        if (topics.isEmpty() && made instanceof SubSocket sub) {
            sub.subscribeUnlessSubscribed();
        } else if (topics.isEmpty() && made instanceof XSubSocket xsub) {
            xsub.send(Message.of(Subscription.body(Bytes.EMPTY, false))).subscribe();
        }
        return new BindingSocket(place, sockets, name, made, used);
    }

    String name() {
        return name;
    }

    ZmtpSocket socket() {
        return socket;
    }

    /** Binds or connects it, once. */
    synchronized void open() {
        if (!open) {
            place.endpoints().forEach(this::attach);
            open = true;
        }
    }

    private void attach(Endpoint endpoint) {
        String how = place.bind() ? "bind" : "connect";
        try {
            Mono<Endpoint> attaching = place.bind() ? socket.bind(endpoint) : socket.connect(endpoint);
            Endpoint attached = attaching.block(TIMEOUT);
            LOG.info("The ZMTP socket '" + name + "' of type " + socket.type()
                    + (place.bind() ? " is bound to " : " connects to ") + attached);
        } catch (RuntimeException failed) {
            Throwable cause = Exceptions.unwrap(failed);
            throw new ZmtpConfigurationException(
                    place.key() + ": cannot " + how + " " + endpoint + ": " + cause.getMessage(),
                    "Correct the endpoint, or whether it is bound: spring.cloud.stream.zmtp.bindings." + place.name()
                            + ".….bind.",
                    cause);
        }
    }

    /** Closes it, within its linger time, if it was made for the binding. */
    void close() {
        used.remove(this);
        if (place.isNamed()) {
            return;
        }
        Closed closed = socket.close().onErrorComplete().block();
        sockets.remove(name);
        if (closed != null && closed.unsentMessages() > 0) {
            LOG.warn("The ZMTP socket '" + name + "' was closed with " + closed.unsentMessages()
                    + " message(s) not sent");
        }
    }
}
