package io.zmtp.spring.template;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpTimeoutException;
import io.zmtp.reactive.blocking.BlockingSocket;
import io.zmtp.reactive.delivery.Delivery;
import io.zmtp.reactive.replay.Update;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.CallFrame;
import io.zmtp.spring.core.Observed;
import io.zmtp.spring.core.ReplaySubscription;
import io.zmtp.spring.core.StreamFrame;
import io.zmtp.spring.core.UnreadablePayloadException;
import io.zmtp.spring.core.ZmtpCallException;
import io.zmtp.spring.core.ZmtpMessageConverter;
import io.zmtp.spring.core.ZmtpObservation;
import io.zmtp.spring.core.ZmtpSockets;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.MimeType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends, requests and receives by the names of sockets, and converts payloads. Nothing happens before the returned publishers
 * are subscribed to, except that an unknown socket, or one of a type that cannot do it, is refused at once.
 *
 * @since 0.1
 */
public final class ZmtpTemplate {

    private final ZmtpSockets sockets;
    private final ZmtpMessageConverter converter;
    private final Function<String, MimeType> contentTypes;
    private final Observed observed;
    private final RequestIds ids = new RequestIds();
    private final Deadlines deadlines = new Deadlines();

    private record ReplyType(String socket, Type type) {}

    /** Given up when memory is short. */
    private final Map<ReplyType, Function<Message, @Nullable Object>> readers = new ConcurrentReferenceHashMap<>();

    private final Map<DealerSocket, Calls> calls = new ConcurrentHashMap<>();

    /** One for all threads that wait for a socket. */
    private final Map<ZmtpSocket, BlockingSocket<?>> blocking = new ConcurrentHashMap<>();

    /**
     * A template for the sockets of the application.
     *
     * @param contentTypes the media type of a socket's payloads, by its name; asked for each message
     * @param observed observes what is sent and requested
     */
    public ZmtpTemplate(
            ZmtpSockets sockets,
            ZmtpMessageConverter converter,
            Function<String, MimeType> contentTypes,
            Observed observed) {
        this.sockets = sockets;
        this.converter = converter;
        this.contentTypes = contentTypes;
        this.observed = observed;
    }

    /**
     * Sends an object.
     *
     * @param socket the name of a socket that sends
     * @param payload a {@code Message} as it is; else converted, the only part of one
     * @return as {@link Sender#send(Message)}
     */
    public Mono<Void> send(String socket, Object payload) {
        return send(socket, null, payload);
    }

    /**
     * Sends an object with a topic, or to a group, before it.
     *
     * @param topic the first part, in UTF-8
     */
    public Mono<Void> send(String socket, @Nullable String topic, Object payload) {
        Sender sender = sockets.get(socket, Sender.class);
        return send(socket, type(sender), topic, given("send", socket, payload), sender::send);
    }

    /**
     * Sends an object, and has the moments of its way: written, taken over, done. Which of them can come is the socket's
     * {@code delivery}. At {@code done} a peer says nothing before the end of the work, so it is taken over only then.
     *
     * @param socket the name of a socket that sends
     * @param payload as for {@link #send(String, Object)}
     * @return as {@link Sender#deliver(Message)}: nothing is sent before one of its moments is subscribed to
     */
    public Delivery deliver(String socket, Object payload) {
        return deliver(socket, null, payload);
    }

    /**
     * As {@link #deliver(String, Object)}, with a topic before it.
     *
     * @param topic the first part, in UTF-8
     */
    public Delivery deliver(String socket, @Nullable String topic, Object payload) {
        Sender sender = sockets.get(socket, Sender.class);
        given("deliver", socket, payload);
        return new ObservedDelivery(observing -> observed.sending(
                ZmtpObservation.SEND,
                socket,
                type(sender),
                topic,
                () -> message(socket, topic, payload),
                message -> observing.apply(sender.deliver(message))));
    }

