package io.zmtp.samples.cli;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Endpoint.Scheme;
import io.zmtp.reactive.socket.SocketOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** TLS for {@code tls+tcp} and {@code wss}. */
final class Tls {

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description =
                    "Our certificate chain, PEM. To bind tls+tcp or wss it is needed; to connect, if the server asks.")
    @Nullable
    Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "The private key of --tls-cert, PEM (PKCS #8).")
    @Nullable
    Path key;

    @Option(names = "--tls-ca", paramLabel = "FILE", description = "Whom to trust, PEM. Default: whom the JDK trusts.")
    @Nullable
    Path authorities;

    @Option(names = "--tls-client-auth", description = "Ask clients for a certificate that --tls-ca vouches for.")
    boolean clientAuth;

    SocketOptions applyTo(SocketOptions options, Where where) {
        boolean given = certificate != null || key != null || authorities != null || clientAuth;
        boolean binds = where.binds.stream().anyMatch(Tls::isSecured);
        boolean connects = where.connects.stream().anyMatch(Tls::isSecured);
        if (given && !binds && !connects) {
            throw new UsageError("--tls-…", "expected an endpoint of tls+tcp or wss; the others have no TLS");
        }
        if ((certificate == null) != (key == null)) {
            throw new UsageError(
                    certificate == null ? "--tls-cert" : "--tls-key", "expected both, --tls-cert and --tls-key");
        }
        if (binds && certificate == null) {
            throw new UsageError("--tls-cert", "expected one, and --tls-key, to bind tls+tcp or wss");
        }
        if (binds && connects) {
            throw new UsageError("--bind", "tls+tcp and wss are either bound or connected, not both at once");
        }
        return given || binds ? options.secure(context(binds)) : options;
    }

    private static boolean isSecured(Endpoint endpoint) {
        return endpoint.scheme() == Scheme.TLS_TCP || endpoint.scheme() == Scheme.WSS;
    }

    private SslContext context(boolean server) {
        readable("--tls-cert", certificate);
        readable("--tls-key", key);
        readable("--tls-ca", authorities);
        try {
            SslContextBuilder builder;
            if (server && certificate != null && key != null) {
                builder = SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                        .clientAuth(clientAuth ? ClientAuth.REQUIRE : ClientAuth.NONE);
            } else {
                builder = SslContextBuilder.forClient();
                if (certificate != null && key != null) {
                    builder.keyManager(certificate.toFile(), key.toFile());
                }
            }
            if (authorities != null) {
                builder.trustManager(authorities.toFile());
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new UsageError("--tls-…", "what the files hold cannot be used: " + e.getMessage());
        }
    }

    private static void readable(String option, @Nullable Path file) {
        if (file != null && !Files.isReadable(file)) {
            throw new UsageError(option, file + ": no such file, or it must not be read");
        }
    }
}
