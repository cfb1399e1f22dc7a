package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.crypto.Blake3;
import io.zmtp.reactive.mechanism.crypto.ChaChaBox;
import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import io.zmtp.reactive.mechanism.crypto.SecretBox;
import io.zmtp.reactive.testing.HeapDump;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Nothing that could open recorded traffic later lies in the memory once it is no longer needed, in arrays that nobody
 * holds neither. The secrets are computed from what was on the wire, after the memory was written to a file.
 */
class MemoryTests {
    @TempDir
    Path folder;

    private final KeyPair server = KeyPair.generate();
    private final KeyPair client = KeyPair.generate();
    private final List<Frame> sent = new ArrayList<>();
    private final Map<String, byte[]> secrets = new LinkedHashMap<>();
    private byte[] cookieKey = new byte[0];
    private byte[] maskedTransientSecret = new byte[0];
    private HeapDump atInitiate;
    private HeapDump atReady;
    private HeapDump atEnd;

    private static Line[] between(String mechanism) {
        Line[] ends = Line.between(mechanism);
        ends[0].scheduler = Schedulers.immediate();
        ends[1].scheduler = Schedulers.immediate();
        return ends;
    }

    /** Runs a handshake, and keeps what the memory held when INITIATE and READY were sent, and in the end. */
    private void handshake(
            Line[] ends, Object calling, Mono<Session> called, Mono<Session> served, CookieKeys cookies) {
        for (Line end : ends) {
            end.onTheWay(frame -> {
                sent.add(frame);
                String name = Command.parse(frame).name();
                if (name.equals(Command.HELLO)) {
                    maskedTransientSecret = masked(transientSecret(calling));
                } else if (name.equals(Command.INITIATE)) {
                    atInitiate = HeapDump.take(folder);
                } else if (name.equals(Command.READY)) {
                    atReady = HeapDump.take(folder);
                }
                return frame;
            });
        }
        System.gc(); // and no more until the end: what nobody holds would be gone
        CompletableFuture<Session> serving = served.toFuture();
        assertThat(called.toFuture()).isCompleted();
        assertThat(serving).isCompleted();
        atEnd = HeapDump.take(folder);
        cookies.seal(key -> cookieKey = key.clone());
        secrets.put("c'", masked(maskedTransientSecret));
        secrets.put("s", server.secretKey().toByteArray());
        secrets.put("c", client.secretKey().toByteArray());
    }

    private static byte[] transientSecret(Object side) {
        try {
            Field field = side.getClass().getDeclaredField("transientSecret");
            field.setAccessible(true);
            return (byte[]) field.get(side);
        } catch (ReflectiveOperationException renamed) {
            throw new AssertionError(renamed);
        }
    }

    /** So that the test's own copy is not found. */
    private static byte[] masked(byte[] secret) {
        byte[] masked = new byte[secret.length];
        for (int i = 0; i < secret.length; i++) {
            masked[i] = (byte) (secret[i] ^ 0x5a);
        }
        return masked;
    }

    private byte[] data(int command) {
        return Command.parse(sent.get(command)).data().toByteArray();
    }

    private static byte[] agree(KeyPair own, byte[] other) {
        return KeyExchange.agree(own.secretKey().toByteArray(), other);
    }

    private static byte[] boxKey(KeyPair own, byte[] other) {
        return KeyExchange.boxKey(own.secretKey().toByteArray(), other);
    }

    /** Bouncy Castle leaves such a copy behind when it makes a public key. */
    private static boolean isClamped(byte[] secret) {
        return (secret[0] & 7) == 0 && (secret[31] & 0xc0) == 0x40;
    }

