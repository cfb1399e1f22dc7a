package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.crypto.ChaChaBox;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameEncoder;

/**
 * Traffic of BLAKE3ZMQ: the frame keeps its flags, its body is encrypted and followed by a tag of 32 octets. The tag also
 * covers the header as it is sent, but not the frame's place in the stream: the draft leaves that out.
 */
final class Blake3Cipher implements FrameCipher {

    private final ChaChaBox sending;
    private final ChaChaBox receiving;
    private final byte[] header = new byte[FrameEncoder.headerSize(Long.MAX_VALUE)];

    Blake3Cipher(ChaChaBox sending, ChaChaBox receiving) {
        this.sending = sending;
        this.receiving = receiving;
    }

    @Override
    public int suffix() {
        return ChaChaBox.TAG;
    }

    @Override
    public int encrypt(int flags, byte[] octets, int from, int to) {
        sending.seal(octets, from, to, header, FrameEncoder.header(header, 0, flags, to - from));
        return flags;
    }

    @Override
    public int decrypt(int flags, byte[] octets, int from, int to) {
        if (!receiving.open(octets, from, to, header, FrameEncoder.header(header, 0, flags, to - from))) {
            throw new ZmtpProtocolException(
                    "expected an authentic frame, but what came was changed", "BLAKE3ZMQ, Data phase");
        }
        return flags & (Frame.MORE | Frame.COMMAND);
    }

    @Override
    public void close() {
        sending.wipe();
        receiving.wipe();
    }
}
