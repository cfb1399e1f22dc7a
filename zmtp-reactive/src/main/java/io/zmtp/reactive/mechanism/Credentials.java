package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import org.jspecify.annotations.Nullable;

/**
 * What a peer shows to be let in; the values own their octets.
 *
 * @param mechanism the mechanism's name
 * @param address where the peer is, null where the transport has no addresses
 * @param certificate the peer's TLS certificate, null without TLS or without a client certificate
 * @param routingId the routing id that the peer announced; empty for PLAIN, which asks before the peer announces it
 * @param metadata the properties that the peer announced; empty for PLAIN likewise
 * @param publicKey the peer's long-term public key, proven, {@value KeyPair#KEY_SIZE} octets; null where the mechanism has none
 * @param username the name that the peer sent, for PLAIN only; else null
 * @param password the password that the peer sent, for PLAIN only; else null. {@link #toString()} hides it
 * @param upgrade what the server's {@code upgrade} said of the peer when that asked for a WebSocket; null if it was not asked
 * @since 0.1
 */
public record Credentials(
        String mechanism,
        @Nullable SocketAddress address,
        @Nullable Certificate certificate,
        Bytes routingId,
        Metadata metadata,
        @Nullable Bytes publicKey,
        @Nullable String username,
        @Nullable Bytes password,
        Verdict.@Nullable Accept upgrade) {

    /** The credentials of a peer that has proved its key. */
    static Credentials ofKey(String mechanism, Exchange exchange, Bytes publicKey, Metadata metadata) {
        return new Credentials(
                mechanism,
                exchange.remoteAddress(),
                Admission.certificate(exchange),
                metadata.get(Metadata.IDENTITY).orElse(Bytes.EMPTY),
                metadata,
                publicKey,
                null,
                null,
                exchange.upgrade());
    }

    @Override
    public String toString() {
        return "Credentials[mechanism=" + mechanism + ", address=" + address
                + (username == null ? "" : ", username=" + Bytes.utf8(username)) // printable: a peer chose it
                + (publicKey == null ? "" : ", publicKey=" + publicKey.hex())
                + (password == null ? "" : ", password=***") + "]";
    }
}
