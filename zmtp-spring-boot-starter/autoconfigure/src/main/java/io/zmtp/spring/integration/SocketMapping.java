package io.zmtp.spring.integration;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.listener.Incoming;
import io.zmtp.spring.listener.ZmtpHeaders;
import io.zmtp.spring.template.ZmtpTemplate;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.integration.support.AbstractIntegrationMessageBuilder;
import org.springframework.integration.support.MessageBuilderFactory;
import org.springframework.messaging.MessageHeaders;
import org.springframework.util.Assert;
import reactor.core.publisher.BaseSubscriber;

/**
 * A socket as the adapters and gateways see it, and its messages as those of Spring Integration: the payload is the
 * last part, converted; what else is known is in the headers of {@link ZmtpHeaders}.
 */
final class SocketMapping {

    private final String name;
    private final ZmtpSockets sockets;
    private final ZmtpTemplate template;

    SocketMapping(String name, @Nullable BeanFactory beans) {
        Assert.state(beans != null, "a bean factory is required");
        this.name = name;
        this.sockets = beans.getBean(ZmtpSockets.class);
        this.template = beans.getBean(ZmtpTemplate.class);
    }

    ZmtpSocket socket() {
        return sockets.get(name);
    }

    <T> T socket(Class<T> ability) {
        return sockets.get(name, ability);
    }

    ZmtpTemplate template() {
        return template;
    }

    // ---- from the socket

    /**
     * Takes single messages; one that comes when nobody asks any more stays in the socket.
     *
     * @throws ZmtpConfigurationException if the socket does not receive, or wants to know what becomes of each message
     */
    Taker.Source<Message> messages() {
        Receiver receiver = socket(Receiver.class);
        if (socket().delivery().level() == DeliveryLevel.DONE) {
            throw new ZmtpConfigurationException(
                    "The senders to the ZMTP socket '" + name
                            + "' wait until the work on each message is done or has failed,"
                            + " but its messages go to a flow of Spring Integration, which does not say so.",
                    "Take them by a @ZmtpListener, whose end says so, and which can send to a channel; or set zmtp.sockets."
                            + name + ".delivery to once, taken-over or none.");
        }
        return (took, ended) -> {
            Next next = new Next(took, ended);
            receiver.receive(Taker.FOREVER).subscribe(next);
            return next;
        };
    }

    /** Hands on what comes, also if it is disposed of at that moment: then it has left the socket already. */
    private static final class Next extends BaseSubscriber<Message> {

        private final Consumer<Message> took;
        private final Consumer<@Nullable Throwable> ended;
        private boolean came;

        Next(Consumer<Message> took, Consumer<@Nullable Throwable> ended) {
            this.took = took;
            this.ended = ended;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        protected void hookOnNext(Message message) {
            came = true;
            took.accept(message);
        }

        @Override
        protected void hookOnComplete() {
            if (!came) {
                ended.accept(null);
            }
        }

        @Override
        protected void hookOnError(Throwable failure) {
            ended.accept(failure);
        }
    }

    Incoming incoming(Message message) {
        return Incoming.of(socket().type(), template.received(message), Map.of());
    }

    /**
     * A message for the flow.
     *
     * @param type what the payload is converted to; null for a {@code String} if the media type is a text, else octets
     */
    org.springframework.messaging.Message<?> toFlow(
            Incoming incoming, @Nullable ResolvableType type, MessageBuilderFactory builders) {
        SocketType socketType = socket().type();
        Message message = incoming.message();
        Bytes topic = incoming.topic(socketType);
        AbstractIntegrationMessageBuilder<?> builder = builders.withPayload(payload(message, type))
                .setHeader(MessageHeaders.CONTENT_TYPE, template.contentType(name))
                .setHeader(ZmtpHeaders.SOCKET, name)
                .setHeader(ZmtpHeaders.SOCKET_TYPE, socketType)
                .setHeader(ZmtpHeaders.MESSAGE, message)
                .setHeader(ZmtpHeaders.TOPIC, topic == null ? null : topic.utf8());
        message.peer()
                .ifPresent(peer -> builder.setHeader(ZmtpHeaders.PEER_ADDRESS, peer.address())
                        .setHeader(ZmtpHeaders.USER_ID, peer.userId())
                        .setHeader(ZmtpHeaders.ROUTING_ID, peer.routingId().isEmpty() ? null : peer.routingId()));
        if (socketType.addressed()) {
            builder.setHeader(ZmtpHeaders.ROUTING_ID, message.first());
        }
        return builder.build();
    }

    private Object payload(Message message, @Nullable ResolvableType type) {
        boolean isText = template.contentType(name).getType().equals("text");
        ResolvableType wanted = type == null ? ResolvableType.forClass(isText ? String.class : byte[].class) : type;
        return template.fromMessage(name, message, wanted);
    }

    // ---- to the socket

    /**
     * A message of the flow for the socket, without a topic. For a socket that addresses its peers the headers say for
     * whom it is: with the envelope of the message that came from that socket, if there is one, so that every kind of
     * peer understands it.
     */
    Message toSocket(org.springframework.messaging.Message<?> message) {
        Message body = template.toMessage(name, message.getPayload());
        MessageHeaders headers = message.getHeaders();
        Object to = headers.get(ZmtpHeaders.ROUTING_ID);
        if (!socket().type().addressed() || message.getPayload() instanceof Message) {
            return body;
        }
        Object answered = headers.get(ZmtpHeaders.MESSAGE);
        if (name.equals(headers.get(ZmtpHeaders.SOCKET))
                && answered instanceof Message request
                && to != null
                && request.first().equals(to)) {
            return Incoming.of(socket().type(), request, Map.of()).reply(body);
        }
        if (to instanceof Bytes id) {
            return body.prepend(id);
        }
        if (to instanceof String id) {
            return body.prepend(Bytes.utf8(id));
        }
        throw new IllegalArgumentException("the socket '" + name + "': expected the header " + ZmtpHeaders.ROUTING_ID
                + ", Bytes or a String, that says for which peer the message is, but it is " + to);
    }

    /** Whether the first part of a message is its topic, or group. */
    static boolean isPublished(SocketType type) {
        return type == SocketType.PUB || type == SocketType.XPUB || type == SocketType.RADIO;
    }

    @Override
    public String toString() {
        return "the socket '" + name + "'";
    }
}
