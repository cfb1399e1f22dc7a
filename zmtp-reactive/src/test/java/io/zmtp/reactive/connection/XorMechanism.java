package io.zmtp.reactive.connection;

import io.zmtp.reactive.mechanism.Exchange;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.Session;
import io.zmtp.reactive.wire.Command;
import reactor.core.publisher.Mono;

/** A mechanism of somebody else's: every frame becomes one of its flags and its body, each octet turned over. */
final class XorMechanism implements Mechanism {

    @Override
    public String name() {
        return "XOR";
    }

    @Override
    public boolean asServer() {
        return false;
    }

    @Override
    public Mono<Session> handshake(Exchange exchange) {
        return exchange.send(Command.ready(exchange.metadata()))
                .then(exchange.receive(Command.READY))
                .map(ready -> new Session(ready.metadata(), null, "xor", new Xor()));
    }

    private static final class Xor implements FrameCipher {

        @Override
        public int prefix() {
            return 1;
        }

        @Override
        public int encrypt(int flags, byte[] octets, int from, int to) {
            octets[from] = (byte) flags;
            turn(octets, from, to);
            return 0;
        }

        @Override
        public int decrypt(int flags, byte[] octets, int from, int to) {
            turn(octets, from, to);
            return octets[from];
        }

        private static void turn(byte[] octets, int from, int to) {
            for (int i = from; i < to; i++) {
                octets[i] ^= (byte) 0xff;
            }
        }
    }
}
