package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.reactive.DestinationVariableMethodArgumentResolver;
import org.springframework.util.MimeType;

/** A message as Spring's argument resolvers want it. Its headers are made when the first of them asks: most do not. */
final class HandledMessage implements org.springframework.messaging.Message<String> {

    /** What all messages of a listener have in common. */
    record Origin(String socket, MimeType contentType) {}

    private final Origin origin;
    private final Message whole;
    private final Map<String, String> variables;
    private final @Nullable Bytes topic;
    private final @Nullable SocketType type;
    private @Nullable MessageHeaders headers;

    /**
     * A message that has just come.
     *
     * @param variables of the topic
     * @param type of the socket; null for what stands for a stream of messages
     */
    HandledMessage(
            Origin origin,
            Message whole,
            Map<String, String> variables,
            @Nullable Bytes topic,
            @Nullable SocketType type) {
        this.origin = origin;
        this.whole = whole;
        this.variables = variables;
        this.topic = topic;
        this.type = type;
    }

    /** Their class draws random numbers when it is loaded, which an event loop must not do. */
    static void loadHeaders() {
        new PlainHeaders(Map.of());
    }

    Message whole() {
        return whole;
    }

    @Override
    public String getPayload() {
        return "";
    }

    /** Called by one thread at a time. */
    @Override
    public MessageHeaders getHeaders() {
        MessageHeaders made = headers;
        if (made == null) {
            made = new PlainHeaders(describe());
            headers = made;
        }
        return made;
    }

    private Map<String, Object> describe() {
        Map<String, Object> all = new HashMap<>();
        all.put(ZmtpHeaders.SOCKET, origin.socket());
        all.put(ZmtpHeaders.MESSAGE, whole);
        all.put(MessageHeaders.CONTENT_TYPE, origin.contentType());
        all.put(DestinationVariableMethodArgumentResolver.DESTINATION_TEMPLATE_VARIABLES_HEADER, variables);
        if (topic != null) {
            all.put(ZmtpHeaders.TOPIC, topic.utf8());
        }
        whole.peer().ifPresent(peer -> describe(peer, all));
        if (type != null) {
            all.put(ZmtpHeaders.SOCKET_TYPE, type);
            if (type.addressed()) {
                all.put(ZmtpHeaders.ROUTING_ID, whole.first());
            }
        }
        return all;
    }

    private static void describe(Peer peer, Map<String, Object> headers) {
        if (peer.address() != null) {
            headers.put(ZmtpHeaders.PEER_ADDRESS, peer.address());
        }
        if (peer.userId() != null) {
            headers.put(ZmtpHeaders.USER_ID, peer.userId());
        }
        if (!peer.routingId().isEmpty()) {
            headers.put(ZmtpHeaders.ROUTING_ID, peer.routingId());
        }
    }

    /** Headers without an id and a timestamp of their own, which would cost more than all the rest. */
    private static final class PlainHeaders extends MessageHeaders {

        private static final long serialVersionUID = 1;

        PlainHeaders(Map<String, Object> headers) {
            super(headers, ID_VALUE_NONE, -1L);
        }
    }
}
