package io.zmtp.reactive.testing;

import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One side of CURVE (RFC 26) whose every octet the test decides: it makes and opens the data of the commands, checks
 * nothing but tags, and lets all of its keys and counters be changed. The known answers hold for it.
 */
public final class RawCurve {
    /** The key that a point of low order leads to, whatever the secret: HSalsa20 of zeros. */
    public static final byte[] KNOWN_TO_ALL =
            Hex.parse("351f86faa3b988468a850122b65b0acece9c4826806aeee63de9c0da2bd7f91e");

    private static final byte[] MESSAGE = Hex.parse("07 'MESSAGE'");

    public final byte[] secret;
    public final byte[] transientSecret = KeyExchange.secretKey();
    /** On a client the server's public key. */
    public byte[] serverKey;

    /** On a server what WELCOME says instead of its own, if set. */
    public byte @Nullable [] shownTransientKey;

    public byte[] peerTransientKey = new byte[0];
    /** On a server what the client used. */
    public byte[] vouchNonce = new byte[0];

    public byte[] cookie = new byte[0];
    public byte[] cookieKey = KeyExchange.random(32);
    public byte[] longNonce = KeyExchange.random(16);
    public long nextNonce = 1;
    private final boolean asServer;
    private byte[] key = new byte[0];

    private RawCurve(boolean asServer, byte[] secret, byte[] serverKey) {
        this.asServer = asServer;
        this.secret = secret;
        this.serverKey = serverKey;
    }

    public static RawCurve client(KeyPair server, KeyPair own) {
        return new RawCurve(
                false, own.secretKey().toByteArray(), server.publicKey().toByteArray());
    }

    public static RawCurve server(KeyPair own) {
        return new RawCurve(true, own.secretKey().toByteArray(), own.publicKey().toByteArray());
    }

    // ---- the client's commands

    /** Data of HELLO. */
    public byte[] hello() {
        return hello(new byte[64]);
    }

    public byte[] hello(byte[] proof) {
        long nonce = nextNonce++;
        return concat(
                new byte[] {1, 0},
                new byte[72],
                transientKey(),
                counter(nonce),
                NaCl.seal(agree(transientSecret, serverKey), nonce("CurveZMQHELLO---", nonce), proof));
    }

    /** Opens the data of WELCOME. */
    public void welcome(byte[] data) {
        byte[] text = open(
                agree(transientSecret, serverKey),
                nonce("WELCOME-", Arrays.copyOf(data, 16)),
                Arrays.copyOfRange(data, 16, data.length));
        peerTransientKey = Arrays.copyOf(text, 32);
        cookie = Arrays.copyOfRange(text, 32, text.length);
        key = agree(transientSecret, peerTransientKey);
    }

    /** Data of INITIATE. */
    public byte[] initiate(byte[] metadata) {
        return initiate(metadata, concat(transientKey(), serverKey));
    }

    public byte[] initiate(byte[] metadata, byte[] vouch) {
        return initiate(NaCl.publicKey(secret), agree(secret, peerTransientKey), metadata, vouch);
    }

    /** Data of INITIATE that claims another key, with a vouch under the key that everybody knows. */
    public byte[] initiateAs(byte[] publicKey, byte[] metadata) {
        return initiate(publicKey, KNOWN_TO_ALL, metadata, concat(transientKey(), serverKey));
    }

    private byte[] initiate(byte[] publicKey, byte[] vouchKey, byte[] metadata, byte[] vouch) {
        long nonce = nextNonce++;
        byte[] box = NaCl.seal(vouchKey, nonce("VOUCH---", longNonce), vouch);
        byte[] text = concat(publicKey, longNonce, box, metadata);
        return concat(cookie, counter(nonce), NaCl.seal(key, nonce("CurveZMQINITIATE", nonce), text));
    }

    /** Opens the data of READY: the metadata. */
    public byte[] ready(byte[] data) {
        return open(key, nonce("CurveZMQREADY---", Arrays.copyOf(data, 8)), Arrays.copyOfRange(data, 8, data.length));
    }

