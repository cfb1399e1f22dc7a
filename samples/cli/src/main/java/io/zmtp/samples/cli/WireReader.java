package io.zmtp.samples.cli;

import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.Greeting;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One direction of a connection, cut into its greeting and its frames. */
final class WireReader {

    private static final long MAX_BODY = 64L << 20;

    private ByteBuffer held = ByteBuffer.allocate(8192).flip();
    private boolean greeted;

    /** Takes what came, from the buffer's position to its limit. */
    void add(ByteBuffer octets) {
        ByteBuffer room = held;
        if (room.capacity() - room.remaining() < octets.remaining()) {
            room = ByteBuffer.allocate(Math.max(2 * room.capacity(), room.remaining() + octets.remaining()))
                    .put(room);
        } else {
            room.compact();
        }
        held = room.put(octets).flip();
    }

    /**
     * The greeting, which is first, and then each frame; null while octets are missing.
     *
     * @throws io.zmtp.reactive.ZmtpException if it is no ZMTP
     */
    @Nullable
    Object next() {
        if (!greeted) {
            Greeting greeting = Greeting.read(held);
            greeted = greeting != null;
            return greeting;
        }
        return Frame.read(held, MAX_BODY);
    }
}
