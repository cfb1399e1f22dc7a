package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Query}, one message: an empty part, the number of the end, what is here in one part, and the
 * {@linkplain Records records}.
 *
 * @param id that of the query
 * @param epoch the publisher's
 * @param oldest the first number that the history has
 * @param through all numbers up to this one were looked at, from the first one wanted that the history has
 * @param next the number of the next message that will be published
 * @param records what is wanted
 */
record Page(int id, long epoch, long oldest, long through, long next, Bytes records) {

    private static final int SIZE = Integer.BYTES + 4 * Long.BYTES;
    private static final int PARTS = 4;

    /** The message to the peer with a routing id. */
    Message toMessage(Bytes client) {
        ByteBuffer fixed = ByteBuffer.allocate(SIZE)
                .putInt(id)
                .putLong(epoch)
                .putLong(oldest)
                .putLong(through)
                .putLong(next);
        return Message.of(client, Bytes.EMPTY, Wire.END_PART, Bytes.wrap(fixed.array()), records);
    }

    /** Reads one; null if it is none, or contradicts itself. */
    static @Nullable Page read(Message answer) {
        if (answer.size() != PARTS
                || !answer.first().isEmpty()
                || !answer.part(1).equals(Wire.END_PART)
                || answer.part(2).size() != SIZE) {
            return null;
        }
        ByteBuffer fixed = answer.part(2).asByteBuffer();
        Page page = new Page(
                fixed.getInt(), fixed.getLong(), fixed.getLong(), fixed.getLong(), fixed.getLong(), answer.part(3));
        boolean ordered = page.oldest >= 0 && page.oldest <= page.next && page.through < page.next;
        return ordered ? page : null;
    }
}
