package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Metadata;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answer of an {@link Authenticator}.
 *
 * @see <a href="https://rfc.zeromq.org/spec/27/">RFC 27, status codes</a>
 * @since 0.1
 */
public sealed interface Verdict {

    /** {@return a verdict that accepts the peer without naming a user} */
    static Verdict accept() {
        return new Accept(null, Metadata.EMPTY);
    }

    /**
     * Accepts the peer as a user.
     *
     * @param userId the user, who is then {@link io.zmtp.reactive.Peer#userId()}; not null
     * @return the verdict
     */
    static Verdict accept(String userId) {
        return new Accept(Objects.requireNonNull(userId, "userId"), Metadata.EMPTY);
    }

    /**
     * Refuses the credentials for good: status 400.
     *
     * @param text the reason, for the log and the exception of this side only
     * @return the verdict
     */
    static Verdict refuse(String text) {
        return new Refuse(400, text);
    }

    /**
     * Refuses the peer with a status, of which the request for a WebSocket can have any of HTTP's.
     *
     * @param code 300, or 400 to 599. A handshake has 300, 400 and 500 only: the peer is sent 400 for all from 400 on, 500 for
     *     all from 500 on
     * @param text the reason, for the log and the exception of this side only
     * @return the verdict
     */
    static Verdict refuse(int code, String text) {
        return new Refuse(code, text);
    }

    /**
     * Refuses the peer for the moment: status 300. The connection is closed without an ERROR, as libzmq does it, and the
     * peer may try again.
     *
     * @param text the reason, for the log and the exception of this side only
     * @return the verdict
     */
    static Verdict tryLater(String text) {
        return new Refuse(300, text);
    }

    /**
     * The peer may talk.
     *
     * @param userId the user it is accepted as; null for none
     * @param properties added to {@link io.zmtp.reactive.Peer#properties()}; they replace what the peer announced
     */
    record Accept(@Nullable String userId, Metadata properties) implements Verdict {}

    /**
     * The peer may not talk.
     *
     * @param code 300 try later, 400 refused, 500 the authenticator failed; others up to 599 are HTTP's
     * @param text the reason, for the log and the exception of this side only: the peer is sent the code
     */
    record Refuse(int code, String text) implements Verdict {
        /** Checks the code. */
        public Refuse {
            if (code != 300 && (code < 400 || code > 599)) {
                throw new IllegalArgumentException("code: expected 300, or 400 to 599, but it is " + code);
            }
        }
    }
}
