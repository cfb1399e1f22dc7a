package io.zmtp.spring.test;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.replay.ReplayEndpoints;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.replay.ReplaySubscriber;
import io.zmtp.reactive.replay.Start;
import io.zmtp.reactive.socket.ChannelSocket;
import io.zmtp.reactive.socket.ClientSocket;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.DishSocket;
import io.zmtp.reactive.socket.GatherSocket;
import io.zmtp.reactive.socket.PairSocket;
import io.zmtp.reactive.socket.PeerSocket;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.RadioSocket;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.ScatterSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.ServerSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.autoconfigure.ZmtpSocketBoundEvent;
import io.zmtp.spring.core.ReplaySubscription;
import io.zmtp.spring.core.ZmtpReplays;
import io.zmtp.spring.core.ZmtpSockets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.event.EventListener;
import reactor.core.publisher.Flux;

/**
 * The opposite ends of the application's sockets, made when first asked for: a PULL for a PUSH, a PUB for a SUB, a DEALER
 * for a ROUTER; a {@code ReplayPublisher} for a subscription with a replay, and a {@code ReplaySubscriber} for a publication with
 * a history.
 *
 * @since 0.1
 */
public final class ZmtpTestPeers implements DisposableBean {

    private static final int LAST_VALUES = 1000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ZmtpSockets sockets;
    private final BiFunction<String, Object, Bytes> converting;
    private final Map<String, Endpoint> bound = new ConcurrentHashMap<>();
    private final Map<String, ZmtpSocket> peers = new ConcurrentHashMap<>();
    private final Map<String, ReplayPublisher> publishers = new ConcurrentHashMap<>();

    /**
     * Peers of sockets.
     *
     * @param converting makes a part of an object that is neither text nor octets, for a socket by its name
     */
    ZmtpTestPeers(ZmtpSockets sockets, BiFunction<String, Object, Bytes> converting) {
        this.sockets = sockets;
        this.converting = converting;
    }

    /** With the port that was picked. */
    @EventListener
    void bound(ZmtpSocketBoundEvent event) {
        bound.putIfAbsent(event.name(), event.endpoint());
    }

    /**
     * The opposite end of a socket, connected to it.
     *
     * @param socket the name of the application's socket
     * @param type the class of the opposite end
     */
    public <S extends ZmtpSocket> S of(String socket, Class<S> type) {
        return type.cast(peers.computeIfAbsent(socket, this::connect));
    }

    /**
     * Waits until the opposite end of a socket is there, and, where it publishes, until the socket has subscribed to a
     * topic: what is published before is lost.
     */
    public void awaitSubscribed(String socket, String topic) {
        PubSocket publication =
                isSubscription(socket) ? publisherOf(socket).publication() : of(socket, PubSocket.class);
        publication.awaitSubscribers(topic, 1).block(TIMEOUT);
    }

    private boolean isSubscription(String socket) {
        return sockets.replays().subscription(socket).isPresent();
    }

    /**
     * The publisher for a subscription with a replay, whose first publisher it stands for.
     *
     * @param socket the name of the application's socket
     */
    public ReplayPublisher publisherOf(String socket) {
        return publishers.computeIfAbsent(socket, this::publish);
    }