    /** As {@link #send(String, String, Object)}, in this thread, which waits. */
    void sendNow(String socket, @Nullable String topic, Object payload, Duration timeout) {
        Sender sends = sockets.get(socket, Sender.class);
        given("send", socket, payload);
        if (!(sends instanceof ZmtpSocket plain)) {
            BlockingSocket.await(send(socket, topic, payload), timeout);
            return;
        }
        BlockingSocket<?> sender = blocking(plain);
        if (observed.isNoop()) {
            sendNow(sender, message(socket, topic, payload), socket, timeout);
            return;
        }
        Mono<Void> sending = send(
                socket,
                sender.socket().type(),
                topic,
                payload,
                message -> Mono.fromRunnable(() -> sendNow(sender, message, socket, timeout)));
        BlockingSocket.await(sending, timeout); // over when it has been subscribed to
    }

    private static void sendNow(BlockingSocket<?> sender, Message message, String socket, Duration timeout) {
        if (!sender.send(message, timeout)) {
            throw new ZmtpTimeoutException(
                    "the socket '" + socket + "': expected a message to be accepted within " + timeout
                            + ", but it was not",
                    timeout,
                    null);
        }
    }

    private Mono<Void> send(
            String socket,
            SocketType type,
            @Nullable String topic,
            Object payload,
            Function<Message, Mono<Void>> sending) {
        return observed.sending(
                ZmtpObservation.SEND, socket, type, topic, () -> message(socket, topic, payload), sending);
    }

    /**
     * Sends a stream of objects: the fast way. It is not observed.
     *
     * @return as {@link Sender#send(Publisher)}
     */
    public Mono<Void> sendAll(String socket, Publisher<?> payloads) {
        Sender sender = sockets.get(socket, Sender.class);
        return sender.send(Flux.from(payloads).map(payload -> message(socket, null, payload)));
    }

    /**
     * Sends a request. Through a DEALER socket each request has an envelope, an id and an empty part, and any number are
     * under way at a time; from the first one on, replies are all that the socket receives. Peers take turns, and only the
     * peer that was asked can answer; what else comes is dropped and counted.
     *
     * @param socket the name of a REQ or DEALER socket
     * @param reply what the reply's last part is converted to
     * @return as {@link ReqSocket#request(Message)}: fails with {@code ZmtpClosedException} if the peer goes before it has
     *     replied, and waits while there is no peer. Fails with a {@link ZmtpCallException} if the reply says that the other side
     *     did, and completes empty if it is nothing, as {@link CallFrame} has both; or if it is empty, and an empty part is no
     *     {@code reply}
     */
    public <T> Mono<T> request(String socket, Object payload, Class<T> reply) {
        return request(socket, payload, ParameterizedTypeReference.forType(reply));
    }

    /** As {@link #request(String, Object, Class)}, for a reply of a generic type. */
    public <T> Mono<T> request(String socket, Object payload, ParameterizedTypeReference<T> reply) {
        return request(socket, null, payload, reply);
    }

    /**
     * Sends a request with a topic before the payload, such as the route of a listener.
     *
     * @param topic the first part, in UTF-8
     */
    public <T> Mono<T> request(String socket, @Nullable String topic, Object payload, Class<T> reply) {
        return request(socket, topic, payload, ParameterizedTypeReference.forType(reply));
    }

    /** As {@link #request(String, String, Object, Class)}, for a reply of a generic type. */
    public <T> Mono<T> request(
            String socket, @Nullable String topic, Object payload, ParameterizedTypeReference<T> reply) {
        return request(socket, topic, payload, reply, null);
    }

    /**
     * As {@link #request(String, String, Object, ParameterizedTypeReference)}, within a time.
     *
     * @param timeout how long the reply may take; then it fails with a {@code TimeoutException}. Null for any time
     */
    public <T> Mono<T> request(
            String socket,
            @Nullable String topic,
            Object payload,
            ParameterizedTypeReference<T> reply,
            @Nullable Duration timeout) {
        given("request", socket, payload);
        ZmtpSocket asking = sockets.get(socket);
        Function<Message, Mono<Message>> sending = asking instanceof DealerSocket dealer
                ? calls(dealer)::request
                : sockets.get(socket, ReqSocket.class)::request;
        return observed.sending(
                ZmtpObservation.REQUEST,
                socket,
                asking.type(),
                topic,
                () -> message(socket, topic, payload),
                message -> {
                    Mono<Message> answered = sending.apply(message);
                    return (timeout == null
                                    ? answered
                                    : deadlines.within(answered, timeout, () -> late(socket, topic, timeout)))
                            .mapNotNull(answer -> result(socket, topic, observed.received(answer), reply));
                });
    }

