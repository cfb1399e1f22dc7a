package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages kept of one peer by a socket that reads all at once; locks itself. */
public final class OverflowQueue {

    /** Guarded by this, as what follows. */
    private final ArrayDeque<Message> messages = new ArrayDeque<>(2);

    private long bytes;

    /** An empty one. */
    public OverflowQueue() {}

    /**
     * Keeps a message, if need be in place of others.
     *
     * @param maxMessages how many there are at most
     * @param maxBytes how many octets they have at most; a single one may have more
     * @param keepsOldest whether it is the new message that is dropped
     * @return what was dropped
     */
    public synchronized List<Message> put(Message message, int maxMessages, long maxBytes, boolean keepsOldest) {
        if (keepsOldest && isFull(maxMessages, maxBytes)) {
            return List.of(message);
        }
        List<Message> dropped = new ArrayList<>(0);
        while (isFull(maxMessages, maxBytes)) {
            dropped.add(remove());
        }
        messages.add(message);
        bytes += message.bytes();
        return dropped;
    }

    private boolean isFull(int maxMessages, long maxBytes) {
        return !messages.isEmpty() && (messages.size() >= maxMessages || bytes >= maxBytes);
    }

    private Message remove() {
        Message message = messages.remove();
        bytes -= message.bytes();
        return message;
    }

    /** Takes the oldest; null for none. */
    public synchronized @Nullable Message poll() {
        return messages.isEmpty() ? null : remove();
    }

    /** How many there are. */
    public synchronized int size() {
        return messages.size();
    }

    /** How many octets they have. */
    public synchronized long bytes() {
        return bytes;
    }
}
