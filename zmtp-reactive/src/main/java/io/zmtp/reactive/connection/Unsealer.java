package io.zmtp.reactive.connection;

import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.wire.Chunks;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameDecoder;
import io.zmtp.reactive.wire.FrameEncoder;
import io.zmtp.reactive.wire.Limits;
import io.zmtp.reactive.wire.SealedDecoder;
import java.nio.ByteBuffer;

/**
 * Opens frames that come encrypted, each in the array that it came in, and hands them on to the decoder as if they had
 * come plain: small ones many at a time. The decoder counts them and hands out whole messages only, so nothing of a
 * message goes up before all of it is authentic.
 */
final class Unsealer implements SealedDecoder.Output {

    /** How much is handed on at a time; what is larger than a quarter goes by itself. */
    private static final int CAPACITY = 60 * 1024;

    private final FrameCipher cipher;
    private final int overhead;
    private final SealedDecoder sealed;
    private final FrameDecoder decoder;
    private final FrameDecoder.Output out;
    private final byte[] header = new byte[FrameEncoder.headerSize(Long.MAX_VALUE)];
    private byte[] plain = header;
    private int length;

    Unsealer(FrameCipher cipher, Limits limits, FrameDecoder decoder, FrameDecoder.Output out) {
        this.cipher = cipher;
        this.overhead = cipher.prefix() + cipher.suffix();
        this.sealed = new SealedDecoder(limits, overhead);
        this.decoder = decoder;
        this.out = out;
    }

    /** Takes what has come. What was authentic before an error is handed on before it is thrown. */
    void decode(ByteBuffer in) {
        byte[] chunk = Chunks.take(CAPACITY);
        plain = chunk;
        try {
            sealed.decode(in, this);
        } finally {
            plain = header;
            handOn(chunk);
            Chunks.recycle(chunk);
        }
    }

    @Override
    public void sealed(int flags, byte[] octets, int from, int to) {
        if (to - from < overhead) {
            throw new ZmtpProtocolException(
                    "expected an encrypted frame of at least " + overhead + " octets, but " + (to - from) + " came",
                    "RFC 37, Traffic");
        }
        int kept = cipher.decrypt(flags, octets, from, to) & ~Frame.LONG;
        int body = from + cipher.prefix();
        int size = to - from - overhead;
        if (size > CAPACITY / 4) {
            handOn(plain);
            decoder.decode(ByteBuffer.wrap(header, 0, FrameEncoder.header(header, 0, kept, size)), out);
            decoder.decode(ByteBuffer.wrap(octets, body, size), out);
            return;
        }
        if (length + size + header.length > CAPACITY) {
            handOn(plain);
        }
        int at = FrameEncoder.header(plain, length, kept, size);
        System.arraycopy(octets, body, plain, at, size);
        length = at + size;
    }

    private void handOn(byte[] chunk) {
        int ready = length;
        if (ready > 0) {
            length = 0;
            decoder.decode(ByteBuffer.wrap(chunk, 0, ready), out);
        }
    }

    /** Whether nothing of an unfinished frame is held. */
    boolean idle() {
        return sealed.idle();
    }
}
