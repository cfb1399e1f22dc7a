package io.zmtp.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageTests {
    private static final Peer PEER =
            new Peer(null, SocketType.DEALER, Bytes.utf8("me"), 3, 1, Metadata.EMPTY, null, null);

    @Test
    void textsBecomePartsInUtf8() {
        assertThat(Message.of("a", "€").parts()).extracting(Bytes::hex).containsExactly("61", "e282ac");
    }

    @Test
    void hasOnePart() {
        Message message = Message.of("only");
        assertThat(message.size()).isEqualTo(1);
        assertThat(message.part(0).utf8()).isEqualTo("only");
        assertThat(message.first()).isEqualTo(message.last());
        assertThat(message.bytes()).isEqualTo(4);
    }

    @Test
    void hasManyParts() {
        Message message = Message.of("a", "", "ccc");
        assertThat(message.size()).isEqualTo(3);
        assertThat(message.first().utf8()).isEqualTo("a");
        assertThat(message.part(1)).isEqualTo(Bytes.EMPTY);
        assertThat(message.last().utf8()).isEqualTo("ccc");
        assertThat(message.bytes()).isEqualTo(4);
        assertThat(message).extracting(Bytes::utf8).containsExactly("a", "", "ccc");
    }

    @Test
    void textIsTheLastPart() {
        assertThat(Message.of("topic", "body").text()).isEqualTo("body");
        assertThat(Message.of("body").text()).isEqualTo("body");
    }

    @Test
    void anArrayIsOnePartAndCopied() {
        byte[] octets = {1, 2};
        Message message = Message.of(octets);
        octets[0] = 9;
        assertThat(message.part(0).hex()).isEqualTo("0102");
        assertThat(message.size()).isEqualTo(1);
    }

    @Test
    void thereIsNoPartBeyondTheLast() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Message.of("a").part(1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Message.of("a", "b").part(2));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Message.of("a").part(-1));
    }

    @Test
    void refusesToHaveNoPart() {
        assertThatIllegalArgumentException().isThrownBy(() -> Message.of(new Bytes[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> Message.of(new String[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> Message.of(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> Message.received(List.of(), PEER));
    }

    @Test
    void refusesAPartThatIsNull() {
        assertThatNullPointerException().isThrownBy(() -> Message.of(Bytes.EMPTY, null));
        assertThatNullPointerException().isThrownBy(() -> Message.of((Bytes) null));
        assertThatNullPointerException().isThrownBy(() -> Message.received((Bytes) null, PEER));
    }

    @Test
    void doesNotChangeWithTheListItWasMadeOf() {
        List<Bytes> parts = new ArrayList<>(List.of(Bytes.utf8("a"), Bytes.utf8("b")));
        Message message = Message.of(parts);
        parts.clear();
        assertThat(message).isEqualTo(Message.of("a", "b"));
    }

    @Test
    void doesNotChangeWithTheArrayItWasMadeOf() {
        Bytes[] parts = {Bytes.utf8("a"), Bytes.utf8("b")};
        Message message = Message.of(parts);
        parts[0] = Bytes.EMPTY;
        assertThat(message).isEqualTo(Message.of("a", "b"));
    }

    @Test
    void theListOfPartsCannotBeChanged() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> Message.of("a", "b").parts().set(0, Bytes.EMPTY));
    }

    @Test
    void leavesOutAPart() {
        Message message = Message.of("a", "b", "c");
        assertThat(message.without(0)).isEqualTo(Message.of("b", "c"));
        assertThat(message.without(1)).isEqualTo(Message.of("a", "c"));
        assertThat(message.without(2)).isEqualTo(Message.of("a", "b"));
        assertThat(Message.of("a", "b").without(1)).isEqualTo(Message.of("a"));
        assertThatIllegalArgumentException().isThrownBy(() -> Message.of("a").without(0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> message.without(3));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> message.without(-1));
    }

    @Test
    void prependsAPart() {
        assertThat(Message.of("b").prepend(Bytes.utf8("a"))).isEqualTo(Message.of("a", "b"));
        assertThat(Message.of("b", "c").prepend(Bytes.EMPTY)).isEqualTo(Message.of("", "b", "c"));
    }

    @Test
    void appendsAPart() {
        assertThat(Message.of("a").append(Bytes.utf8("b"))).isEqualTo(Message.of("a", "b"));
        assertThat(Message.of("a", "b").append(Bytes.EMPTY)).isEqualTo(Message.of("a", "b", ""));
    }

    @Test
    void skipsParts() {
        Message message = Message.of("a", "b", "c");
        assertThat(message.skip(0)).isSameAs(message);
        assertThat(message.skip(1)).isEqualTo(Message.of("b", "c"));
        assertThat(message.skip(2)).isEqualTo(Message.of("c"));
    }

    @Test
    void refusesToSkipAllParts() {
        assertThatIllegalArgumentException().isThrownBy(() -> Message.of("a").skip(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Message.of("a", "b").skip(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Message.of("a", "b").skip(-1));
    }

    @Test
    void knowsThePeerItCameFrom() {
        assertThat(Message.received(Bytes.utf8("a"), PEER).peer()).containsSame(PEER);
        assertThat(Message.received(List.of(Bytes.EMPTY, Bytes.EMPTY), PEER).peer())
                .containsSame(PEER);
        assertThat(Message.of("a").peer()).isEmpty();
    }

    @Test
    void keepsThePeerWhenPartsComeAndGo() {
        Message message = Message.received(List.of(Bytes.EMPTY, Bytes.EMPTY), PEER);
        assertThat(message.prepend(Bytes.EMPTY).peer()).containsSame(PEER);
        assertThat(message.append(Bytes.EMPTY).peer()).containsSame(PEER);
        assertThat(message.skip(1).peer()).containsSame(PEER);
    }

    @Test
    void equalPartsAreEqualWhoeverSentThem() {
        assertThat(Message.received(Bytes.utf8("a"), PEER))
                .isEqualTo(Message.of("a"))
                .hasSameHashCodeAs(Message.of("a"));
        assertThat(Message.of("a", "b")).isEqualTo(Message.of("a", "b")).hasSameHashCodeAs(Message.of("a", "b"));
    }

    @Test
    void otherPartsAreNotEqual() {
        assertThat(Message.of("ab")).isNotEqualTo(Message.of("a", "b")).isNotEqualTo(Bytes.utf8("ab"));
        assertThat(Message.of("a", "b")).isNotEqualTo(Message.of("a", "c")).isNotEqualTo(Message.of("a"));
    }

    @Test
    void isShownByItsFirstParts() {
        assertThat(Message.of("topic", "\0")).hasToString("[topic, 0x00]");
        assertThat(Message.of("1", "2", "3", "4", "5", "6", "7", "8", "9"))
                .hasToString("[1, 2, 3, 4, 5, 6, 7, 8, … (9 parts)]");
    }
}
