package io.zmtp.reactive.mechanism;

import static io.zmtp.reactive.mechanism.Step.concat;
import static io.zmtp.reactive.mechanism.Step.take;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.mechanism.crypto.ChaChaBox;
import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import io.zmtp.reactive.wire.Command;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The server's side of one handshake of BLAKE3ZMQ; one step at a time, on any thread. Between WELCOME and INITIATE it
 * keeps two hashes, which tie the cookie to this connection; s' is in the cookie.
 */
final class Blake3Server {

    private static final byte[] NO_OCTETS = new byte[0];

    private final Exchange exchange;
    private final KeyPair keys;
    private final Authenticator authenticator;
    private final CookieKeys cookies;

    private final Secrets secrets = new Secrets();
    private byte[] helloHash = NO_OCTETS;
    private byte[] hash = NO_OCTETS;
    /** What the transient keys agree upon, once INITIATE has brought s' back; zeros after the handshake. */
    private byte[] agreed = NO_OCTETS;

    Blake3Server(Exchange exchange, KeyPair keys, Authenticator authenticator, CookieKeys cookies) {
        this.exchange = exchange;
        this.keys = keys;
        this.authenticator = authenticator;
        this.cookies = cookies;
    }

    /** What INITIATE proved. */
    private record Client(Bytes publicKey, Metadata metadata) {}

    Mono<Session> run() {
        return exchange.receive(Command.HELLO)
                .flatMap(hello -> compute(Command.HELLO, () -> welcome(hello)))
                .flatMap(welcome -> exchange.ask(welcome, Command.INITIATE))
                .flatMap(initiate -> compute(Command.INITIATE, () -> open(initiate)))
                .flatMap(client -> Admission.ask(authenticator, credentials(client), exchange)
                        .flatMap(accept -> {
                            Metadata peer = Admission.merge(client.metadata, accept.properties());
                            return exchange.admit(peer, client.publicKey, accept.userId())
                                    .then(Mono.defer(() -> exchange.send(ready())))
                                    .then(Mono.fromSupplier(() -> session(client, peer, accept.userId())));
                        }))
                .doOnTerminate(secrets::forgetAll)
                .doOnCancel(secrets::forgetAll);
    }

    private <T> Mono<T> compute(String what, Callable<@Nullable T> work) {
        return Step.compute(exchange.scheduler(), what, work);
    }

    private @Nullable Command welcome(Command hello) {
        ByteBuffer in = Step.sized(Command.HELLO, hello.data(), Blake3Wire.HELLO, Blake3Wire.HELLO);
        if (in.get() != 1 || in.get() != 0) {
            throw Step.malformed("HELLO of version 1.0", "another version");
        }
        byte[] clientTransientKey = take(in, Blake3Wire.KEY);
        if (!KeyExchange.equal(take(in, Blake3Wire.PADDING), new byte[Blake3Wire.PADDING])) {
            throw Step.malformed("HELLO padded with zeros", "something else");
        }
        byte[] secret = secrets.keep(keys.secretKey().toByteArray());
        byte[] shared = KeyExchange.agree(secret, clientTransientKey);
        secrets.forget(secret);
        if (shared == null) {
            return null;
        }
        byte[] proof = Blake3Wire.open(
                Command.HELLO,
                Blake3Wire.key("HELLO key", secrets.keep(shared)),
                Blake3Wire.nonce("HELLO", clientTransientKey),
                take(in, in.remaining()));
        if (proof == null || !KeyExchange.equal(proof, new byte[Blake3Wire.PROOF])) {
            return null;
        }
        helloHash = Blake3Wire.next(Blake3Wire.begin(exchange.remote(), exchange.local()), hello);
        byte[] transientSecret = secrets.keep(KeyExchange.secretKey());
        byte[] text = concat(KeyExchange.publicKey(transientSecret), cookie(clientTransientKey, transientSecret));
        secrets.forget(transientSecret);
        byte[] box = Blake3Wire.seal(
                Command.WELCOME, Blake3Wire.key("WELCOME key", shared), Blake3Wire.nonce("WELCOME", helloHash), text);
        secrets.forget(shared);
        Command welcome = Command.of(Command.WELCOME, Bytes.wrap(box));
        hash = Blake3Wire.next(helloHash, welcome);
        return welcome;
    }

