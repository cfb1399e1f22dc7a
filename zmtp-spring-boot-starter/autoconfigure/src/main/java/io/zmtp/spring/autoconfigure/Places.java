package io.zmtp.spring.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/** The endpoints of each socket: from the first connection details that have them, else from the properties. */
record Places(List<ZmtpConnectionDetails> details, ZmtpProperties properties) {

    List<String> bind(String socket) {
        List<String> given = first(each -> each.bind(socket));
        return orNone(given == null ? properties.socket(socket).bind() : given);
    }

    List<String> connect(String socket) {
        List<String> given = first(each -> each.connect(socket));
        return orNone(given == null ? properties.socket(socket).connect() : given);
    }

    @Nullable
    String serverKey(String socket) {
        String given = first(each -> each.serverKey(socket));
        return given == null ? properties.security(socket).serverKey() : given;
    }

    /** From the connection details only: the properties name a bundle, which may be reloaded. */
    @Nullable
    SslBundle sslBundle(String socket) {
        return first(each -> each.sslBundle(socket));
    }

    boolean isTrusted(String socket) {
        return details.stream().anyMatch(each -> each.isTrusted(socket));
    }

    private <T> @Nullable T first(Function<ZmtpConnectionDetails, @Nullable T> asking) {
        return details.stream().map(asking).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private static List<String> orNone(@Nullable List<String> endpoints) {
        return endpoints == null ? List.of() : endpoints;
    }
}
