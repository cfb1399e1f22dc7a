package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.wire.Command;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * PLAIN: a user name and a password, not encrypted. Use it inside TLS or on a trusted network only.
 *
 * <pre>
 * client                          server
 *   HELLO username password  ──▶    asks the authenticator
 *                            ◀──  WELCOME, or ERROR "400" and the connection closes
 *   INITIATE metadata        ──▶
 *                            ◀──  READY metadata
 * </pre>
 *
 * @see <a href="https://rfc.zeromq.org/spec/24/">RFC 24, ZMTP PLAIN</a>
 * @since 0.1
 */
public final class PlainMechanism implements Mechanism {

    /** The name in the greeting. */
    public static final String NAME = "PLAIN";

    /** The most octets of a user name, and of a password, as the size of each is one octet on the wire (RFC 24). */
    public static final int MAX_FIELD = 255;

    private final @Nullable Bytes hello;
    private final @Nullable Authenticator authenticator;

    private PlainMechanism(@Nullable Bytes hello, @Nullable Authenticator authenticator) {
        this.hello = hello;
        this.authenticator = authenticator;
    }

    /**
     * The client's side, which sends a user name and a password.
     *
     * @param username at most {@value #MAX_FIELD} octets in UTF-8
     * @param password at most {@value #MAX_FIELD} octets in UTF-8
     * @return the mechanism of a client
     * @throws IllegalArgumentException if one of them has more
     */
    public static PlainMechanism client(String username, String password) {
        return new PlainMechanism(hello(Bytes.utf8(username), Bytes.utf8(password)), null);
    }

    /**
     * The server's side, which asks for a user name and a password.
     *
     * @param authenticator decides by {@code username} and {@code password}
     * @return the mechanism of a server
     */
    public static PlainMechanism server(Authenticator authenticator) {
        return new PlainMechanism(null, Objects.requireNonNull(authenticator, "authenticator"));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean asServer() {
        return authenticator != null;
    }

    @Override
    public Mono<Session> handshake(Exchange exchange) {
        if (authenticator != null) {
            return exchange.remote().asServer() ? sameRole() : serve(exchange, authenticator);
        }
        return request(exchange);
    }

    private Mono<Session> request(Exchange exchange) {
        return exchange.ask(Command.of(Command.HELLO, hello == null ? Bytes.EMPTY : hello), Command.WELCOME)
                .flatMap(PlainMechanism::empty)
                .then(Mono.defer(() -> exchange.ask(
                        Command.of(Command.INITIATE, Command.writeMetadata(exchange.metadata())), Command.READY)))
                .map(ready -> new Session(ready.metadata(), null, null, FrameCipher.NONE));
    }

    private static Mono<Session> serve(Exchange exchange, Authenticator authenticator) {
        return exchange.receive(Command.HELLO)
                .map(command -> credentials(exchange, command.data()))
                .flatMap(credentials -> Admission.ask(authenticator, credentials, exchange))
                .flatMap(accept -> exchange.ask(Command.of(Command.WELCOME, Bytes.EMPTY), Command.INITIATE)
                        .map(initiate -> Admission.merge(initiate.metadata(), accept.properties()))
                        .flatMap(peer -> exchange.admit(peer, null, accept.userId())
                                .then(exchange.send(Command.ready(exchange.metadata())))
                                .thenReturn(new Session(peer, null, accept.userId(), FrameCipher.NONE))));
    }

    private static Mono<Session> sameRole() {
        return Mono.error(new ZmtpHandshakeException(
                Failure.MECHANISM, "expected a PLAIN client, but the peer announces itself as a PLAIN server too"));
    }

    private static Mono<Void> empty(Command welcome) {
        return welcome.data().isEmpty()
                ? Mono.empty()
                : Mono.error(malformed("WELCOME without data", welcome.data().size() + " octets of it"));
    }

    private static Bytes hello(Bytes username, Bytes password) {
        if (username.size() > MAX_FIELD || password.size() > MAX_FIELD) {
            throw new IllegalArgumentException("PLAIN: expected a username and a password of at most " + MAX_FIELD
                    + " octets each in UTF-8, but there are " + username.size() + " and " + password.size());
        }
        byte[] data = new byte[2 + username.size() + password.size()];
        data[0] = (byte) username.size();
        username.copyTo(0, data, 1, username.size());
        data[1 + username.size()] = (byte) password.size();
        password.copyTo(0, data, 2 + username.size(), password.size());
        return Bytes.wrap(data);
    }

    /** Reads {@code HELLO}: two strings, each behind its length, and nothing after them. */
    private static Credentials credentials(Exchange exchange, Bytes hello) {
        int size = hello.size();
        int username = size == 0 ? -1 : hello.byteAt(0) & 0xff;
        if (username < 0 || 2 + username > size) {
            throw malformed("HELLO with a username and a password", "a username that ends beyond the command");
        }
        int password = hello.byteAt(1 + username) & 0xff;
        if (2 + username + password != size) {
            throw malformed("HELLO that ends with the password", (size - 2 - username) + " octets for " + password);
        }
        return new Credentials(
                NAME,
                exchange.remoteAddress(),
                Admission.certificate(exchange),
                Bytes.EMPTY,
                Metadata.EMPTY,
                null,
                hello.slice(1, 1 + username).utf8(),
                hello.slice(2 + username, size),
                exchange.upgrade());
    }

    private static ZmtpHandshakeException malformed(String expected, String came) {
        return new ZmtpHandshakeException(Failure.MALFORMED, "expected " + expected + ", but " + came + " came");
    }

    @Override
    public String toString() {
        return NAME + (asServer() ? " server" : " client");
    }
}