    private static TimeoutException late(String socket, @Nullable String topic, Duration timeout) {
        return new TimeoutException("no reply to " + called(socket, topic) + " came within " + timeout);
    }

    private static String called(String socket, @Nullable String topic) {
        return (topic == null ? "the request" : "'" + Printable.of(topic) + "'") + " through '" + socket + "'";
    }

    /** What a reply is; null if it is nothing. */
    @SuppressWarnings("unchecked")
    private <T> @Nullable T result(
            String socket, @Nullable String topic, Message reply, ParameterizedTypeReference<T> type) {
        Bytes body = reply.last();
        ZmtpCallException failure = CallFrame.failureOf(body);
        if (failure != null) {
            throw failure.of(called(socket, topic));
        }
        return body.equals(CallFrame.NOTHING)
                ? null
                : (T) readable(
                        socket, topic, () -> reader(socket, type.getType()).apply(reply));
    }

    /** How replies are read, as it was found for the first one. */
    private Function<Message, @Nullable Object> reader(String socket, Type type) {
        ReplyType of = new ReplyType(socket, type);
        Function<Message, @Nullable Object> known = readers.get(of);
        if (known != null) {
            return known;
        }
        Function<Message, @Nullable Object> found =
                converter.replyReader(ResolvableType.forType(type), contentType(socket));
        readers.put(of, found);
        return found;
    }

    /**
     * Asks for a stream, as {@link StreamFrame} says: elements come as they are asked for. It is not observed.
     *
     * @param socket the name of a DEALER socket
     * @param topic the first part, in UTF-8
     * @param timeout how long it may take until the first message of the stream comes; silence later is no failure
     * @return fails if the other side says so, or has gone; cancelling sends it a {@code cancel}
     */
    public <T> Flux<T> requestStream(
            String socket, String topic, Object payload, ParameterizedTypeReference<T> element, Duration timeout) {
        given("requestStream", socket, payload);
        Calls asking = calls(sockets.get(socket, DealerSocket.class));
        return Flux.defer(() ->
                        asking.stream("the stream " + called(socket, topic), message(socket, topic, payload), timeout))
                .map(message -> convert(socket, topic, message, element));
    }

    /** {@return whether a stream can be asked for through a socket} */
    public boolean canStream(String socket) {
        return sockets.get(socket) instanceof DealerSocket;
    }

    private Calls calls(DealerSocket socket) {
        return kept(calls, socket, first -> new Calls(first, ids));
    }

    /**
     * What a socket receives. A SUB socket that has subscribed to nothing by then subscribes to everything, and stays subscribed.
     *
     * @param socket the name of a socket that receives
     * @param payload {@code Message}, {@code Bytes}, or what the last part of each is converted to. One that cannot be
     *     converted fails the stream. Of a subscription with a replay also {@code Update} or a type of it
     * @return as {@link Receiver#receive()}: one subscriber at a time. A subscription with a replay may have several, each of
     *     which has connections of its own
     */
    public <T> Flux<T> receive(String socket, Class<T> payload) {
        ReplaySubscription subscription = sockets.replays().subscription(socket).orElse(null);
        if (subscription != null && Update.class.isAssignableFrom(payload)) {
            return subscription.updates().ofType(payload);
        }
        if (subscription != null) {
            ParameterizedTypeReference<T> type = ParameterizedTypeReference.forType(payload);
            return subscription.messages().map(message -> convert(socket, null, observed.received(message), type));
        }
        Receiver receiver = sockets.get(socket, Receiver.class);
        ParameterizedTypeReference<T> type = ParameterizedTypeReference.forType(payload);
        return Flux.defer(() -> subscribed(receiver).receive())
                .map(message -> convert(socket, null, observed.received(message), type));
    }

