package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import org.junit.jupiter.api.Test;

class FrameCursorTests {

    @Test
    void goesThroughFramesShortAndLong() {
        byte[] wire = FrameEncoder.encode(Message.of("ab", "", "x".repeat(300))).toByteArray();
        FrameCursor frames = new FrameCursor(wire, 0, wire.length);
        assertThat(frames.next()).isTrue();
        assertThat(frames.flags()).isEqualTo(Frame.MORE);
        assertThat(Bytes.copyOf(wire, frames.from(), frames.to())).isEqualTo(Bytes.utf8("ab"));
        assertThat(frames.next()).isTrue();
        assertThat(frames.to()).isEqualTo(frames.from());
        assertThat(frames.next()).isTrue();
        assertThat(frames.flags()).isEqualTo(Frame.LONG);
        assertThat(frames.to() - frames.from()).isEqualTo(300);
        assertThat(frames.next()).isFalse();
    }

    @Test
    void findsNothingInNothing() {
        assertThat(new FrameCursor(new byte[3], 2, 2).next()).isFalse();
    }
}
