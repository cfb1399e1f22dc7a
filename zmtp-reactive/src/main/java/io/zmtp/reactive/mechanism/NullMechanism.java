package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.wire.Command;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * NULL: no authentication, no encryption; both peers send READY. The default.
 *
 * <p>Neither side waits for the other, except a bound side that may have to refuse its peer. It may if it has an
 * {@link Authenticator}, or is a ROUTER that may have a peer of the same routing id, or a PAIR or CHANNEL that may have a
 * peer. Such a side waits for the peer's READY, and answers with READY or ERROR. This costs no round trip: a side that
 * connects, and whose peer may be one of these, sends READY together with its greeting.
 *
 * <p>A side that connects never waits: its {@link Authenticator} is asked after READY was sent.
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

    /** {@return NULL for any peer} */
    public static NullMechanism create() {
        return PLAIN_NULL;
    }

    /**
     * NULL for peers that an authenticator accepts.
     *
     * @param authenticator decides by the peer's address, TLS certificate, routing id and properties; none of them is
     *     proven but the certificate
     * @return the mechanism
     */
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
        Command ready = Command.ready(exchange.metadata());
        Mono<Command> theirs = answers ? exchange.receive(Command.READY) : exchange.ask(ready, Command.READY);
        if (authenticator == null && !answers) {
            return theirs.map(command -> anybody(command.metadata()));
        }
        return theirs.flatMap(command -> {
            Metadata metadata = command.metadata();
            Mono<Session> accepted = authenticator == null
                    ? Mono.just(anybody(metadata))
                    : Admission.ask(authenticator, credentials(exchange, metadata), exchange)
                            .map(accept -> accepted(metadata, accept));
            return answers ? accepted.flatMap(session -> answer(exchange, session, ready)) : accepted;
        });
    }

    private static Session anybody(Metadata peer) {
        return new Session(peer, null, null, FrameCipher.NONE);
    }

    private static Session accepted(Metadata metadata, Verdict.Accept accept) {
        Metadata peer = Admission.merge(metadata, accept.properties());
        return new Session(peer, null, accept.userId(), FrameCipher.NONE);
    }

    private static Mono<Session> answer(Exchange exchange, Session agreed, Command ready) {
        return exchange.admit(agreed.peer(), null, agreed.userId())
                .then(exchange.send(ready))
                .thenReturn(agreed);
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
                null,
                exchange.upgrade());
    }

    @Override
    public String toString() {
        return authenticator == null ? NAME : NAME + " with an authenticator";
    }
}
