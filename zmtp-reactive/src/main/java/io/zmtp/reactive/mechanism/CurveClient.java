package io.zmtp.reactive.mechanism;

import static io.zmtp.reactive.mechanism.CurveWire.nonce;
import static io.zmtp.reactive.mechanism.Step.concat;
import static io.zmtp.reactive.mechanism.Step.take;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import io.zmtp.reactive.mechanism.crypto.SecretBox;
import io.zmtp.reactive.wire.Command;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The client's side of one handshake of CURVE; one step at a time, on any thread. */
final class CurveClient {

    private static final byte[] NO_OCTETS = new byte[0];

    private final Exchange exchange;
    private final byte[] serverKey;
    private final KeyPair keys;

    private final Secrets secrets = new Secrets();
    private byte[] transientSecret = NO_OCTETS;
    private byte[] transientKey = NO_OCTETS;
    /** Of the boxes that come next: first between c' and S, then between c' and S'. */
    private byte[] key = NO_OCTETS;

    CurveClient(Exchange exchange, Bytes serverKey, KeyPair keys) {
        this.exchange = exchange;
        this.serverKey = serverKey.toByteArray();
        this.keys = keys;
    }

    Mono<Session> run() {
        return compute("server key", this::hello)
                .flatMap(hello -> exchange.ask(hello, Command.WELCOME))
                .flatMap(welcome -> compute("WELCOME", () -> initiate(welcome.data())))
                .flatMap(initiate -> exchange.ask(initiate, Command.READY))
                .flatMap(ready -> compute("READY", () -> session(ready.data())))
                .doOnTerminate(secrets::forgetAll)
                .doOnCancel(secrets::forgetAll);
    }

    private <T> Mono<T> compute(String what, Callable<@Nullable T> work) {
        return Step.compute(exchange.scheduler(), what, work);
    }

    private @Nullable Command hello() {
        transientSecret = secrets.keep(KeyExchange.secretKey());
        transientKey = KeyExchange.publicKey(transientSecret);
        byte[] agreed = KeyExchange.boxKey(transientSecret, serverKey);
        if (agreed == null) {
            return null;
        }
        key = secrets.keep(agreed);
        ByteBuffer data = ByteBuffer.allocate(CurveWire.HELLO)
                .put((byte) 1)
                .put((byte) 0)
                .put(new byte[CurveWire.PADDING])
                .put(transientKey)
                .putLong(1)
                .put(SecretBox.seal(key, nonce(CurveWire.HELLO_NONCE, 1), new byte[CurveWire.PROOF]));
        return Command.of(Command.HELLO, Bytes.wrap(data.array()));
    }

    private @Nullable Command initiate(Bytes welcome) {
        ByteBuffer in = Step.sized(Command.WELCOME, welcome, CurveWire.WELCOME, CurveWire.WELCOME);
        byte[] opened = SecretBox.open(
                key, nonce(CurveWire.WELCOME_NONCE, take(in, CurveWire.LONG_NONCE)), take(in, in.remaining()));
        secrets.forget(key);
        if (opened == null) {
            return null;
        }
        ByteBuffer text = ByteBuffer.wrap(opened);
        byte[] serverTransientKey = take(text, CurveWire.KEY);
        byte[] cookie = take(text, CurveWire.COOKIE);
        byte[] agreed = KeyExchange.boxKey(transientSecret, serverTransientKey);
        if (agreed == null) {
            return null;
        }
        key = secrets.keep(agreed);
        secrets.forget(transientSecret);
        byte[] secret = secrets.keep(keys.secretKey().toByteArray());
        byte[] vouchKey = KeyExchange.boxKey(secret, serverTransientKey);
        secrets.forget(secret);
        if (vouchKey == null) {
            return null;
        }
        byte[] random = KeyExchange.random(CurveWire.LONG_NONCE);
        byte[] vouch = SecretBox.seal(
                secrets.keep(vouchKey), nonce(CurveWire.VOUCH_NONCE, random), concat(transientKey, serverKey));
        secrets.forget(vouchKey);
        byte[] proof = concat(
                keys.publicKey().toByteArray(),
                random,
                vouch,
                Command.writeMetadata(exchange.metadata()).toByteArray());
        byte[] box = SecretBox.seal(key, nonce(CurveWire.INITIATE_NONCE, 2), proof);
        byte[] counter = ByteBuffer.allocate(CurveWire.SHORT_NONCE).putLong(2).array();
        return Command.of(Command.INITIATE, Bytes.wrap(concat(cookie, counter, box)));
    }

    private @Nullable Session session(Bytes ready) {
        ByteBuffer in = Step.sized(Command.READY, ready, CurveWire.READY, Integer.MAX_VALUE);
        long counter = in.getLong();
        byte[] metadata = SecretBox.open(key, nonce(CurveWire.READY_NONCE, counter), take(in, in.remaining()));
        if (metadata == null) {
            return null;
        }
        Metadata peer = Command.readMetadata(Bytes.wrap(metadata), 0);
        FrameCipher cipher = new CurveCipher(key, CurveWire.CLIENT_NONCE, 3, CurveWire.SERVER_NONCE, counter);
        return new Session(peer, Bytes.wrap(serverKey), null, cipher);
    }
}
