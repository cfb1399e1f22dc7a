package io.zmtp.reactive.mechanism;

import static io.zmtp.reactive.mechanism.Step.concat;
import static io.zmtp.reactive.mechanism.Step.take;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import io.zmtp.reactive.wire.Command;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The client's side of one handshake of BLAKE3ZMQ; one step at a time, on any thread. */
final class Blake3Client {

    private static final byte[] NO_OCTETS = new byte[0];

    private final Exchange exchange;
    private final byte[] serverKey;
    private final KeyPair keys;

    private final Secrets secrets = new Secrets();
    private byte[] transientSecret = NO_OCTETS;
    private byte[] transientKey = NO_OCTETS;
    /** What c' agrees upon: first with S, then with S'. */
    private byte[] agreed = NO_OCTETS;

    private byte[] hash = NO_OCTETS;

    Blake3Client(Exchange exchange, Bytes serverKey, KeyPair keys) {
        this.exchange = exchange;
        this.serverKey = serverKey.toByteArray();
        this.keys = keys;
    }

    Mono<Session> run() {
        return compute("server key", this::hello)
                .flatMap(hello -> exchange.ask(hello, Command.WELCOME))
                .flatMap(welcome -> compute("WELCOME", () -> initiate(welcome)))
                .flatMap(initiate -> exchange.ask(initiate, Command.READY))
                .flatMap(ready -> compute("READY", () -> session(ready)))
                .doOnTerminate(secrets::forgetAll)
                .doOnCancel(secrets::forgetAll);
    }

    private <T> Mono<T> compute(String what, Callable<@Nullable T> work) {
        return Step.compute(exchange.scheduler(), what, work);
    }

    /** Notes what goes out next. */
    private Command hashed(Command command) {
        hash = Blake3Wire.next(hash, command);
        return command;
    }

    private @Nullable Command hello() {
        hash = Blake3Wire.begin(exchange.local(), exchange.remote());
        transientSecret = secrets.keep(KeyExchange.secretKey());
        transientKey = KeyExchange.publicKey(transientSecret);
        byte[] shared = KeyExchange.agree(transientSecret, serverKey);
        if (shared == null) {
            return null;
        }
        agreed = secrets.keep(shared);
        byte[] box = Blake3Wire.seal(
                Command.HELLO,
                Blake3Wire.key("HELLO key", agreed),
                Blake3Wire.nonce("HELLO", transientKey),
                new byte[Blake3Wire.PROOF]);
        byte[] data = concat(new byte[] {1, 0}, transientKey, new byte[Blake3Wire.PADDING], box);
        return hashed(Command.of(Command.HELLO, Bytes.wrap(data)));
    }

    private @Nullable Command initiate(Command welcome) {
        ByteBuffer in = Step.sized(Command.WELCOME, welcome.data(), Blake3Wire.WELCOME, Blake3Wire.WELCOME);
        byte[] opened = Blake3Wire.open(
                Command.WELCOME,
                Blake3Wire.key("WELCOME key", agreed),
                Blake3Wire.nonce("WELCOME", hash),
                take(in, in.remaining()));
        secrets.forget(agreed);
        if (opened == null) {
            return null;
        }
        hash = Blake3Wire.next(hash, welcome);
        ByteBuffer text = ByteBuffer.wrap(opened);
        byte[] serverTransientKey = take(text, Blake3Wire.KEY);
        byte[] cookie = take(text, Blake3Wire.COOKIE);
        byte[] shared = KeyExchange.agree(transientSecret, serverTransientKey);
        if (shared == null) {
            return null;
        }
        agreed = secrets.keep(shared);
        secrets.forget(transientSecret);
        byte[] secret = secrets.keep(keys.secretKey().toByteArray());
        byte[] vouching = KeyExchange.agree(secret, serverTransientKey);
        secrets.forget(secret);
        if (vouching == null) {
            return null;
        }
        byte[] vouch = Blake3Wire.sealed("VOUCH", concat(transientKey, serverKey), secrets.keep(vouching));
        secrets.forget(vouching);
        byte[] proof = concat(
                keys.publicKey().toByteArray(),
                vouch,
                Command.writeMetadata(exchange.metadata()).toByteArray());
        byte[] box = Blake3Wire.sealed(Command.INITIATE, proof, agreed, hash);
        return hashed(Command.of(Command.INITIATE, Bytes.wrap(concat(cookie, box))));
    }

    private @Nullable Session session(Command ready) {
        byte[] metadata = Blake3Wire.opened(Command.READY, ready.data().toByteArray(), agreed, hash);
        if (metadata == null) {
            return null;
        }
        hash = Blake3Wire.next(hash, ready);
        FrameCipher cipher = Blake3Wire.cipher(false, hash, agreed);
        return new Session(Command.readMetadata(Bytes.wrap(metadata), 0), Bytes.wrap(serverKey), null, cipher);
    }
}
