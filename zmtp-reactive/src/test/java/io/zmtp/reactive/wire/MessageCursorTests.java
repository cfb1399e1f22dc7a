package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import org.junit.jupiter.api.Test;

class MessageCursorTests {
    private static final Peer PEER = new Peer(null, SocketType.PUSH, Bytes.EMPTY, 3, 1, Metadata.EMPTY, null, null);

    private static MessageCursor cursor(String hex) {
        byte[] wire = Bytes.hex(hex).toByteArray();
        MessageCursor cursor = new MessageCursor();
        cursor.reset(wire, 0, wire.length);
        return cursor;
    }

    @Test
    void cutsOneMessageAfterAnother() {
        MessageCursor cursor = cursor("000161" + "0000" + "01016202000000000000000163");
        assertThat(cursor.next(null)).isEqualTo(Message.of("a"));
        assertThat(cursor.position()).isEqualTo(3);
        assertThat(cursor.next(null)).isEqualTo(Message.of(""));
        assertThat(cursor.next(null)).isEqualTo(Message.of("b", "c"));
        assertThat(cursor.hasNext()).isFalse();
    }

    @Test
    void cutsWithinItsRangeOnly() {
        MessageCursor cursor = new MessageCursor();
        cursor.reset(Bytes.hex("ffff000161ffff").toByteArray(), 2, 5);
        assertThat(cursor.next(null)).isEqualTo(Message.of("a"));
        assertThat(cursor.hasNext()).isFalse();
    }

    @Test
    void tellsWhoSentIt() {
        assertThat(cursor("000161").next(PEER).peer()).containsSame(PEER);
        assertThat(cursor("0101610000").next(PEER).peer()).containsSame(PEER);
    }

    @Test
    void aMessageKeepsItsOctetsWhenTheRunIsGone() {
        byte[] wire = Bytes.hex("000161").toByteArray();
        MessageCursor cursor = new MessageCursor();
        cursor.reset(wire, 0, wire.length);
        Message message = cursor.next(null);
        wire[2] = 'z';
        assertThat(message).isEqualTo(Message.of("a"));
    }

    @Test
    void hasNothingBeforeItsFirstRunAndAfterBeingCleared() {
        assertThat(new MessageCursor().hasNext()).isFalse();
        MessageCursor cursor = cursor("000161");
        cursor.clear();
        assertThat(cursor.hasNext()).isFalse();
    }
}
