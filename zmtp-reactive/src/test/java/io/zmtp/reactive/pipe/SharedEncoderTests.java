package io.zmtp.reactive.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.FrameEncoder;
import org.junit.jupiter.api.Test;

class SharedEncoderTests {

    private final SharedEncoder encoder = new SharedEncoder();

    private Encoded encode(Message message) {
        return encoder.encode(message);
    }

    private static Bytes octets(Encoded encoded) {
        return encoded.wire().slice(encoded.from(), encoded.to());
    }

    @Test
    void encodesAsAnybodyElse() {
        for (int size = 0; size < 5000; size += 61) {
            Message message = Message.of(Bytes.wrap(new byte[size]), Bytes.utf8("end"));
            Encoded encoded = encode(message);

            assertThat(octets(encoded)).isEqualTo(FrameEncoder.encode(message));
            assertThat(encoded.messages()).isOne();
        }
    }

    @Test
    void putsMessagesBehindEachOther() {
        Encoded first = encode(Message.of("first"));
        Encoded second = encode(Message.of("second"));

        assertThat(second.wire()).isSameAs(first.wire());
        assertThat(second.from()).isEqualTo(first.to());
    }

    @Test
    void leavesWhatWasGivenAway() {
        Encoded first = encode(Message.of("first"));
        Bytes before = octets(first);
        for (int i = 0; i < 10_000; i++) {
            encode(Message.of("another"));
        }

        assertThat(octets(first)).isEqualTo(before);
    }

    @Test
    void givesALargeMessageOctetsOfItsOwn() {
        Encoded first = encode(Message.of("first"));
        Encoded large = encode(Message.of(Bytes.wrap(new byte[3000])));
        Encoded second = encode(Message.of("second"));

        assertThat(large.wire().size()).isEqualTo(large.size());
        assertThat(second.from()).isEqualTo(first.to());
    }
}
