package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.Exchange;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.Session;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
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
        public Frame encrypt(Frame plain) {
            byte[] box = new byte[1 + plain.body().size()];
            box[0] = (byte) plain.flags();
            plain.body().copyTo(0, box, 1, plain.body().size());
            return Frame.of(turn(box), false);
        }

        @Override
        public Frame decrypt(Frame wire) {
            Bytes box = turn(wire.body().toByteArray());
            return new Frame(box.byteAt(0), box.slice(1, box.size()));
        }

        private static Bytes turn(byte[] octets) {
            for (int i = 0; i < octets.length; i++) {
                octets[i] ^= (byte) 0xff;
            }
            return Bytes.wrap(octets);
        }
    }
}
