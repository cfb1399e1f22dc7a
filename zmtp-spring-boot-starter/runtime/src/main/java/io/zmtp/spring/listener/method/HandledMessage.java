package io.zmtp.spring.listener.method;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.replay.Update;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageHeaders;

/** A message as Spring's argument resolvers want it. Its headers are made when the first of them asks: most do not. */
public final class HandledMessage implements org.springframework.messaging.Message<String> {

    private final Message whole;
    private final @Nullable Update update;
    private final Supplier<Map<String, Object>> described;
    private @Nullable MessageHeaders headers;

    /**
     * A message that has just come.
     *
     * @param update what its publication says of it; null if it was not published with a number
     * @param described makes the headers
     */
    public HandledMessage(Message whole, @Nullable Update update, Supplier<Map<String, Object>> described) {
        this.whole = whole;
        this.update = update;
        this.described = described;
    }

    /** Their class draws random numbers when it is loaded, which an event loop must not do. */
    public static void loadHeaders() {
        new PlainHeaders(Map.of());
    }

    Message whole() {
        return whole;
    }

    @Nullable
    Update update() {
        return update;
    }

    @Override
    public String getPayload() {
        return "";
    }

    /** Called by one thread at a time. */
    @Override
    public MessageHeaders getHeaders() {
        MessageHeaders made = headers;
        if (made == null) {
            made = new PlainHeaders(described.get());
            headers = made;
        }
        return made;
    }

    /** Headers without an id and a timestamp of their own, which would cost more than all the rest. */
    private static final class PlainHeaders extends MessageHeaders {

        private static final long serialVersionUID = 1;

        PlainHeaders(Map<String, Object> headers) {
            super(headers, ID_VALUE_NONE, -1L);
        }
    }
}
