package io.zmtp.reactive.wire;

import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Several ACKs, or CLRs, or COMPs, that came one behind the other: a peer says at once what it has taken over of all that it
 * has read, and that may be thousands of messages. Internal.
 *
 * @param kind of all of them
 * @param digests of the messages, in the order in which they came; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, not kept
public record AcknowledgementRun(Kind kind, long[] digests) {

    private static final Kind[] KINDS = {Kind.ACK, Kind.CLR, Kind.COMP};

    /**
     * Reads the commands that begin at a place.
     *
     * @return null if there are no two of the same name, or the first is malformed
     */
    static @Nullable AcknowledgementRun read(byte[] chunk, int from, int to) {
        for (Kind kind : KINDS) {
            int size = kind.frameSize();
            int most = (to - from) / size;
            int count = 0;
            while (count < most && kind.isAt(chunk, from + count * size)) {
                count++;
            }
            if (count > 1) {
                long[] digests = new long[count];
                Arrays.setAll(digests, index -> Acknowledgement.digest(chunk, from + (index + 1) * size));
                return new AcknowledgementRun(kind, digests);
            }
        }
        return null;
    }

    /** {@return the octets of all of them, on the wire} */
    int size() {
        return digests.length * kind.frameSize();
    }
}
