package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Message;
import org.jspecify.annotations.Nullable;

/** Encodes a message once, when the first of many pipes wants its octets. One thread at a time. */
public final class Encoding {

    private final SharedEncoder encoder = new SharedEncoder();
    private @Nullable Encoded encoded;

    /** One that has encoded nothing yet. */
    public Encoding() {}

    /** Forgets the last message: another follows. */
    public void next() {
        encoded = null;
    }

    /** The octets of a message; what a pipe takes in its place. */
    public Encoded of(Message message) {
        Encoded known = encoded;
        if (known == null) {
            known = encoder.encode(message);
            encoded = known;
        }
        return known;
    }
}
