package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.connection.SharedEncoder;
import org.jspecify.annotations.Nullable;

/** Encodes a message once, when the first of many pipes wants its octets. One thread at a time. */
final class Encoding {

    private final SharedEncoder encoder = new SharedEncoder();
    private @Nullable Object encoded;

    /** Forgets the last message: another follows. */
    void next() {
        encoded = null;
    }

    Object of(Message message) {
        Object known = encoded;
        if (known == null) {
            known = encoder.encode(message);
            encoded = known;
        }
        return known;
    }
}
