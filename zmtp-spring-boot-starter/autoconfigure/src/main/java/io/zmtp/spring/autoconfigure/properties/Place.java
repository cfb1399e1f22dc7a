package io.zmtp.spring.autoconfigure.properties;

import io.zmtp.spring.autoconfigure.properties.SocketProperties.ConnectEach;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where one socket is, and what connection details say about its protection.
 *
 * @param bind the endpoints that it binds
 * @param connect the endpoints that it connects to
 * @param connectEach the host name to each of whose addresses it connects
 * @param serverKey the public key of the CURVE server that it connects to, if it has one
 * @param sslBundle a bundle from connection details; null where the properties may name one, which may be reloaded
 * @param isTrusted whether it needs no protection, so that its properties for security and TLS are left out
 * @param isSilent whether nobody says anything of its endpoints, not even that there are none: that is an empty list
 * @since 0.1
 */
public record Place(
        List<String> bind,
        List<String> connect,
        @Nullable ConnectEach connectEach,
        @Nullable String serverKey,
        @Nullable SslBundle sslBundle,
        boolean isTrusted,
        boolean isSilent) {

    /** {@return the same, bound to other endpoints, if there are any} */
    public Place at(List<String> endpoints) {
        return endpoints.isEmpty()
                ? this
                : new Place(endpoints, connect, connectEach, serverKey, sslBundle, isTrusted, isSilent);
    }

    /** {@return all that it binds and connects to, as it is written} */
    public List<String> endpoints() {
        return Stream.concat(bind.stream(), targets().stream()).toList();
    }

    /** {@return all that it connects to, as it is written} */
    public List<String> targets() {
        String each = connectEach == null ? null : connectEach.endpoint();
        return each == null
                ? connect
                : Stream.concat(connect.stream(), Stream.of(each)).toList();
    }
}
