package io.zmtp.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTests {
    @Test
    void findsAPropertyInAnyCase() {
        Metadata metadata = Metadata.EMPTY.with(Metadata.SOCKET_TYPE, Bytes.utf8("PUSH"));
        assertThat(metadata.get("socket-TYPE")).contains(Bytes.utf8("PUSH"));
        assertThat(metadata.text("SOCKET-TYPE")).contains("PUSH");
        assertThat(metadata.contains("socket-type")).isTrue();
        assertThat(metadata.contains("Identity")).isFalse();
        assertThat(metadata.get("Identity")).isEmpty();
    }

    @Test
    void keepsOrderAndCase() {
        Metadata metadata = Metadata.EMPTY
                .with("X-b", Bytes.EMPTY)
                .with("Identity", Bytes.EMPTY)
                .with("X-A", Bytes.EMPTY);
        assertThat(metadata.names()).containsExactly("X-b", "Identity", "X-A");
        assertThat(metadata).extracting(Map.Entry::getKey).containsExactly("X-b", "Identity", "X-A");
        assertThat(metadata.size()).isEqualTo(3);
    }

    @Test
    void withReplacesAPropertyOfThatName() {
        Metadata metadata = Metadata.EMPTY.with("X-a", Bytes.utf8("1")).with("x-A", Bytes.utf8("2"));
        assertThat(metadata.text("X-a")).contains("2");
        assertThat(metadata.size()).isEqualTo(1);
        assertThat(metadata.names()).containsExactly("x-A");
    }

    @Test
    void withLeavesTheOriginalAsItWas() {
        Metadata metadata = Metadata.EMPTY.with("X-a", Bytes.EMPTY);
        metadata.with("X-b", Bytes.EMPTY);
        assertThat(metadata.names()).containsExactly("X-a");
        assertThat(Metadata.EMPTY.isEmpty()).isTrue();
    }

    @Test
    void theFirstOfTwoOfOneNameCounts() {
        Map<String, Bytes> properties = new LinkedHashMap<>();
        properties.put("Identity", Bytes.utf8("first"));
        properties.put("IDENTITY", Bytes.utf8("second"));
        assertThat(Metadata.of(properties).text("identity")).contains("first");
        assertThat(Metadata.received(properties).names()).containsExactly("Identity");
    }

    @Test
    void doesNotChangeWithTheMapItWasMadeOf() {
        Map<String, Bytes> properties = new LinkedHashMap<>(Map.of("X-a", Bytes.EMPTY));
        Metadata metadata = Metadata.of(properties);
        properties.clear();
        assertThat(metadata.contains("X-a")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with blank", "colon:", "naïve", "line\n", "a/b"})
    void refusesANameOutsideTheGrammar(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Metadata.EMPTY.with(name, Bytes.EMPTY));
        assertThatIllegalArgumentException().isThrownBy(() -> Metadata.of(Map.of(name, Bytes.EMPTY)));
    }

    @Test
    void takesNamesOf255CharactersAtMost() {
        assertThat(Metadata.EMPTY
                        .with("aZ09-_.+", Bytes.EMPTY)
                        .with("x".repeat(255), Bytes.EMPTY)
                        .size())
                .isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Metadata.EMPTY.with("x".repeat(256), Bytes.EMPTY))
                .withMessageContaining("256");
    }

    @Test
    void receivedNamesAreKeptAsTheyAre() {
        assertThat(Metadata.received(Map.of("X-my key", Bytes.utf8("v"))).text("x-MY key"))
                .contains("v");
    }

    @Test
    void equalPropertiesAreEqualInAnyCaseAndOrder() {
        Metadata one = Metadata.EMPTY.with("X-a", Bytes.utf8("1")).with("X-b", Bytes.utf8("2"));
        Metadata other = Metadata.EMPTY.with("X-B", Bytes.utf8("2")).with("X-A", Bytes.utf8("1"));
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one).isNotEqualTo(Metadata.EMPTY).isNotEqualTo(one.with("X-a", Bytes.utf8("3")));
    }

    @Test
    void cannotBeChangedThroughItsIterator() {
        Iterator<Map.Entry<String, Bytes>> properties =
                Metadata.EMPTY.with("X-a", Bytes.EMPTY).iterator();
        properties.next();
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(properties::remove);
    }

    /** Found by the size of the one array that it holds: with an object for each it was a megabyte. */
    @Test
    void thousandsOfTinyPropertiesTakeLittleMoreThanTheirOctets() {
        Map<String, Bytes> properties = new LinkedHashMap<>();
        for (int i = 0; i < 8_000; i++) {
            properties.put(Integer.toString(i + 1_000, 36), Bytes.EMPTY);
        }
        Metadata metadata = Metadata.received(properties);
        assertThat(metadata.size()).isEqualTo(8_000);
        assertThat(metadata.octets().size()).isLessThan(100_000);
        assertThat(metadata.names()).containsExactlyElementsOf(properties.keySet());
    }

    @Test
    void isKeptAsItIsOnTheWire() {
        Metadata metadata = Metadata.EMPTY.with("X-a", Bytes.utf8("value")).with("X-b", Bytes.EMPTY);
        assertThat(metadata.octets().hex()).isEqualTo("03582d6100000005" + "76616c7565" + "03582d6200000000");
        assertThat(Metadata.EMPTY.octets()).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void refusesAReceivedNameThatNoPeerCanSend() {
        for (String name : new String[] {"", "x".repeat(256)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Metadata.received(Map.of(name, Bytes.EMPTY)))
                    .withMessageContaining("1 to 255");
        }
    }

    @Test
    void showsNoValues() {
        assertThat(Metadata.EMPTY.with("X-token", Bytes.utf8("secret"))).hasToString("[X-token]");
    }
}
