package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.Credentials;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.wire.Command;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two messages of ZAP 1.0 (RFC 27).
 *
 * <pre>
 * request: empty, "1.0", request id, domain, address, routing id, mechanism, credentials
 * reply:   empty, "1.0", request id, status code, status text, user id, metadata
 * </pre>
 */
final class Zap {

    private static final Bytes VERSION = Bytes.utf8("1.0");
    private static final int REPLY_PARTS = 7;

    private Zap() {}

    static Message request(Bytes id, Bytes domain, Credentials credentials) {
        List<Bytes> parts = new ArrayList<>(List.of(
                Bytes.EMPTY,
                VERSION,
                id,
                domain,
                Bytes.utf8(address(credentials)),
                credentials.routingId(),
                Bytes.utf8(credentials.mechanism())));
        if (credentials.username() != null) {
            parts.add(Bytes.utf8(credentials.username()));
            parts.add(credentials.password() == null ? Bytes.EMPTY : credentials.password());
        } else if (credentials.publicKey() != null) {
            parts.add(credentials.publicKey());
        }
        return Message.of(parts);
    }

    /** The address alone, as libzmq gives it; empty where there is none. */
    private static String address(Credentials credentials) {
        return credentials.address() instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "";
    }

    /** Which request a message answers; null if that cannot be seen. */
    static @Nullable Bytes idOf(Message reply) {
        return reply.size() > 2 && reply.first().isEmpty() ? reply.part(2) : null;
    }

    /** What a reply says; whatever is wrong with it refuses the peer. */
    static Verdict verdict(Message reply) {
        if (!reply.part(1).equals(VERSION)) {
            return wrong("version 1.0", reply.part(1).toString());
        }
        if (reply.size() != REPLY_PARTS) {
            return wrong(REPLY_PARTS + " parts", reply.size() + "");
        }
        String text = reply.part(4).utf8();
        return switch (reply.part(3).utf8()) {
            case "200" -> accept(reply.part(5), reply.part(6));
            case "300" -> new Verdict.Refuse(300, text);
            case "400" -> new Verdict.Refuse(400, text);
            case "500" -> new Verdict.Refuse(500, text);
            default -> wrong("status 200, 300, 400 or 500", reply.part(3).toString());
        };
    }

    private static Verdict accept(Bytes user, Bytes metadata) {
        try {
            Metadata properties = Metadata.EMPTY;
            for (Map.Entry<String, Bytes> property : Command.readMetadata(metadata, 0)) {
                properties = properties.with(property.getKey(), property.getValue());
            }
            return new Verdict.Accept(user.isEmpty() ? null : user.utf8(), properties);
        } catch (ZmtpProtocolException | IllegalArgumentException unreadable) {
            return wrong("metadata", "something else: " + unreadable.getMessage());
        }
    }

    private static Verdict wrong(String expected, String came) {
        return new Verdict.Refuse(500, "the ZAP handler's reply: expected " + expected + ", but it has " + came);
    }
}
