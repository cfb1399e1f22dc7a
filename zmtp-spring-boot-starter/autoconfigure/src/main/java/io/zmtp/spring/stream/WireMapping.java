package io.zmtp.spring.stream;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import io.zmtp.spring.core.ZmtpMessageConverter;
import io.zmtp.spring.listener.ZmtpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.integration.support.utils.PatternMatchUtils;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.MessageHeaders;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/** Makes messages with headers of messages with parts, and the reverse. */
final class WireMapping {

    private static final Log LOG = LogFactory.getLog(WireMapping.class);

    private final boolean headerPart;
    private final String[] headerPatterns;
    private final ZmtpMessageConverter converter;
    /** The names of headers that could not be carried: each is reported once. */
    private final Set<String> leftOut = ConcurrentHashMap.newKeySet();

    /**
     * The mapping of a binding.
     *
     * @param headerPart whether messages have the part for headers
     * @param headerPatterns which headers it has
     * @param converter converts payloads that are no octets yet
     */
    WireMapping(boolean headerPart, List<String> headerPatterns, ZmtpMessageConverter converter) {
        this.headerPart = headerPart;
        this.headerPatterns = headerPatterns.toArray(String[]::new);
        this.converter = converter;
    }

    /**
     * What came.
     *
     * @param socket the name of the socket
     * @param envelope how many of the first parts are the envelope
     */
    org.springframework.messaging.Message<byte[]> read(String socket, SocketType type, Message wire, int envelope) {
        Map<String, Object> headers = new LinkedHashMap<>();
        Message message = wire;
        if (headerPart && HeaderPart.isOn(wire)) {
            headers.putAll(HeaderPart.read(wire));
            message = HeaderPart.takeOff(wire);
        }
        List<Bytes> parts = message.parts();
        int payload = parts.size() - 1;
        int addressed = Math.min(envelope, payload);
        headers.put(ZmtpHeaders.SOCKET, socket);
        if (addressed > 0) {
            headers.put(
                    ZmtpStreamHeaders.ENVELOPE,
                    parts.subList(0, addressed).stream().map(Bytes::hex).collect(Collectors.joining(",")));
        }
        boolean published = type == SocketType.SUB || type == SocketType.XSUB || type == SocketType.DISH;
        if (published || payload > addressed) {
            headers.put(ZmtpHeaders.TOPIC, parts.get(addressed).utf8());
        }
        if (payload > addressed + 1) {
            headers.put(
                    ZmtpStreamHeaders.PARTS,
                    parts.subList(addressed + 1, payload).stream()
                            .map(Bytes::toByteArray)
                            .toList());
        }
        message.peer().ifPresent(peer -> {
            if (peer.address() != null) {
                headers.put(ZmtpStreamHeaders.PEER, Printable.of(peer.address().toString()));
            }
            if (peer.userId() != null) {
                headers.put(ZmtpHeaders.USER_ID, peer.userId());
            }
        });
        return MessageBuilder.withPayload(message.last().toByteArray())
                .copyHeaders(headers)
                .build();
    }

    /** What is sent, without its topic. */
    Message write(SocketType type, org.springframework.messaging.Message<?> message) {
        List<Bytes> parts = new ArrayList<>();
        if (type.addressed()) {
            parts.addAll(envelope(type, message));
        }
        parts.add(payload(message));
        Message made = Message.of(parts);
        return headerPart ? HeaderPart.putOn(made, chosen(message.getHeaders()), this::leaveOut) : made;
    }

    private Map<String, Object> chosen(MessageHeaders headers) {
        Map<String, Object> chosen = new LinkedHashMap<>(headers);
        chosen.keySet().removeIf(name -> !Boolean.TRUE.equals(PatternMatchUtils.smartMatch(name, headerPatterns)));
        return chosen;
    }

    private void leaveOut(String name, Class<?> type) {
        if (leftOut.add(name)) {
            LOG.warn("The header '" + name + "' of type " + type.getName()
                    + " is left out from here on: the part for headers carries texts, numbers, booleans, lists and maps of"
                    + " them. Exclude it by header-patterns, or set it to one of those");
        }
    }

    private Bytes payload(org.springframework.messaging.Message<?> message) {
        Object payload = message.getPayload();
        if (payload instanceof byte[] octets) {
            return Bytes.wrap(octets);
        }
        Object contentType = message.getHeaders().get(MessageHeaders.CONTENT_TYPE);
        return converter.toBytes(
                payload,
                contentType == null ? MimeTypeUtils.APPLICATION_JSON : MimeType.valueOf(contentType.toString()));
    }

    private static List<Bytes> envelope(SocketType type, org.springframework.messaging.Message<?> message) {
        Object envelope = message.getHeaders().get(ZmtpStreamHeaders.ENVELOPE);
        if (envelope == null) {
            throw new MessageHandlingException(
                    message,
                    "a message for a " + type + " socket: expected the header " + ZmtpStreamHeaders.ENVELOPE
                            + ", which says who gets it, but there is none: copy that of the request");
        }
        try {
            return Arrays.stream(envelope.toString().split(",", -1))
                    .map(Bytes::hex)
                    .toList();
        } catch (IllegalArgumentException wrong) {
            throw new MessageHandlingException(
                    message,
                    "header " + ZmtpStreamHeaders.ENVELOPE + ": expected hexadecimal digits with commas between the"
                            + " parts: " + wrong.getMessage(),
                    wrong);
        }
    }

    /** The topic that a message came with. */
    static @Nullable String topic(org.springframework.messaging.Message<?> message) {
        return message.getHeaders().get(ZmtpHeaders.TOPIC, String.class);
    }
}
