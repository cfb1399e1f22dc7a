package io.zmtp.spring.autoconfigure.security;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.spring.autoconfigure.properties.SocketProperties;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;

/** Netty's TLS contexts of an SSL bundle, one for each role; made again when the bundle is reloaded. */
public final class TlsContexts {

    private final ClientAuth clientAuth;
    private volatile SslContext client;
    private volatile SslContext server;

    public TlsContexts(SslBundle bundle, SocketProperties.@Nullable ClientAuth clientAuth) {
        this.clientAuth = clientAuth == null
                ? ClientAuth.NONE
                : switch (clientAuth) {
                    case NONE -> ClientAuth.NONE;
                    case WANT -> ClientAuth.OPTIONAL;
                    case NEED -> ClientAuth.REQUIRE;
                };
        this.client = forClient(bundle);
        this.server = forServer(bundle, this.clientAuth);
    }

    /** Later handshakes use this bundle. */
    public void update(SslBundle bundle) {
        client = forClient(bundle);
        server = forServer(bundle, clientAuth);
    }

    /** {@return the options, with the client and the server secured} */
    public SocketOptions secure(SocketOptions options) {
        return options.client(dialling -> dialling.secure(() -> client)).server(bound -> bound.secure(() -> server));
    }

    private static SslContext forClient(SslBundle bundle) {
        return build(
                bundle,
                SslContextBuilder.forClient()
                        .keyManager(bundle.getManagers().getKeyManagerFactory())
                        .trustManager(bundle.getManagers().getTrustManagerFactory()));
    }

    private static SslContext forServer(SslBundle bundle, ClientAuth clientAuth) {
        return build(
                bundle,
                SslContextBuilder.forServer(bundle.getManagers().getKeyManagerFactory())
                        .trustManager(bundle.getManagers().getTrustManagerFactory())
                        .clientAuth(clientAuth));
    }

    private static SslContext build(SslBundle bundle, SslContextBuilder builder) {
        SslOptions options = bundle.getOptions();
        String[] protocols = options.getEnabledProtocols();
        String[] ciphers = options.getCiphers();
        try {
            return builder.protocols(protocols == null ? null : Arrays.asList(protocols))
                    .ciphers(ciphers == null ? null : List.of(ciphers))
                    .build();
        } catch (SSLException unusable) {
            throw new IllegalStateException("the SSL bundle cannot be used: " + unusable.getMessage(), unusable);
        }
    }
}
