package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.connection.Line;
import org.jspecify.annotations.Nullable;

/** Encodes a message once, when the first of many pipes wants its octets. One thread at a time. */
final class Encoding {

    private @Nullable Object encoded;

    Object of(Message message) {
        Object known = encoded;
        if (known == null) {
            known = Line.encoded(message);
            encoded = known;
        }
        return known;
    }
}
