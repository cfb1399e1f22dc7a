package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.wire.Command;
import java.security.cert.Certificate;
import java.util.Map;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The step that all mechanisms share: asks the authenticator, and answers a refused peer as RFC 27 and libzmq do. */
final class Admission {

    private Admission() {}

    static Mono<Verdict.Accept> ask(Authenticator authenticator, Credentials credentials, Exchange exchange) {
        return Mono.defer(() -> authenticator.authenticate(credentials))
                .onErrorResume(error -> Mono.just(new Verdict.Refuse(500, "the authenticator failed: " + error)))
                .defaultIfEmpty(new Verdict.Refuse(500, "the authenticator gave no verdict"))
                .flatMap(verdict -> {
                    if (verdict instanceof Verdict.Accept accept) {
                        return Mono.just(accept);
                    }
                    Verdict.Refuse refuse = (Verdict.Refuse) verdict;
                    int code = refuse.code() / 100 * 100; // RFC 27 has no others
                    ZmtpHandshakeException refused = new ZmtpHandshakeException(
                            Failure.CREDENTIALS,
                            "expected credentials that the authenticator accepts, but " + credentials
                                    + " were refused with " + refuse.code() + ": " + refuse.text(),
                            code,
                            null);
                    Mono<Void> answered =
                            code == 300 ? Mono.empty() : exchange.send(Command.error(Integer.toString(code)));
                    return answered.onErrorComplete().then(Mono.error(refused));
                });
    }

    /** The peer's properties as the connection shows them. The authenticator's replace announced ones of the same name. */
    static Metadata merge(Metadata announced, Metadata added) {
        Metadata merged = announced;
        for (Map.Entry<String, Bytes> property : added) {
            merged = merged.with(property.getKey(), property.getValue());
        }
        return merged;
    }

    static @Nullable Certificate certificate(Exchange exchange) {
        SSLSession session = exchange.tls().orElse(null);
        if (session == null) {
            return null;
        }
        try {
            return session.getPeerCertificates()[0];
        } catch (SSLPeerUnverifiedException anonymous) {
            return null;
        }
    }
}
