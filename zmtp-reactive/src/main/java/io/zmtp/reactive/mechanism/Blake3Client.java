package io.zmtp.reactive.mechanism;

import static io.zmtp.reactive.mechanism.Step.concat;
import static io.zmtp.reactive.mechanism.Step.take;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.crypto.ChaChaBox;
import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import io.zmtp.reactive.wire.Command;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The client's side of one handshake of BLAKE3ZMQ; one step at a time, on any thread. */
final class Blake3Client {

    private static final byte[] NONE = new byte[0];

    private final Exchange exchange;
    private final byte[] serverKey;
    private final KeyPair keys;

    private byte[] transientSecret = NONE;
    private byte[] transientKey = NONE;
    /** What c' agrees upon, first with S, then with S'. */
    private byte[] agreed = NONE;

    private byte[] hash = NONE;

    Blake3Client(Exchange exchange, Bytes serverKey, KeyPair keys) {
        this.exchange = exchange;
        this.serverKey = serverKey.toByteArray();
        this.keys = keys;
    }

    Mono<Session> run() {
        return compute("server key", this::hello)
                .flatMap(exchange::send)
                .then(exchange.receive(Command.WELCOME))
                .flatMap(welcome -> compute("WELCOME", () -> initiate(welcome)))
                .flatMap(exchange::send)
                .then(exchange.receive(Command.READY))
                .flatMap(ready -> compute("READY", () -> session(ready)))
                .doOnTerminate(this::forget)
                .doOnCancel(this::forget);
    }

    private <T> Mono<T> compute(String what, Callable<@Nullable T> work) {
        return Step.compute(exchange.scheduler(), what, work);
    }

    /** Best effort: the virtual machine may have made copies. */
    private void forget() {
        Arrays.fill(transientSecret, (byte) 0);
        Arrays.fill(agreed, (byte) 0);
    }

    /** Notes what goes out next. */
    private Command hashed(Command command) {
        hash = Blake3Wire.next(hash, command);
        return command;
    }

    private @Nullable Command hello() {
        hash = Blake3Wire.begin(exchange.local(), exchange.remote());
        transientSecret = KeyExchange.secretKey();
        transientKey = KeyExchange.publicKey(transientSecret);
        byte[] shared = KeyExchange.agree(transientSecret, serverKey);
        if (shared == null) {
            return null;
        }
        agreed = shared;
        byte[] box = ChaChaBox.seal(
                Blake3Wire.key("HELLO key", agreed),
                Blake3Wire.nonce("HELLO", transientKey),
                new byte[Blake3Wire.PROOF],
                Blake3Wire.ascii(Command.HELLO));
        byte[] data = concat(new byte[] {1, 0}, transientKey, new byte[Blake3Wire.PADDING], box);
        return hashed(Command.of(Command.HELLO, Bytes.wrap(data)));
    }

    private @Nullable Command initiate(Command welcome) {
        ByteBuffer in = Step.sized(Command.WELCOME, welcome.data(), Blake3Wire.WELCOME, Blake3Wire.WELCOME);
        byte[] opened = ChaChaBox.open(
                Blake3Wire.key("WELCOME key", agreed),
                Blake3Wire.nonce("WELCOME", hash),
                take(in, in.remaining()),
                Blake3Wire.ascii(Command.WELCOME));
        Arrays.fill(agreed, (byte) 0);
        if (opened == null) {
            return null;
        }
        hash = Blake3Wire.next(hash, welcome);
        ByteBuffer text = ByteBuffer.wrap(opened);
        byte[] serverTransientKey = take(text, Blake3Wire.KEY);
        byte[] cookie = take(text, Blake3Wire.COOKIE);
        byte[] secret = keys.secretKey().toByteArray();
        byte[] shared = KeyExchange.agree(transientSecret, serverTransientKey);
        byte[] vouching = KeyExchange.agree(secret, serverTransientKey);
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(transientSecret, (byte) 0);
        if (shared == null || vouching == null) {
            return null;
        }
        agreed = shared;
        byte[] vouch = Blake3Wire.seal("VOUCH", concat(transientKey, serverKey), vouching);
        Arrays.fill(vouching, (byte) 0);
        byte[] proof = concat(
                keys.publicKey().toByteArray(),
                vouch,
                Command.writeMetadata(exchange.metadata()).toByteArray());
        byte[] box = Blake3Wire.seal(Command.INITIATE, proof, agreed, hash);
        return hashed(Command.of(Command.INITIATE, Bytes.wrap(concat(cookie, box))));
    }

    private @Nullable Session session(Command ready) {
        byte[] metadata = Blake3Wire.open(Command.READY, ready.data().toByteArray(), agreed, hash);
        if (metadata == null) {
            return null;
        }
        hash = Blake3Wire.next(hash, ready);
        FrameCipher cipher = Blake3Wire.cipher(false, hash, agreed);
        return new Session(Command.readMetadata(Bytes.wrap(metadata), 0), Bytes.wrap(serverKey), null, cipher);
    }
}
