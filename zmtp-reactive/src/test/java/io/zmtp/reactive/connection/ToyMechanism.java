package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.Exchange;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.Session;
import io.zmtp.reactive.wire.Frame;
import java.util.Arrays;
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
        public Frame encrypt(Frame plain) {
            byte[] body = plain.body().toByteArray();
            byte[] turned = Arrays.copyOf(turn(body, body.length), body.length + 1);
            turned[body.length] = (byte) (plain.flags() & (Frame.MORE | Frame.COMMAND));
            return Frame.of(Bytes.wrap(turned), false);
        }

        @Override
        public Frame decrypt(Frame wire) {
            byte[] body = wire.body().toByteArray();
            int size = body.length - 1;
            byte[] plain = turn(body, size);
            int flags = body[size] | (size > 255 ? Frame.LONG : 0);
            return new Frame((byte) flags, Bytes.wrap(plain));
        }

        private static byte[] turn(byte[] body, int size) {
            byte[] turned = new byte[size];
            for (int i = 0; i < size; i++) {
                turned[i] = (byte) ~body[i];
            }
            return turned;
        }
    }
}
