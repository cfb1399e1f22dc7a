package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Metadata;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Authenticator}'s answer.
 *
 * @see <a href="https://rfc.zeromq.org/spec/27/">RFC 27, status codes</a>
 * @since 0.1
 */
public sealed interface Verdict {

    /** Lets the peer in without saying who it is. */
    static Verdict accept() {
        return new Accept(null, Metadata.EMPTY);
    }

    /** Lets the peer in as a user, found again in {@link io.zmtp.reactive.Peer#userId()}; null is no user, and fails. */
    static Verdict accept(String userId) {
        return new Accept(Objects.requireNonNull(userId, "userId"), Metadata.EMPTY);
    }

    /** Refuses the credentials for good: status 400. */
    static Verdict refuse(String text) {
        return new Refuse(400, text);
    }

    /** Asks the peer to try again later: status 300; the connection closes without a word, as libzmq does. */
    static Verdict tryLater(String text) {
        return new Refuse(300, text);
    }

    /**
     * The peer may talk.
     *
     * @param userId who it is, or null
     * @param properties added to {@link io.zmtp.reactive.Peer#properties()}; they win over what the peer announced
     */
    record Accept(@Nullable String userId, Metadata properties) implements Verdict {}

    /**
     * The peer may not.
     *
     * @param code 300 try later, 400 refused, 500 the authenticator failed
     * @param text for our log and exception only: the peer is told the code, nothing more
     */
    record Refuse(int code, String text) implements Verdict {
        /** Checks the code. */
        public Refuse {
            if (code != 300 && code != 400 && code != 500) {
                throw new IllegalArgumentException("code must be 300, 400 or 500, not " + code);
            }
        }
    }
}
