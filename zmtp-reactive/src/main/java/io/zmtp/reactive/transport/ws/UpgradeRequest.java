package io.zmtp.reactive.transport.ws;

import io.zmtp.reactive.Printable;
import java.net.SocketAddress;
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
 * @param tls the TLS session; null without TLS
 * @since 0.1
 */
public record UpgradeRequest(
        String path,
        String query,
        List<Map.Entry<String, String>> headers,
        @Nullable SocketAddress address,
        @Nullable SSLSession tls) {

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

    /** {@return the path and the address; no header, as there may be secrets in them} */
    @Override
    public String toString() {
        return "UpgradeRequest[" + Printable.of(path) + ", address=" + address + "]";
    }
}
