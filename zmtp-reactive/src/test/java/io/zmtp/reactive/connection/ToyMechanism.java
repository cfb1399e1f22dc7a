package io.zmtp.reactive.connection;

import io.zmtp.reactive.mechanism.Exchange;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.Session;
import reactor.core.publisher.Mono;

/** NULL's handshake, then every body turned around and padded. */
final class ToyMechanism implements Mechanism {

    @Override
    public String name() {
        return "TOY";
    }

    @Override
    public boolean asServer() {
        return false;
    }

    @Override
    public Mono<Session> handshake(Exchange exchange) {
        return NullMechanism.create()
                .handshake(exchange)
                .map(plain -> new Session(plain.peer(), null, null, new Turning()));
    }

    private static final class Turning implements FrameCipher {

        @Override
        public int suffix() {
            return 1;
        }

        @Override
        public int encrypt(int flags, byte[] octets, int from, int to) {
            turn(octets, from, to - 1);
            octets[to - 1] = (byte) flags;
            return 0;
        }

        @Override
        public int decrypt(int flags, byte[] octets, int from, int to) {
            turn(octets, from, to - 1);
            return octets[to - 1];
        }

        private static void turn(byte[] octets, int from, int to) {
            for (int i = from; i < to; i++) {
                octets[i] = (byte) ~octets[i];
            }
        }
    }
}
