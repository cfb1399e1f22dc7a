package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.mechanism.crypto.SecretBox;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What both sides of CURVE need: sizes and nonces.
 *
 * <table>
 * <caption>Data of the commands, after their names; sizes in octets</caption>
 * <tr><td>HELLO 194</td><td>version 1.0 2, zeros 72, C' 32, nonce 8, box 80 of [zeros 64] from C' to S</td></tr>
 * <tr><td>WELCOME 160</td><td>nonce 16, box 144 of [S' 32, cookie 96] from S to C'</td></tr>
 * <tr><td>cookie</td><td>nonce 16, secret box 80 of [C' 32, s' 32]</td></tr>
 * <tr><td>INITIATE 248 + m</td>
 *     <td>cookie 96, nonce 8, box 144 + m of [C 32, vouch nonce 16, vouch 80, metadata m] from C' to S'</td></tr>
 * <tr><td>vouch</td><td>box 80 of [C' 32, S 32] from C to S'</td></tr>
 * <tr><td>READY 24 + m</td><td>nonce 8, box 16 + m of [metadata m] from S' to C'</td></tr>
 * <tr><td>MESSAGE 25 + n</td><td>nonce 8, box 17 + n of [flags 1, body n]</td></tr>
 * </table>
 *
 * <p>Nonces of 8 octets are counters, one a side, as libzmq counts: HELLO 1, INITIATE 2, MESSAGE 3 and on; READY 1,
 * MESSAGE 2 and on. Those of 16 are random. What comes before them makes them 24.
 */
final class CurveWire {

    static final int KEY = KeyPair.KEY_SIZE;
    static final int TAG = SecretBox.TAG;
    static final int SHORT_NONCE = 8;
    static final int LONG_NONCE = 16;
    static final int PADDING = 72;
    static final int PROOF = 64;
    /** A box of two keys: the vouch, or what is in the cookie. */
    static final int TWO_KEYS = TAG + 2 * KEY;

    static final int COOKIE = LONG_NONCE + TWO_KEYS;
    static final int HELLO = 2 + PADDING + KEY + SHORT_NONCE + TAG + PROOF;
    static final int WELCOME = LONG_NONCE + TAG + KEY + COOKIE;
    static final int INITIATE = COOKIE + SHORT_NONCE + TAG + KEY + LONG_NONCE + TWO_KEYS;
    static final int READY = SHORT_NONCE + TAG;

    static final String HELLO_NONCE = "CurveZMQHELLO---";
    static final String WELCOME_NONCE = "WELCOME-";
    static final String COOKIE_NONCE = "COOKIE--";
    static final String INITIATE_NONCE = "CurveZMQINITIATE";
    static final String VOUCH_NONCE = "VOUCH---";
    static final String READY_NONCE = "CurveZMQREADY---";
    static final String CLIENT_NONCE = "CurveZMQMESSAGEC";
    static final String SERVER_NONCE = "CurveZMQMESSAGES";

    private CurveWire() {}

    /** The 24 octets of a nonce. */
    static byte[] nonce(String prefix, byte[] rest) {
        return ByteBuffer.allocate(SecretBox.NONCE)
                .put(prefix.getBytes(StandardCharsets.US_ASCII))
                .put(rest)
                .array();
    }

    static byte[] nonce(String prefix, long counter) {
        return nonce(prefix, ByteBuffer.allocate(SHORT_NONCE).putLong(counter).array());
    }
}
