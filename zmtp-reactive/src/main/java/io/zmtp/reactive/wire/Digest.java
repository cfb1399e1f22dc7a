package io.zmtp.reactive.wire;

import io.zmtp.reactive.Message;
import net.jpountz.xxhash.StreamingXXHash64;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;

/**
 * Computes the digests by which messages are acknowledged: XXH64, seed 0, of the frames of a message as they are encoded,
 * headers included. One thread at a time. Internal.
 */
public final class Digest {

    private static final XXHashFactory HASHES = XXHashFactory.fastestJavaInstance();
    private static final XXHash64 HASH = HASHES.hash64();

    /** A message of more octets is hashed piece by piece. */
    private static final int PIECE = 64 * 1024;

    private static final int FIRST_PIECE = 1024;

    /** Where messages are encoded, to be hashed. */
    private byte[] scratch = new byte[FIRST_PIECE];

    /** Makes one. */
    public Digest() {}

    /** {@return the digest of a message that is encoded already} */
    public static long of(byte[] wire, int from, int to) {
        return HASH.hash(wire, from, to - from, 0);
    }

    /** {@return the digest of a message} */
    public long of(Message message) {
        long size = FrameEncoder.size(message);
        if (size > PIECE) {
            return ofPieces(message);
        }
        if (size > scratch.length) {
            scratch = new byte[size <= PIECE / 4 ? PIECE / 4 : PIECE];
        }
        return of(scratch, 0, FrameEncoder.write(message, scratch, 0));
    }

    private long ofPieces(Message message) {
        byte[] piece = scratch.length == PIECE ? scratch : new byte[PIECE];
        scratch = piece;
        try (StreamingXXHash64 hash = HASHES.newStreamingHash64(0)) {
            for (int index = 0, last = message.size() - 1; index <= last; index++) {
                int size = message.part(index).size();
                hash.update(piece, 0, FrameEncoder.header(piece, 0, index < last ? Frame.MORE : 0, size));
                for (int at = 0; at < size; at += PIECE) {
                    int length = Math.min(PIECE, size - at);
                    message.part(index).copyTo(at, piece, 0, length);
                    hash.update(piece, 0, length);
                }
            }
            return hash.getValue();
        }
    }
}
