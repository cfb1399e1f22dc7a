package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.wire.Command;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * NULL: no authentication, no encryption; both peers send READY.
 *
 * <p>Neither waits for the other. With an {@link Authenticator} this side waits for the peer's READY and answers with
 * its own only when the peer may talk; do not set one on both ends of a connection, or each waits for the other.
 *
 * @see <a href="https://rfc.zeromq.org/spec/37/">RFC 37, section "The NULL Security Mechanism"</a>
 * @since 0.1
 */
public final class NullMechanism implements Mechanism {

    /** The name in the greeting. */
    public static final String NAME = "NULL";

    private static final NullMechanism PLAIN_NULL = new NullMechanism(null);

    private final @Nullable Authenticator authenticator;

    private NullMechanism(@Nullable Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    /** Lets everyone in. */
    public static NullMechanism create() {
        return PLAIN_NULL;
    }

    /** Asks the authenticator, which sees the peer's address, TLS certificate, routing id and properties. */
    public static NullMechanism create(Authenticator authenticator) {
        return new NullMechanism(Objects.requireNonNull(authenticator, "authenticator"));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean asServer() {
        return false;
    }

    @Override
    public Mono<Session> handshake(Exchange exchange) {
        Mono<Void> ready = exchange.send(Command.ready(exchange.metadata()));
        Mono<Metadata> theirs = exchange.receive(Command.READY).map(Command::metadata);
        if (authenticator == null) {
            return ready.then(theirs).map(metadata -> new Session(metadata, null, null, FrameCipher.NONE));
        }
        Authenticator asked = authenticator;
        return theirs.flatMap(metadata -> Admission.ask(asked, credentials(exchange, metadata), exchange)
                .flatMap(accept -> ready.thenReturn(new Session(
                        Admission.merge(metadata, accept.properties()), null, accept.userId(), FrameCipher.NONE))));
    }

    private static Credentials credentials(Exchange exchange, Metadata metadata) {
        return new Credentials(
                NAME,
                exchange.remoteAddress(),
                Admission.certificate(exchange),
                metadata.get(Metadata.IDENTITY).orElse(Bytes.EMPTY),
                metadata,
                null,
                null,
                null);
    }

    @Override
    public String toString() {
        return authenticator == null ? NAME : NAME + " with an authenticator";
    }
}
