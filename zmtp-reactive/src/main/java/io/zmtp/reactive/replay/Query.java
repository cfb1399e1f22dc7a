package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for one page, which only our publishers understand: an empty part, the first number wanted, what is here in
 * one part, and the prefixes.
 *
 * @param id comes back in the answer
 * @param mode what is wanted
 * @param epoch the epoch that the numbers are of; 0 if that is not known
 * @param first the first number wanted; {@link Wire#END} for none
 * @param last the last number wanted
 * @param maxBytes how many octets the page may have, beside those of its first message
 * @param prefixes what the topics wanted begin with; none for all
 */
record Query(int id, Mode mode, long epoch, long first, long last, int maxBytes, List<Bytes> prefixes) {

    /** What is wanted. */
    enum Mode {
        /** Messages. */
        MESSAGES(0),
        /** The numbers of messages only. */
        NUMBERS(1),
        /** The last message of each key. */
        LAST_VALUES(2);

        final int code;

        Mode(int code) {
            this.code = code;
        }

        static @Nullable Mode of(int code) {
            return Arrays.stream(values())
                    .filter(mode -> mode.code == code)
                    .findFirst()
                    .orElse(null);
        }
    }

    private static final int SIZE = Integer.BYTES + 1 + 2 * Long.BYTES + Integer.BYTES;

    /** Where the first of these parts is, behind an envelope and an empty part. */
    private static final int PARTS = 3;

    Message toMessage() {
        ByteBuffer fixed = ByteBuffer.allocate(SIZE)
                .putInt(id)
                .put((byte) mode.code)
                .putLong(epoch)
                .putLong(last)
                .putInt(maxBytes);
        List<Bytes> parts = new ArrayList<>(List.of(Bytes.EMPTY, Wire.number(first), Bytes.wrap(fixed.array())));
        parts.addAll(prefixes);
        return Message.of(parts);
    }

    /** Reads one behind the routing id of the subscriber that asks; null if it is none. */
    static @Nullable Query read(Message request) {
        if (request.size() <= PARTS
                || !request.part(1).isEmpty()
                || !Wire.isNumber(request.part(2))
                || request.part(PARTS).size() != SIZE) {
            return null;
        }
        ByteBuffer fixed = request.part(PARTS).asByteBuffer();
        int id = fixed.getInt();
        Mode mode = Mode.of(fixed.get());
        if (mode == null) {
            return null;
        }
        long first = Wire.toNumber(request.part(2));
        List<Bytes> prefixes = request.parts().subList(PARTS + 1, request.size());
        return new Query(id, mode, fixed.getLong(), first, fixed.getLong(), fixed.getInt(), prefixes);
    }

    /** Whether somebody wants what has this topic. */
    boolean wants(Bytes topic) {
        return prefixes.isEmpty() || prefixes.stream().anyMatch(topic::startsWith);
    }
}
