package io.zmtp.spring.autoconfigure;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where sockets bind and connect to, instead of what the properties say. With several beans of this type the first, by their
 * order, that does not return null counts.
 *
 * @since 0.1
 */
public interface ZmtpConnectionDetails extends ConnectionDetails {

    /** {@return the endpoints that a socket binds, by its name; null to take the properties'} */
    default @Nullable List<String> bind(String socket) {
        return null;
    }

    /** {@return the endpoints that a socket connects to, by its name; null to take the properties'} */
    default @Nullable List<String> connect(String socket) {
        return null;
    }

    /** {@return the public key of the CURVE server that a socket connects to; null to take the property's} */
    default @Nullable String serverKey(String socket) {
        return null;
    }

    /** {@return the TLS bundle of a socket; null to take the property's} */
    default @Nullable SslBundle sslBundle(String socket) {
        return null;
    }

    /** {@return whether a socket needs no protection, so that its properties for security and TLS are left out} */
    default boolean isTrusted(String socket) {
        return false;
    }
}
