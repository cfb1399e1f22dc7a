package io.zmtp.reactive;

import java.net.SocketAddress;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection, as the handshake showed it.
 *
 * <p>Only {@code publicKey}, {@code userId} and {@code principal} are proven, and only if the mechanism, or the web server,
 * proves them; the rest is what the peer says of itself.
 *
 * @param address its address; null where the transport has no addresses
 * @param socketType the socket type it announced
 * @param routingId the name it gave itself, at most {@value io.zmtp.reactive.wire.RoutingId#MAX_SIZE} octets; empty if none
 * @param major the major version of ZMTP it announced, 3 or more
 * @param minor the minor version of ZMTP it announced
 * @param properties all properties it sent
 * @param publicKey its long-term public key of 32 octets; null if the mechanism has none
 * @param userId the user an authenticator took it for, else null
 * @param principal the user that the web server took the peer for, see {@link
 *     io.zmtp.reactive.transport.ws.WebSocketHost}; else null
 * @since 0.1
 */
public record Peer(
        @Nullable SocketAddress address,
        SocketType socketType,
        Bytes routingId,
        int major,
        int minor,
        Metadata properties,
        @Nullable Bytes publicKey,
        @Nullable String userId,
        @Nullable Principal principal) {

    /** Makes one that came by no web server. */
    public Peer(
            @Nullable SocketAddress address,
            SocketType socketType,
            Bytes routingId,
            int major,
            int minor,
            Metadata properties,
            @Nullable Bytes publicKey,
            @Nullable String userId) {
        this(address, socketType, routingId, major, minor, properties, publicKey, userId, null);
    }

    /** {@return what stays the same when this peer connects again, to keep things by} */
    public Key key() {
        return new Key(publicKey, routingId);
    }

    /** {@return all of it in one printable line; of the properties the names} */
    @Override
    public String toString() {
        return "Peer[address=" + (address == null ? null : Printable.of(address.toString())) + ", socketType="
                + socketType
                + ", routingId=" + routingId + ", major=" + major + ", minor=" + minor + ", properties=" + properties
                + ", publicKey=" + publicKey + ", userId=" + (userId == null ? null : Printable.of(userId)) + "]";
    }

    /**
     * What stays the same when a peer connects again, if it has a key or a name of its own.
     *
     * @param publicKey its long-term public key, if the mechanism has one
     * @param routingId the name it gave itself; empty if none
     */
    public record Key(@Nullable Bytes publicKey, Bytes routingId) {}
}
