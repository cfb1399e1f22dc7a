package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts and reports messages that were not delivered. Called without locks. */
@FunctionalInterface
public interface DropListener {

    /** For rules that drop nothing. */
    DropListener NONE = (pipe, endpoint, reason, first, count) -> {};

    /**
     * Messages were dropped.
     *
     * @param pipe of the peer that they were for, or came from; null if there is no such peer
     * @param endpoint where that happened, if there is no pipe; null if it belongs to no endpoint
     * @param first the first of them
     * @param count how many they are, at least 1
     */
    void dropped(@Nullable Pipe pipe, @Nullable Endpoint endpoint, DropReason reason, Message first, long count);

    /** As above, for one message of a pipe's peer. */
    default void dropped(Pipe pipe, DropReason reason, Message message) {
        dropped(pipe, null, reason, message, 1);
    }

    /** As above, for a list; nothing happens if that is empty. */
    default void dropped(@Nullable Pipe pipe, DropReason reason, List<Message> messages) {
        if (!messages.isEmpty()) {
            dropped(pipe, null, reason, messages.get(0), messages.size());
        }
    }
}
