package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;

/**
 * Computes the digests by which messages are acknowledged: XXH64, seed 0, of the frames of a message as they are encoded,
 * headers included. One thread at a time. Internal.
 */
public final class Digest {

    /** A message of more octets is hashed piece by piece, each of whole stripes: small ones, which stay in the nearest cache. */
    private static final int PIECE = 2048;

    /** Where messages are encoded, to be hashed. */
    private final byte[] scratch = new byte[PIECE];

    /** Makes one. */
    public Digest() {}

    /** {@return the digest of a message that is encoded already} */
    public static long of(byte[] wire, int from, int to) {
        return XxHash64.of(wire, from, to);
    }

    /** {@return the digest of a message} */
    public long of(Message message) {
        return FrameEncoder.size(message) <= PIECE
                ? of(scratch, 0, FrameEncoder.write(message, scratch, 0))
                : ofPieces(message);
    }

    private long ofPieces(Message message) {
        byte[] piece = scratch;
        XxHash64 hash = new XxHash64();
        int held = 0;
        for (int index = 0, last = message.size() - 1; index <= last; index++) {
            Bytes part = message.part(index);
            if (PIECE - held < Frame.LONG_HEADER) {
                held = shift(piece, hash.update(piece, 0, held), held);
            }
            held = FrameEncoder.header(piece, held, index < last ? Frame.MORE : 0, part.size());
            for (int at = 0; at < part.size(); ) {
                int length = Math.min(PIECE - held, part.size() - at);
                part.copyTo(at, piece, held, length);
                at += length;
                held += length;
                if (held == PIECE) {
                    hash.update(piece, 0, PIECE);
                    held = 0;
                }
            }
        }
        return hash.finish(piece, 0, held);
    }

    /** Moves what is left behind whole stripes to the front; returns how much that is. */
    private static int shift(byte[] piece, int from, int to) {
        System.arraycopy(piece, from, piece, 0, to - from);
        return to - from;
    }
}