    private void assertCounts(HeapDump dump, Map<String, Integer> expected) throws IOException {
        Map<String, Integer> found = new LinkedHashMap<>();
        int[] counts = dump.count(List.copyOf(secrets.values()));
        dump.delete();
        int next = 0;
        for (Map.Entry<String, byte[]> secret : secrets.entrySet()) {
            boolean excused = secret.getKey().endsWith("'") && isClamped(secret.getValue());
            int count = counts[next++] - (excused ? 1 : 0);
            if (count > 0) {
                found.put(secret.getKey(), count);
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void holdsTheSecretsOfCurveNoLongerThanTheyAreNeeded() throws IOException {
        Line.talk(
                between("CURVE"),
                CurveMechanism.client(server.publicKey()),
                CurveMechanism.server(server, Authenticator.anyone()));
        CookieKeys cookies = new CookieKeys();
        Line[] ends = between("CURVE");
        CurveClient calling = new CurveClient(ends[0], server.publicKey(), client);
        CurveServer serving = new CurveServer(ends[1], server, Authenticator.anyone(), cookies);
        handshake(ends, calling, calling.run(), serving.run(), cookies);
        byte[] clientTransientKey = Arrays.copyOfRange(data(0), 74, 106);
        byte[] helloKey = boxKey(server, clientTransientKey);
        byte[] welcome = data(1);
        byte[] text = SecretBox.open(
                helloKey,
                CurveWire.nonce(CurveWire.WELCOME_NONCE, Arrays.copyOf(welcome, 16)),
                Arrays.copyOfRange(welcome, 16, 160));
        byte[] cookie = SecretBox.open(
                cookieKey,
                CurveWire.nonce(CurveWire.COOKIE_NONCE, Arrays.copyOfRange(text, 32, 48)),
                Arrays.copyOfRange(text, 48, 128));
        KeyPair serverTransient = KeyPair.of(Bytes.wrap(Arrays.copyOfRange(cookie, 32, 64)));
        secrets.put("s'", serverTransient.secretKey().toByteArray());
        secrets.put("C' and S agree", agree(server, clientTransientKey));
        secrets.put("key of HELLO and WELCOME", helloKey);
        secrets.put("C and S' agree", agree(client, Arrays.copyOf(text, 32)));
        secrets.put("key of the vouch", boxKey(client, Arrays.copyOf(text, 32)));
        secrets.put("C' and S' agree", agree(serverTransient, clientTransientKey));
        secrets.put("key of the connection", boxKey(serverTransient, clientTransientKey));
        assertCounts(atInitiate, Map.of("s", 1, "c", 1, "key of the connection", 1));
        assertCounts(atReady, Map.of("s", 1, "c", 1, "key of the connection", 2));
        assertCounts(atEnd, Map.of("s", 1, "c", 1));
    }

    @Test
    void holdsTheSecretsOfBlake3NoLongerThanTheyAreNeeded() throws IOException {
        Line.talk(
                between("BLAKE3"),
                Blake3Mechanism.client(server.publicKey()),
                Blake3Mechanism.server(server, Authenticator.anyone()));
        CookieKeys cookies = new CookieKeys();
        Line[] ends = between("BLAKE3");
        Blake3Client calling = new Blake3Client(ends[0], server.publicKey(), client);
        Blake3Server serving = new Blake3Server(ends[1], server, Authenticator.anyone(), cookies);
        handshake(ends, calling, calling.run(), serving.run(), cookies);
        byte[] clientTransientKey = Arrays.copyOfRange(data(0), 2, 34);
        byte[] dh1 = agree(server, clientTransientKey);
        List<byte[]> hashes = new ArrayList<>(List.of(Blake3Wire.begin(ends[0].local(), ends[1].local())));
        sent.forEach(frame -> hashes.add(Blake3Wire.next(hashes.get(hashes.size() - 1), Command.parse(frame))));
        byte[] text = ChaChaBox.open(
                Blake3Wire.key("WELCOME key", dh1),
                Blake3Wire.nonce("WELCOME", hashes.get(1)),
                data(1),
                Blake3Wire.ascii("WELCOME"));
        byte[] cookie = ChaChaBox.open(
                Blake3Wire.key("cookie", cookieKey),
                Arrays.copyOfRange(text, 32, 56),
                Arrays.copyOfRange(text, 56, 184),
                Blake3Wire.ascii("COOKIE"));
        KeyPair serverTransient = KeyPair.of(Bytes.wrap(Arrays.copyOfRange(cookie, 32, 64)));
        byte[] dh2 = agree(serverTransient, clientTransientKey);
        byte[] dh3 = agree(client, Arrays.copyOf(text, 32));
        secrets.put("s'", serverTransient.secretKey().toByteArray());
        secrets.put("dh1", dh1);
        secrets.put("dh2", dh2);
        secrets.put("dh3", dh3);
        secrets.put("key of HELLO", Blake3Wire.key("HELLO key", dh1));
        secrets.put("key of WELCOME", Blake3Wire.key("WELCOME key", dh1));
        secrets.put("key of the vouch", Blake3Wire.key("VOUCH key", dh3));
        secrets.put("key of INITIATE", Blake3Wire.key("INITIATE key", dh2, hashes.get(2)));
        secrets.put("key of READY", Blake3Wire.key("READY key", dh2, hashes.get(3)));
        byte[] nonce = Blake3Wire.nonce("READY", dh2, hashes.get(3));
        byte[] both = Blake3.keyed(secrets.get("key of READY"), 72, nonce);
        secrets.put("encryption of READY", Arrays.copyOf(both, 32));
        secrets.put("authentication of READY", Arrays.copyOfRange(both, 32, 64));
        for (String direction : new String[] {"client->server", "server->client"}) {
            for (String key : new String[] {"enc", "auth"}) {
                secrets.put(
                        direction + " " + key,
                        Blake3.derive("BLAKE3ZMQ-1.0 " + direction + " " + key + " key", 32, hashes.get(4), dh2));
            }
        }
        assertCounts(atInitiate, Map.of("s", 1, "c", 1, "dh2", 1));
        assertCounts(atReady, Map.of("s", 1, "c", 1, "dh2", 2));
        assertCounts(atEnd, Map.of("s", 1, "c", 1));
    }

    @Test
    void leavesNoCopyOfASecretKeyBehindWhenItMakesAPair() throws IOException {
        KeyPair pair = KeyPair.generate();
        HeapDump dump = HeapDump.take(folder);
        byte[] secret = pair.secretKey().toByteArray();
        assertThat(dump.count(List.of(secret))[0]).isBetween(1, isClamped(secret) ? 2 : 1);
        dump.delete();
    }
}