    /**
     * The next message of a socket, converted, if one comes within a time.
     *
     * @param socket the name of a socket that receives
     * @param payload as for {@link #receive(String, Class)}
     * @return as {@link Receiver#receive(Duration)}: a message that comes too late is the next one's
     */
    public <T> Mono<T> receive(String socket, Class<T> payload, Duration timeout) {
        Receiver receiver = sockets.get(socket, Receiver.class);
        ParameterizedTypeReference<T> type = ParameterizedTypeReference.forType(payload);
        return Mono.defer(() -> subscribed(receiver).receive(timeout))
                .map(message -> convert(socket, null, observed.received(message), type));
    }

    /** As {@link #receive(String, Class, Duration)}, in this thread, which waits. */
    <T> Optional<T> receiveNow(String socket, Class<T> payload, Duration timeout) {
        subscribed(sockets.get(socket, Receiver.class));
        ParameterizedTypeReference<T> type = ParameterizedTypeReference.forType(payload);
        return blocking(sockets.get(socket))
                .receive(timeout)
                .map(message -> convert(socket, null, observed.received(message), type));
    }

    private BlockingSocket<?> blocking(ZmtpSocket socket) {
        return kept(blocking, socket, BlockingSocket::of);
    }

    /** What is made once for a socket, and kept until the socket is closed. */
    private static <S extends ZmtpSocket, V> V kept(Map<S, V> all, S socket, Function<S, V> maker) {
        V known = all.get(socket);
        if (known != null) {
            return known;
        }
        V made = all.computeIfAbsent(socket, maker);
        socket.onClose().onErrorComplete().subscribe(closed -> all.remove(socket));
        return made;
    }

    /** What it is to receive is asked for. */
    private static Receiver subscribed(Receiver receiver) {
        if (receiver instanceof SubSocket sub) {
            sub.subscribeUnlessSubscribed();
        }
        return receiver;
    }

    // ---- for adapters to other frameworks

    /** {@return the media type of a socket's payloads} */
    public MimeType contentType(String socket) {
        return contentTypes.apply(socket);
    }

    /** {@return a payload as a message of a socket: a {@code Message} as it is; else converted, the only part of one} */
    public Message toMessage(String socket, Object payload) {
        given("toMessage", socket, payload);
        return converter.toMessage(payload, contentType(socket));
    }

    /** {@return the last part of a message that a socket has received, converted} */
    public Object fromMessage(String socket, Message message, ResolvableType type) {
        return converter.fromMessage(message, type, contentType(socket));
    }

    /** {@return a message that a socket has received without the part that carries a trace, if traces go with messages} */
    public Message received(Message message) {
        return observed.received(message);
    }

    private Message message(String socket, @Nullable String topic, Object payload) {
        Message message = toMessage(socket, payload);
        return topic == null ? message : message.prepend(Bytes.utf8(topic));
    }

    /** A codec's own failure would not say where null came from. */
    private static Object given(String method, String socket, @Nullable Object payload) {
        if (payload == null) {
            throw new IllegalArgumentException(method + ": expected a payload for the ZMTP socket '" + socket
                    + "', but it is null: Bytes.EMPTY is an empty one");
        }
        return payload;
    }

    @SuppressWarnings("unchecked")
    private <T> T convert(String socket, @Nullable String route, Message message, ParameterizedTypeReference<T> type) {
        return (T) Objects.requireNonNull(
                readable(socket, route, () -> fromMessage(socket, message, ResolvableType.forType(type))));
    }

    /** Has the failure of a conversion say where that was. */
    private static @Nullable Object readable(
            String socket, @Nullable String route, Supplier<? extends @Nullable Object> conversion) {
        try {
            return conversion.get();
        } catch (UnreadablePayloadException unreadable) {
            String where = "ZMTP socket '" + socket + "'";
            throw unreadable.at(route == null ? where : where + ", reply of '" + Printable.of(route) + "'");
        }
    }

    private static SocketType type(Sender sender) {
        return sender instanceof ZmtpSocket socket ? socket.type() : SocketType.PUB; // one with a history is no socket
    }
}
