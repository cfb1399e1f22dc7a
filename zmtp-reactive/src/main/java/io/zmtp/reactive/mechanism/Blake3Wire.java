package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.mechanism.crypto.Blake3;
import io.zmtp.reactive.mechanism.crypto.ChaChaBox;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Greeting;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of BLAKE3ZMQ need: sizes, how keys are derived, and the hashes over all that was sent.
 *
 * <table>
 * <caption>Data of the commands, after their names; sizes in octets</caption>
 * <tr><td>HELLO 226</td><td>version 1.0 2, C' 32, zeros 96, box 96 of [zeros 64]</td></tr>
 * <tr><td>WELCOME 216</td><td>box of [S' 32, cookie 152]</td></tr>
 * <tr><td>cookie</td><td>nonce 24, box 128 of [C' 32, s' 32, h1 32]</td></tr>
 * <tr><td>INITIATE 312 + m</td><td>cookie 152, box 160 + m of [C 32, vouch 96, metadata m]</td></tr>
 * <tr><td>vouch</td><td>box of [C' 32, S 32]</td></tr>
 * <tr><td>READY 32 + m</td><td>box of [metadata m]</td></tr>
 * </table>
 *
 * <p>Each hash covers the one before it and the next command as it is on the wire; h0 covers both greetings.
 */
final class Blake3Wire {

    static final int KEY = KeyPair.KEY_SIZE;
    static final int TAG = ChaChaBox.TAG;
    static final int PADDING = 96;
    static final int PROOF = 64;
    static final int COOKIE_BOX = 2 * KEY + Blake3.SIZE + TAG;
    static final int COOKIE = ChaChaBox.NONCE + COOKIE_BOX;
    static final int VOUCH = 2 * KEY + TAG;
    static final int HELLO = 2 + KEY + PADDING + PROOF + TAG;
    static final int WELCOME = KEY + COOKIE + TAG;
    static final int INITIATE = COOKIE + KEY + VOUCH + TAG;

    static final String PROTOCOL = "BLAKE3ZMQ-1.0";
    private static final String TO_SERVER = " client->server ";
    private static final String TO_CLIENT = " server->client ";

    private Blake3Wire() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** h0. */
    static byte[] begin(Greeting client, Greeting server) {
        return Blake3.hash(
                ascii(PROTOCOL), client.octets().toByteArray(), server.octets().toByteArray());
    }

    /** The hash after a command. */
    static byte[] next(byte[] hash, Command command) {
        return Blake3.hash(hash, command.frame().octets().toByteArray());
    }

    /** A key for one purpose. */
    static byte[] key(String purpose, byte[]... material) {
        return Blake3.derive(PROTOCOL + " " + purpose, KEY, material);
    }

    /** A nonce for one purpose. */
    static byte[] nonce(String purpose, byte[]... material) {
        return Blake3.derive(PROTOCOL + " " + purpose + " nonce", ChaChaBox.NONCE, material);
    }

    /** A box with a key of its own, which is overwritten. */
    static byte[] seal(String name, byte[] key, byte[] nonce, byte[] text) {
        byte[] box = ChaChaBox.seal(key, nonce, text, ascii(name));
        Arrays.fill(key, (byte) 0);
        return box;
    }

    /** Opens a box with a key of its own, which is overwritten; null if it is not authentic. */
    static byte @Nullable [] open(String name, byte[] key, byte[] nonce, byte[] box) {
        byte[] text = ChaChaBox.open(key, nonce, box, ascii(name));
        Arrays.fill(key, (byte) 0);
        return text;
    }

    /** The box of a command or of the vouch; its key and nonce are derived from the same material. */
    static byte[] sealed(String name, byte[] text, byte[]... material) {
        return seal(name, key(name + " key", material), nonce(name, material), text);
    }

    static byte @Nullable [] opened(String name, byte[] box, byte[]... material) {
        return open(name, key(name + " key", material), nonce(name, material), box);
    }

    /** What encrypts the traffic, made of the last hash and what the transient keys agree upon. */
    static FrameCipher cipher(boolean asServer, byte[] hash, byte[] agreed) {
        ChaChaBox toServer = stream(TO_SERVER, hash, agreed);
        ChaChaBox toClient = stream(TO_CLIENT, hash, agreed);
        return asServer ? new Blake3Cipher(toClient, toServer) : new Blake3Cipher(toServer, toClient);
    }

    private static ChaChaBox stream(String direction, byte[] hash, byte[] agreed) {
        String context = PROTOCOL + direction;
        byte[] key = Blake3.derive(context + "enc key", KEY, hash, agreed);
        byte[] authenticationKey = Blake3.derive(context + "auth key", KEY, hash, agreed);
        byte[] nonce = Blake3.derive(context + "nonce", ChaChaBox.STREAM_NONCE, hash, agreed);
        ChaChaBox box = new ChaChaBox(key, authenticationKey, nonce);
        Arrays.fill(key, (byte) 0);
        Arrays.fill(authenticationKey, (byte) 0);
        return box;
    }
}
