package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.crypto.SecretBox;
import io.zmtp.reactive.wire.Frame;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Traffic of CURVE: every part and every command becomes a MESSAGE.
 *
 * <table>
 * <caption>Layout of the body</caption>
 * <tr><td>8 octets</td><td>size of the name, and the name, {@code MESSAGE}</td></tr>
 * <tr><td>8 octets</td><td>nonce, a big-endian number that grows with each frame, with or without gaps</td></tr>
 * <tr><td>16 octets</td><td>tag; what follows is encrypted</td></tr>
 * <tr><td>1 octet</td><td>flags: 1 MORE, 2 COMMAND, as libzmq has it; RFC 26 knows only the first</td></tr>
 * <tr><td>the rest</td><td>body of the part or command</td></tr>
 * </table>
 *
 * <p>The frame around it is that of a message, as libzmq's is; a peer may set the flag COMMAND on it.
 */
final class CurveCipher implements FrameCipher {

    private static final int NONCE_AT = 8;
    private static final int BOX_AT = 16;
    private static final int FLAGS_AT = BOX_AT + SecretBox.TAG;
    private static final int COMMAND = 2;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long NAME = (long) LONG.get("\7MESSAGE".getBytes(StandardCharsets.US_ASCII), 0);

    private final SecretBox sending;
    private final SecretBox receiving;
    /** 0 when all are used up. */
    private long nextSent;

    private long lastReceived;

    CurveCipher(byte[] key, String sendingNonce, long firstSent, String receivingNonce, long lastReceived) {
        this.sending = SecretBox.of(key, sendingNonce.getBytes(StandardCharsets.US_ASCII));
        this.receiving = SecretBox.of(key, receivingNonce.getBytes(StandardCharsets.US_ASCII));
        this.nextSent = firstSent;
        this.lastReceived = lastReceived;
    }

    @Override
    public int prefix() {
        return FLAGS_AT + 1;
    }

    @Override
    public int encrypt(int flags, byte[] octets, int from, int to) {
        long nonce = nextSent;
        if (nonce == 0) {
            throw new ZmtpProtocolException("expected fewer than 2^64 frames, but all nonces are used up", "RFC 26");
        }
        nextSent++;
        LONG.set(octets, from, NAME);
        LONG.set(octets, from + NONCE_AT, nonce);
        octets[from + FLAGS_AT] = (byte) ((flags & Frame.COMMAND) != 0 ? COMMAND : flags & Frame.MORE);
        sending.seal(nonce, octets, from + BOX_AT, to);
        return 0;
    }

    @Override
    public int decrypt(int flags, byte[] octets, int from, int to) {
        long nonce = (long) LONG.get(octets, from + NONCE_AT);
        if ((long) LONG.get(octets, from) != NAME
                || Long.compareUnsigned(nonce, lastReceived) <= 0
                || !receiving.open(nonce, octets, from + BOX_AT, to)) {
            throw new ZmtpProtocolException(
                    "expected an authentic MESSAGE, but what came is none, or was changed or repeated",
                    "RFC 26, MESSAGE Command");
        }
        lastReceived = nonce;
        int inner = octets[from + FLAGS_AT];
        if ((inner & ~(Frame.MORE | COMMAND)) != 0) {
            throw new ZmtpProtocolException(
                    "expected a MESSAGE with flags MORE or COMMAND, but they are " + (inner & 0xff),
                    "RFC 26, MESSAGE Command");
        }
        return (inner & COMMAND) != 0 ? Frame.COMMAND : inner & Frame.MORE;
    }

    @Override
    public void close() {
        sending.wipe();
        receiving.wipe();
    }
}