    // ---- the server's commands

    /** Answers the data of HELLO with that of WELCOME. */
    public byte[] welcomeTo(byte[] hello) {
        peerTransientKey = Arrays.copyOfRange(hello, 74, 106);
        byte[] shared = agree(secret, peerTransientKey);
        open(
                shared,
                nonce("CurveZMQHELLO---", Arrays.copyOfRange(hello, 106, 114)),
                Arrays.copyOfRange(hello, 114, 194));
        byte[] cookieNonce = KeyExchange.random(16);
        return welcomeOf(shared, cookieNonce);
    }

    public byte[] welcomeOf(byte[] shared, byte[] cookieNonce) {
        cookie = concat(
                cookieNonce,
                NaCl.seal(cookieKey, nonce("COOKIE--", cookieNonce), concat(peerTransientKey, transientSecret)));
        key = agree(transientSecret, peerTransientKey);
        return concat(
                longNonce,
                NaCl.seal(
                        shared,
                        nonce("WELCOME-", longNonce),
                        concat(shownTransientKey == null ? transientKey() : shownTransientKey, cookie)));
    }

    /** Opens the data of INITIATE: the metadata. */
    public byte[] initiateOf(byte[] data) {
        byte[] text = open(
                key,
                nonce("CurveZMQINITIATE", Arrays.copyOfRange(data, 96, 104)),
                Arrays.copyOfRange(data, 104, data.length));
        vouchNonce = Arrays.copyOfRange(text, 32, 48);
        byte[] vouch = open(
                agree(transientSecret, Arrays.copyOf(text, 32)),
                nonce("VOUCH---", vouchNonce),
                Arrays.copyOfRange(text, 48, 128));
        if (!Arrays.equals(vouch, concat(peerTransientKey, serverKey))) {
            throw new AssertionError("another vouch: " + Hex.dump(vouch));
        }
        return Arrays.copyOfRange(text, 128, text.length);
    }

    /** Data of READY. */
    public byte[] readyWith(byte[] metadata) {
        long nonce = nextNonce++;
        return concat(counter(nonce), NaCl.seal(key, nonce("CurveZMQREADY---", nonce), metadata));
    }

    // ---- traffic

    /** The body of a MESSAGE: inner flags 1 MORE, 2 COMMAND. */
    public byte[] message(int flags, byte[] body) {
        return message(nextNonce++, concat(new byte[] {(byte) flags}, body));
    }

    public byte[] message(long nonce, byte[] text) {
        String prefix = asServer ? "CurveZMQMESSAGES" : "CurveZMQMESSAGEC";
        return concat(MESSAGE, counter(nonce), NaCl.seal(key, nonce(prefix, nonce), text));
    }

    /** What is in the body of a MESSAGE of the other side: inner flags, then the body of the part or command. */
    public byte[] open(byte[] message) {
        String prefix = asServer ? "CurveZMQMESSAGEC" : "CurveZMQMESSAGES";
        return open(
                key,
                nonce(prefix, Arrays.copyOfRange(message, 8, 16)),
                Arrays.copyOfRange(message, 16, message.length));
    }

    public byte[] transientKey() {
        return NaCl.publicKey(transientSecret);
    }

    private static byte[] agree(byte[] secret, byte[] publicKey) {
        byte[] key = NaCl.boxKey(secret, publicKey);
        return key == null ? KNOWN_TO_ALL : key;
    }

    private static byte[] open(byte[] key, byte[] nonce, byte[] box) {
        byte[] text = NaCl.open(key, nonce, box);
        if (text == null) {
            throw new AssertionError("a box that does not open: " + Hex.dump(box));
        }
        return text;
    }

    private static byte[] nonce(String prefix, long counter) {
        return nonce(prefix, counter(counter));
    }

    private static byte[] nonce(String prefix, byte[] rest) {
        return concat(prefix.getBytes(StandardCharsets.US_ASCII), rest);
    }

    private static byte[] counter(long counter) {
        return ByteBuffer.allocate(8).putLong(counter).array();
    }

    private static byte[] concat(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }
}
