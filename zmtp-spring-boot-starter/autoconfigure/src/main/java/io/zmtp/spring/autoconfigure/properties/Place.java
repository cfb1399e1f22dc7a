package io.zmtp.spring.autoconfigure.properties;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where one socket is, and what connection details say about its protection.
 *
 * @param bind the endpoints that it binds
 * @param connect the endpoints that it connects to
 * @param serverKey the public key of the CURVE server that it connects to, if it has one
 * @param sslBundle a bundle from connection details; null where the properties may name one, which may be reloaded
 * @param isTrusted whether it needs no protection, so that its properties for security and TLS are left out
 * @param isSilent whether nobody says anything of its endpoints, not even that there are none: that is an empty list
 * @since 0.1
 */
public record Place(
        List<String> bind,
        List<String> connect,
        @Nullable String serverKey,
        @Nullable SslBundle sslBundle,
        boolean isTrusted,
        boolean isSilent) {}