    private byte[] cookie(byte[] clientTransientKey, byte[] transientSecret) {
        byte[] nonce = KeyExchange.random(ChaChaBox.NONCE);
        byte[] text = secrets.keep(concat(clientTransientKey, transientSecret, helloHash));
        byte[] box = cookies.seal(own -> Blake3Wire.seal("COOKIE", Blake3Wire.key("cookie", own), nonce, text));
        secrets.forget(text);
        return concat(nonce, box);
    }

    private @Nullable Client open(Command initiate) {
        ByteBuffer in = Step.sized(Command.INITIATE, initiate.data(), Blake3Wire.INITIATE, Integer.MAX_VALUE);
        byte[] nonce = take(in, ChaChaBox.NONCE);
        byte[] box = take(in, Blake3Wire.COOKIE_BOX);
        byte[] cookie = cookies.open(own -> Blake3Wire.open("COOKIE", Blake3Wire.key("cookie", own), nonce, box));
        if (cookie == null) {
            return null;
        }
        ByteBuffer hidden = ByteBuffer.wrap(secrets.keep(cookie));
        byte[] clientTransientKey = take(hidden, Blake3Wire.KEY);
        byte[] transientSecret = secrets.keep(take(hidden, Blake3Wire.KEY));
        boolean ours = KeyExchange.equal(take(hidden, hidden.remaining()), helloHash);
        secrets.forget(cookie);
        Client client = ours ? open(initiate, in, clientTransientKey, transientSecret) : null;
        secrets.forget(transientSecret);
        return client;
    }

    private @Nullable Client open(Command initiate, ByteBuffer in, byte[] clientTransientKey, byte[] transientSecret) {
        byte[] shared = KeyExchange.agree(transientSecret, clientTransientKey);
        if (shared == null) {
            return null;
        }
        agreed = secrets.keep(shared);
        byte[] opened = Blake3Wire.opened(Command.INITIATE, take(in, in.remaining()), agreed, hash);
        if (opened == null) {
            return null;
        }
        ByteBuffer text = ByteBuffer.wrap(opened);
        byte[] clientKey = take(text, Blake3Wire.KEY);
        byte[] vouching = KeyExchange.agree(transientSecret, clientKey);
        if (vouching == null) {
            return null;
        }
        byte[] vouch = Blake3Wire.opened("VOUCH", take(text, Blake3Wire.VOUCH), secrets.keep(vouching));
        secrets.forget(vouching);
        byte[] expected = concat(clientTransientKey, keys.publicKey().toByteArray());
        if (vouch == null || !KeyExchange.equal(vouch, expected)) {
            return null;
        }
        hash = Blake3Wire.next(hash, initiate);
        return new Client(Bytes.wrap(clientKey), Command.readMetadata(Bytes.wrap(opened), text.position()));
    }

    private Credentials credentials(Client client) {
        return Credentials.ofKey(Blake3Mechanism.NAME, exchange, client.publicKey, client.metadata);
    }

    private Command ready() {
        byte[] metadata = Command.writeMetadata(exchange.metadata()).toByteArray();
        Command ready = Command.of(Command.READY, Bytes.wrap(Blake3Wire.sealed(Command.READY, metadata, agreed, hash)));
        hash = Blake3Wire.next(hash, ready);
        return ready;
    }

    private Session session(Client client, Metadata peer, @Nullable String userId) {
        FrameCipher cipher = Blake3Wire.cipher(true, hash, agreed);
        return new Session(peer, client.publicKey, userId, cipher);
    }
}
