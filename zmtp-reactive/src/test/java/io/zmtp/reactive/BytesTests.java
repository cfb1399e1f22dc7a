package io.zmtp.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class BytesTests {
    @Test
    void ofCopiesTheArray() {
        byte[] array = {1, 2, 3};
        Bytes bytes = Bytes.of(array);
        array[0] = 9;
        assertThat(bytes.hex()).isEqualTo("010203");
    }

    @Test
    void wrapTakesTheArray() {
        byte[] array = {1, 2, 3};
        Bytes bytes = Bytes.wrap(array);
        array[0] = 9;
        assertThat(bytes.hex()).isEqualTo("090203");
    }

    @Test
    void copyOfTakesAPartOfAnArray() {
        assertThat(Bytes.copyOf(new byte[] {0, 1, 2, 3}, 1, 3).hex()).isEqualTo("0102");
    }

    @Test
    void copyOfRefusesARangeBeyondTheArray() {
        byte[] array = {0, 1, 2};
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Bytes.copyOf(array, 1, 4));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Bytes.copyOf(array, -1, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Bytes.copyOf(array, 2, 1));
    }

    @Test
    void noOctetsAreAlwaysTheSameObject() {
        assertThat(Bytes.of()).isSameAs(Bytes.EMPTY);
        assertThat(Bytes.wrap(new byte[0])).isSameAs(Bytes.EMPTY);
        assertThat(Bytes.copyOf(new byte[5], 2, 2)).isSameAs(Bytes.EMPTY);
        assertThat(Bytes.utf8("")).isSameAs(Bytes.EMPTY);
        assertThat(Bytes.EMPTY.isEmpty()).isTrue();
    }

    @Test
    void utf8GoesBothWays() {
        assertThat(Bytes.utf8("Zürich €").utf8()).isEqualTo("Zürich €");
        assertThat(Bytes.utf8("€").hex()).isEqualTo("e282ac");
    }

    @Test
    void malformedUtf8IsReplaced() {
        assertThat(Bytes.of((byte) 0xff).utf8()).isEqualTo("\ufffd");
    }

    @Test
    void hexTakesBothCasesAndBlanks() {
        assertThat(Bytes.hex("00 ff Ab").toByteArray()).containsExactly(0x00, 0xff, 0xab);
        assertThat(Bytes.hex("")).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void hexRefusesWhatIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> Bytes.hex("123")).withMessageContaining("even");
        assertThatIllegalArgumentException().isThrownBy(() -> Bytes.hex("00zz")).withMessageContaining("octet 1");
    }

    @Test
    void startsWithAPrefix() {
        Bytes bytes = Bytes.utf8("prices.eur");
        assertThat(bytes.startsWith(Bytes.utf8("prices."))).isTrue();
        assertThat(bytes.startsWith(bytes)).isTrue();
        assertThat(bytes.startsWith(Bytes.EMPTY)).isTrue();
        assertThat(bytes.startsWith(Bytes.utf8("orders"))).isFalse();
        assertThat(bytes.startsWith(Bytes.utf8("prices.eur.x"))).isFalse();
    }

    @Test
    void slicesAPart() {
        Bytes bytes = Bytes.utf8("0123");
        assertThat(bytes.slice(1, 3).utf8()).isEqualTo("12");
        assertThat(bytes.slice(0, 4)).isSameAs(bytes);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> bytes.slice(3, 5));
    }

    @Test
    void copiesOutOctets() {
        byte[] target = new byte[4];
        Bytes.utf8("abcd").copyTo(1, target, 2, 2);
        assertThat(target).containsExactly(0, 0, 'b', 'c');
    }

    @Test
    void handsOutACopyOfItsOctets() {
        Bytes bytes = Bytes.utf8("a");
        bytes.toByteArray()[0] = 'b';
        assertThat(bytes.utf8()).isEqualTo("a");
    }

    @Test
    void theBufferIsAReadOnlyView() {
        ByteBuffer buffer = Bytes.utf8("ab").asByteBuffer();
        assertThat(buffer.remaining()).isEqualTo(2);
        assertThatExceptionOfType(ReadOnlyBufferException.class).isThrownBy(() -> buffer.put((byte) 1));
    }

    @Test
    void equalOctetsAreEqual() {
        assertThat(Bytes.utf8("a")).isEqualTo(Bytes.of((byte) 'a')).hasSameHashCodeAs(Bytes.of((byte) 'a'));
        assertThat(Bytes.utf8("a")).isNotEqualTo(Bytes.utf8("b")).isNotEqualTo("a");
    }

    @Test
    void isOrderedByUnsignedOctets() {
        List<Bytes> bytes = new ArrayList<>(List.of(Bytes.hex("ff"), Bytes.hex("7f00"), Bytes.hex("7f"), Bytes.EMPTY));
        Collections.sort(bytes);
        assertThat(bytes).extracting(Bytes::hex).containsExactly("", "7f", "7f00", "ff");
    }

    @Test
    void shortPrintableTextIsShownAsText() {
        assertThat(Bytes.utf8("hello ~")).hasToString("hello ~");
        assertThat(Bytes.utf8("x".repeat(64))).hasToString("x".repeat(64));
    }

    @Test
    void everythingElseIsShownAsHex() {
        assertThat(Bytes.hex("00ff")).hasToString("0x00ff");
        assertThat(Bytes.utf8("a\n")).hasToString("0x610a");
        assertThat(Bytes.utf8("x".repeat(65))).hasToString("0x" + "78".repeat(32) + "… (65 octets)");
    }
}
