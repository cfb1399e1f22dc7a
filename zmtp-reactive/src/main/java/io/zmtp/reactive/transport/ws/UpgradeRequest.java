package io.zmtp.reactive.transport.ws;

import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import java.net.SocketAddress;
import java.security.Principal;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP request by which a peer asks for a WebSocket (RFC 6455, section 4.1). All of it is what the peer says of itself,
 * except its address and the TLS session.
 *
 * @param path what was asked for, as it came, without a query
 * @param query what stands behind the path's question mark, as it came; empty if nothing does
 * @param headers the header fields in their order, as they came
 * @param address where the peer is, or the proxy in front of it
 * @param tls the TLS session; null without TLS, and where a {@link WebSocketHost} has it
 * @param principal the user that the {@link WebSocketHost} took the peer for; null if it took it for none, or there is no host
 * @since 0.1
 */
public record UpgradeRequest(
        String path,
        String query,
        List<Map.Entry<String, String>> headers,
        @Nullable SocketAddress address,
        @Nullable SSLSession tls,
        @Nullable Principal principal) {

    private static final int KEY_SIZE = 16;

    /** Copies the list. */
    public UpgradeRequest {
        headers = List.copyOf(headers);
    }

    /**
     * Looks a header field up.
     *
     * @param name its name, in any case
     * @return the value of the first one of that name; empty if there is none
     */
    public Optional<String> header(String name) {
        return all(name).stream().findFirst();
    }

    /**
     * Looks header fields up.
     *
     * @param name their name, in any case
     * @return the values of all of that name, in their order
     */
    public List<String> all(String name) {
        return headers.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** The values of all header fields of a name, each a list of tokens between commas. */
    private List<String> tokens(String name) {
        return all(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::trim)
                .toList();
    }

    /** What keeps it from being one for a WebSocket; null if nothing does (RFC 6455, section 4.2.1). */
    UpgradeAnswer.@Nullable Refuse flaw() {
        if (!has("Upgrade", "websocket")) {
            return new UpgradeAnswer.Refuse(
                    426, "here is a ZeroMQ socket, which is spoken to over WebSocket: expected Upgrade: websocket");
        }
        if (!has("Connection", "upgrade")) {
            return new UpgradeAnswer.Refuse(400, "expected Connection: Upgrade, but it is not there");
        }
        if (!header("Sec-WebSocket-Version").orElse("").equals("13")) {
            return new UpgradeAnswer.Refuse(426, "expected Sec-WebSocket-Version: 13, but it is another one");
        }
        List<String> keys = all("Sec-WebSocket-Key");
        if (keys.size() != 1 || !isKey(keys.get(0))) {
            return new UpgradeAnswer.Refuse(
                    400, "expected one Sec-WebSocket-Key of " + KEY_SIZE + " octets in Base64, but there is none");
        }
        return null;
    }

    /**
     * As {@link #flaw()}, and whether both sides can speak one subprotocol.
     *
     * @param mechanism the name of ours
     * @param type our socket type
     */
    public UpgradeAnswer.@Nullable Refuse flaw(String mechanism, SocketType type) {
        UpgradeAnswer.Refuse flaw = flaw();
        List<Subprotocol> known = Subprotocol.of(mechanism, type);
        return flaw != null || choose(known) != null
                ? flaw
                : new UpgradeAnswer.Refuse(
                        400, "expected one of " + known + " in Sec-WebSocket-Protocol, but there is none");
    }

    /** The first subprotocol that is offered and known; null if there is none. */
    @Nullable
    Subprotocol choose(List<Subprotocol> known) {
        return Subprotocol.choose(tokens("Sec-WebSocket-Protocol"), known);
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == KEY_SIZE;
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
    }

    private boolean has(String name, String token) {
        return tokens(name).stream().anyMatch(token::equalsIgnoreCase);
    }

    /** {@return the path and the address; no header, as there may be secrets in them} */
    @Override
    public String toString() {
        return "UpgradeRequest[" + Printable.of(path) + ", address=" + address + "]";
    }
}
