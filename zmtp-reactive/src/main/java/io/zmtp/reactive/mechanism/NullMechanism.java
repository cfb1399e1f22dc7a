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
 * <p>Neither waits for the other, unless the side that is bound may have to refuse its peer: because of an
 * {@link Authenticator}, or because it is a ROUTER, PAIR or CHANNEL socket, which may have a peer of that routing id, or any
 * peer, already. Then it answers the peer's READY with its own, or with ERROR. This costs no round trip: where the peer may
 * be such a socket, the side that connects sends READY together with its greeting.
 *
 * <p>The side that connects never waits; its {@link Authenticator} is asked when READY has been sent already.
 *
 * @see <a href="https://rfc.zeromq.org/spec/37/">RFC 37, section "The NULL Security Mechanism"</a>
 * @since 0.1
 */
public final class NullMechanism implements Mechanism {

    /** The name in the greeting. */
    public static final String NAME = "NULL";

    private static final Verdict.Accept ANYBODY = new Verdict.Accept(null, Metadata.EMPTY);

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
    public boolean speaksFirst() {
        return true;
    }

    @Override
    public Mono<Session> handshake(Exchange exchange) {
        boolean answers = !exchange.connects() && (authenticator != null || exchange.awaitsPeer());
        Mono<Void> ready = exchange.send(Command.ready(exchange.metadata()));
        Mono<Metadata> theirs =
                Mono.defer(() -> exchange.receive(Command.READY)).map(Command::metadata);
        return (answers ? theirs : ready.then(theirs))
                .flatMap(metadata -> ask(exchange, metadata).flatMap(accept -> {
                    Metadata peer = Admission.merge(metadata, accept.properties());
                    Mono<Void> answer = answers
                            ? exchange.admit(peer, null, accept.userId()).then(ready)
                            : Mono.empty();
                    return answer.thenReturn(new Session(peer, null, accept.userId(), FrameCipher.NONE));
                }));
    }

    private Mono<Verdict.Accept> ask(Exchange exchange, Metadata metadata) {
        return authenticator == null
                ? Mono.just(ANYBODY)
                : Admission.ask(authenticator, credentials(exchange, metadata), exchange);
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