    private ReplayPublisher publish(String name) {
        ReplaySubscription subscription = sockets.replays()
                .subscription(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the socket '" + name + "': expected a subscription with a replay, but it is none"));
        ReplayEndpoints at = subscription.subscriber().publishers().get(0);
        ReplayPublisher publisher = ReplayPublisher.create(options -> options.lastValues(LAST_VALUES));
        publisher.bindNow(at.publication().toString(), at.replay().toString());
        return publisher;
    }

    /**
     * A subscriber to a publication with a history, which gets all that it has.
     *
     * @param socket the name of the application's socket
     */
    public ReplaySubscriber subscriberOf(String socket) {
        Endpoint publication = bound.get(socket);
        Endpoint replay = bound.get(ZmtpReplays.replayOf(socket));
        if (publication == null || replay == null) {
            throw new IllegalArgumentException(
                    "the socket '" + socket + "': expected a publication with a history, but it is none");
        }
        return ReplaySubscriber.create(options -> options.from(Start.oldest()))
                .connect(new ReplayEndpoints(publication, replay));
    }

    /**
     * Sends to a socket of the application from its opposite end, and waits until a queue has accepted it.
     *
     * @param socket the name of the application's socket
     * @param parts one {@code Message}; or the parts of one: a {@code String} in UTF-8, {@code Bytes} and {@code byte[]} as
     *     they are, any other object as a template would write it to that socket, such as in JSON
     */
    public void send(String socket, Object... parts) {
        if (isSubscription(socket)) {
            publisherOf(socket).send(message(socket, parts)).block(TIMEOUT);
            return;
        }
        ZmtpSocket peer = peers.computeIfAbsent(socket, this::connect);
        if (!(peer instanceof Sender sender)) {
            throw new IllegalArgumentException("the opposite end of '" + socket
                    + "': expected a socket that sends, but its type is " + peer.type());
        }
        sender.send(message(socket, parts)).block(TIMEOUT);
    }

    private Message message(String socket, Object... parts) {
        if (parts.length == 1 && parts[0] instanceof Message whole) {
            return whole;
        }
        return Message.of(Stream.of(parts).map(part -> part(socket, part)).toArray(Bytes[]::new));
    }

    private Bytes part(String socket, Object part) {
        if (part instanceof String text) {
            return Bytes.utf8(text);
        } else if (part instanceof byte[] octets) {
            return Bytes.of(octets);
        } else if (part instanceof Message) {
            throw new IllegalArgumentException(
                    "to '" + socket + "': expected a Message alone, but it is one of several parts");
        }
        return converting.apply(socket, part);
    }

    /** What comes from a socket of the application to its opposite end. */
    public Flux<Message> receive(String socket) {
        if (sockets.replays().publisher(socket).isPresent()) {
            return subscriberOf(socket).receive();
        }
        ZmtpSocket peer = peers.computeIfAbsent(socket, this::connect);
        if (!(peer instanceof Receiver receiver)) {
            throw new IllegalArgumentException("the opposite end of '" + socket
                    + "': expected a socket that receives, but its type is " + peer.type());
        }
        return peer.delivery().level() == DeliveryLevel.DONE
                ? receiver.work().doOnNext(Work::done).map(Work::message)
                : receiver.receive();
    }

    private ZmtpSocket connect(String name) {
        ZmtpSocket socket = sockets.get(name);
        ZmtpSocket peer = opposite(name, socket);
        if (peer instanceof SubSocket sub) {
            sub.subscribe("");
        }
        Endpoint endpoint = bound.get(name);
        if (endpoint != null) {
            peer.connectNow(endpoint);
        } else if (!socket.endpoints().isEmpty()) {
            peer.bindNow(socket.endpoints().get(0).toString());
        } else {
            throw new IllegalArgumentException("the socket '" + name + "': expected an endpoint, but it has none");
        }
        return peer;
    }

    private static ZmtpSocket opposite(String name, ZmtpSocket socket) {
        UnaryOperator<SocketOptions> acknowledging =
                options -> options.delivery(DeliveryOptions.of(socket.delivery().level()))
                        .routingId(Bytes.utf8("peer-of-" + name));
        return switch (socket.type()) {
            case PUSH -> PullSocket.create(acknowledging);
            case PULL -> PushSocket.create(acknowledging);
            case PUB, XPUB -> SubSocket.create();
            case SUB, XSUB -> PubSocket.create();
            case REQ -> RepSocket.create(acknowledging);
            case REP -> ReqSocket.create(acknowledging);
            case DEALER -> DealerSocket.create(acknowledging);
            case ROUTER -> DealerSocket.create();
            case PAIR -> PairSocket.create();
            case CHANNEL -> ChannelSocket.create();
            case CLIENT -> ServerSocket.create();
            case SERVER -> ClientSocket.create();
            case PEER -> PeerSocket.create();
            case SCATTER -> GatherSocket.create(acknowledging);
            case GATHER -> ScatterSocket.create(acknowledging);
            case RADIO -> DishSocket.create();
            case DISH -> RadioSocket.create();
        };
    }

    @Override
    public void destroy() {
        peers.values().forEach(ZmtpSocket::dispose);
        publishers.values().forEach(ReplayPublisher::dispose);
    }
}
