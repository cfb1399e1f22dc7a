package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.crypto.ChaChaBox;
import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import io.zmtp.reactive.wire.Command;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** Clients that know BLAKE3ZMQ and play it wrong. */
class Blake3HostileTests {
    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();
    private static final byte[] METADATA =
            Command.writeMetadata(Line.metadata("DEALER", "")).toByteArray();

    private final Mechanism serving = Blake3Mechanism.server(SERVER, Authenticator.anyone());

    /** What a client keeps of a connection: its c', and S' and the cookie that it got for its HELLO. */
    private record Got(KeyPair transientKeys, byte[] serverTransientKey, byte[] cookie) {}

    /** One connection to the server, played by the test. */
    private final class Client {
        final Line line;
        final CompletableFuture<Session> session;
        byte[] hash;

        Client() {
            Line[] ends = Line.between("BLAKE3");
            line = ends[0];
            ends[1].scheduler = Schedulers.immediate();
            session = serving.handshake(ends[1]).toFuture();
            hash = Blake3Wire.begin(line.local(), line.remote());
        }

        private void send(String name, byte[] data) {
            Command command = Command.of(name, Bytes.wrap(data));
            hash = Blake3Wire.next(hash, command);
            line.send(command).block(Line.TIMEOUT);
        }

        Got hello() {
            KeyPair transientKeys = KeyPair.generate();
            byte[] transientKey = transientKeys.publicKey().toByteArray();
            byte[] agreed = agree(transientKeys, SERVER.publicKey().toByteArray());
            byte[] box = ChaChaBox.seal(
                    Blake3Wire.key("HELLO key", agreed),
                    Blake3Wire.nonce("HELLO", transientKey),
                    new byte[64],
                    Blake3Wire.ascii("HELLO"));
            send("HELLO", Step.concat(new byte[] {1, 0}, transientKey, new byte[96], box));
            Command welcome = line.receive("WELCOME").block(Line.TIMEOUT);
            byte[] opened = ChaChaBox.open(
                    Blake3Wire.key("WELCOME key", agreed),
                    Blake3Wire.nonce("WELCOME", hash),
                    welcome.data().toByteArray(),
                    Blake3Wire.ascii("WELCOME"));
            hash = Blake3Wire.next(hash, welcome);
            return new Got(transientKeys, Arrays.copyOf(opened, 32), Arrays.copyOfRange(opened, 32, opened.length));
        }

        /** All of it is authentic, and made of what is given. */
        Client initiate(Got got) {
            byte[] vouched = Step.concat(
                    got.transientKeys.publicKey().toByteArray(),
                    SERVER.publicKey().toByteArray());
            byte[] vouch = Blake3Wire.sealed("VOUCH", vouched, agree(CLIENT, got.serverTransientKey));
            byte[] proof = Step.concat(CLIENT.publicKey().toByteArray(), vouch, METADATA);
            byte[] box = Blake3Wire.sealed("INITIATE", proof, agree(got.transientKeys, got.serverTransientKey), hash);
            send("INITIATE", Step.concat(got.cookie, box));
            return this;
        }

        private byte[] agree(KeyPair own, byte[] other) {
            return KeyExchange.agree(own.secretKey().toByteArray(), other);
        }
    }

    @Test
    void letsAGoodClientIn() {
        Client client = new Client();
        client.initiate(client.hello());
        assertThat(client.session)
                .isCompletedWithValueMatching(session -> session.publicKey().equals(CLIENT.publicKey()));
    }

    /** The cookie opens, and s' and c' in it fit the rest of INITIATE; but it answered another HELLO. */
    @Test
    void acceptsNoCookieOfAnotherConnection() {
        Client first = new Client();
        Got got = first.hello();
        Client second = new Client();
        second.hello();
        second.initiate(got);
        assertThat(second.session)
                .failsWithin(Line.TIMEOUT)
                .withThrowableThat()
                .withMessageContaining("expected an authentic INITIATE");
        assertThat(first.initiate(got).session).isCompleted();
    }
}
