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

/**
 * The server's side of one handshake of CURVE; one step at a time, on any thread. Between WELCOME and INITIATE it keeps
 * C' and the cookie's nonce, but not s', which is in the cookie. The nonce binds the cookie to this connection:
 * else a recorded connection could be repeated, from its HELLO to its last MESSAGE.
 */
final class CurveServer {

    private static final byte[] NO_OCTETS = new byte[0];

    private final Exchange exchange;
    private final KeyPair keys;
    private final Authenticator authenticator;
    private final CookieKeys cookies;

    private final Secrets secrets = new Secrets();
    private byte[] clientTransientKey = NO_OCTETS;
    private byte[] cookieNonce = NO_OCTETS;
    /** What the transient keys agree upon, once INITIATE has brought s' back; zeros after the handshake. */
    private byte[] key = NO_OCTETS;

    CurveServer(Exchange exchange, KeyPair keys, Authenticator authenticator, CookieKeys cookies) {
        this.exchange = exchange;
        this.keys = keys;
        this.authenticator = authenticator;
        this.cookies = cookies;
    }

    /** What INITIATE proved. */
    private record Client(Bytes publicKey, Metadata metadata, long counter) {}

    Mono<Session> run() {
        return exchange.receive(Command.HELLO)
                .flatMap(hello -> compute(Command.HELLO, () -> welcome(hello.data())))
                .flatMap(welcome -> exchange.ask(welcome, Command.INITIATE))
                .flatMap(initiate -> compute(Command.INITIATE, () -> open(initiate.data())))
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

    private @Nullable Command welcome(Bytes hello) {
        ByteBuffer in = Step.sized(Command.HELLO, hello, CurveWire.HELLO, CurveWire.HELLO);
        if (in.get() != 1 || in.get() != 0) {
            throw Step.malformed("HELLO of version 1.0", "another version");
        }
        if (!isZero(take(in, CurveWire.PADDING))) {
            throw Step.malformed("HELLO padded with zeros", "something else");
        }
        clientTransientKey = take(in, CurveWire.KEY);
        byte[] secret = secrets.keep(keys.secretKey().toByteArray());
        byte[] helloKey = KeyExchange.boxKey(secret, clientTransientKey);
        secrets.forget(secret);
        if (helloKey == null) {
            return null;
        }
        secrets.keep(helloKey);
        byte[] helloNonce = nonce(CurveWire.HELLO_NONCE, in.getLong());
        byte[] proof = SecretBox.open(helloKey, helloNonce, take(in, in.remaining()));
        if (proof == null || !isZero(proof)) {
            return null;
        }
        byte[] transientSecret = secrets.keep(KeyExchange.secretKey());
        byte[] text = concat(KeyExchange.publicKey(transientSecret), cookie(transientSecret));
        secrets.forget(transientSecret);
        byte[] random = KeyExchange.random(CurveWire.LONG_NONCE);
        byte[] box = SecretBox.seal(helloKey, nonce(CurveWire.WELCOME_NONCE, random), text);
        secrets.forget(helloKey);
        return Command.of(Command.WELCOME, Bytes.wrap(concat(random, box)));
    }

    private byte[] cookie(byte[] transientSecret) {
        cookieNonce = KeyExchange.random(CurveWire.LONG_NONCE);
        byte[] text = secrets.keep(concat(clientTransientKey, transientSecret));
        byte[] box = cookies.seal(own -> SecretBox.seal(own, nonce(CurveWire.COOKIE_NONCE, cookieNonce), text));
        secrets.forget(text);
        return concat(cookieNonce, box);
    }

    private @Nullable Client open(Bytes initiate) {
        ByteBuffer in = Step.sized(Command.INITIATE, initiate, CurveWire.INITIATE, Integer.MAX_VALUE);
        byte[] transientSecret = transientSecret(take(in, CurveWire.LONG_NONCE), take(in, CurveWire.TWO_KEYS));
        if (transientSecret == null) {
            return null;
        }
        Client client = open(in, transientSecret);
        secrets.forget(transientSecret);
        return client;
    }

    private @Nullable Client open(ByteBuffer in, byte[] transientSecret) {
        byte[] agreed = KeyExchange.boxKey(transientSecret, clientTransientKey);
        if (agreed == null) {
            return null;
        }
        key = secrets.keep(agreed);
        long counter = in.getLong();
        byte[] opened = SecretBox.open(key, nonce(CurveWire.INITIATE_NONCE, counter), take(in, in.remaining()));
        if (opened == null) {
            return null;
        }
        ByteBuffer text = ByteBuffer.wrap(opened);
        byte[] clientKey = take(text, CurveWire.KEY);
        byte[] vouchNonce = nonce(CurveWire.VOUCH_NONCE, take(text, CurveWire.LONG_NONCE));
        byte[] vouchKey = KeyExchange.boxKey(transientSecret, clientKey);
        if (vouchKey == null) {
            return null;
        }
        byte[] vouch = SecretBox.open(secrets.keep(vouchKey), vouchNonce, take(text, CurveWire.TWO_KEYS));
        secrets.forget(vouchKey);
        byte[] expected = concat(clientTransientKey, keys.publicKey().toByteArray());
        if (vouch == null || !KeyExchange.equal(vouch, expected)) {
            return null;
        }
        Metadata metadata = Command.readMetadata(Bytes.wrap(opened), text.position());
        return new Client(Bytes.wrap(clientKey), metadata, counter);
    }

    /** The secret key in the cookie; null if the cookie is not of this connection, or too old. */
    private byte @Nullable [] transientSecret(byte[] nonce, byte[] box) {
        if (!KeyExchange.equal(nonce, cookieNonce)) {
            return null;
        }
        byte[] text = cookies.open(own -> SecretBox.open(own, nonce(CurveWire.COOKIE_NONCE, nonce), box));
        if (text == null) {
            return null;
        }
        ByteBuffer hidden = ByteBuffer.wrap(secrets.keep(text));
        boolean ours = KeyExchange.equal(take(hidden, CurveWire.KEY), clientTransientKey);
        byte[] secret = secrets.keep(take(hidden, CurveWire.KEY));
        secrets.forget(text);
        return ours ? secret : null;
    }

    private Credentials credentials(Client client) {
        return Credentials.ofKey(CurveMechanism.NAME, exchange, client.publicKey, client.metadata);
    }

    private Command ready() {
        byte[] metadata = Command.writeMetadata(exchange.metadata()).toByteArray();
        byte[] counter = ByteBuffer.allocate(CurveWire.SHORT_NONCE).putLong(1).array();
        byte[] box = SecretBox.seal(key, nonce(CurveWire.READY_NONCE, 1), metadata);
        return Command.of(Command.READY, Bytes.wrap(concat(counter, box)));
    }

    private Session session(Client client, Metadata peer, @Nullable String userId) {
        FrameCipher cipher = new CurveCipher(key, CurveWire.SERVER_NONCE, 2, CurveWire.CLIENT_NONCE, client.counter);
        return new Session(peer, client.publicKey, userId, cipher);
    }

    private static boolean isZero(byte[] octets) {
        return KeyExchange.equal(octets, new byte[octets.length]);
    }
}
