package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Message;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The messages kept of one peer by a socket that reads all at once; locks itself. */
public final class Shelf {

    /** Guarded by this, as what follows. */
    public final ArrayDeque<Message> messages = new ArrayDeque<>(2);

    /** The octets of the messages. */
    public long bytes;

    /** An empty one. */
    public Shelf() {}

    /** Takes the oldest; under the lock. */
    public Message remove() {
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
