package io.zmtp.reactive.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.wire.SubscriptionChanges.Change;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriptionChangesTests {

    private final SubscriptionChanges changes = new SubscriptionChanges();

    private boolean begin(String name) {
        return changes.add(Bytes.utf8(name), false);
    }

    private boolean end(String name) {
        return changes.add(Bytes.utf8(name), true);
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        for (Change next; (next = changes.poll()) != null; ) {
            all.add((next.isEnd() ? "-" : "+") + next.name().utf8());
        }
        assertThat(changes.size()).isZero();
        return all;
    }

    @Test
    void keepsTheOrder() {
        begin("b");
        begin("");
        end("x");
        begin("a");
        assertThat(all()).containsExactly("+b", "+", "-x", "+a");
    }

    @Test
    void anEndTakesBackTheBeginningThatWaits() {
        begin("a");
        begin("b");
        end("a");
        assertThat(all()).containsExactly("+b");
    }

    @Test
    void anEndTakesBackABeginningAmongMany() {
        for (int i = 0; i < 5_000; i++) {
            begin("topic " + i);
        }
        changes.poll();
        end("topic 0");
        end("topic 2");
        begin("topic 2");
        assertThat(changes.size()).isEqualTo(5_000);
        List<String> all = all();
        assertThat(all.subList(0, 3)).containsExactly("+topic 1", "+topic 3", "+topic 4");
        assertThat(all.subList(4_997, 5_000)).containsExactly("+topic 4999", "-topic 0", "+topic 2");
    }

    @Test
    void whatEndsAndBeginsAgainIsToldSo() {
        end("a");
        begin("a");
        assertThat(all()).containsExactly("-a", "+a");
        end("a");
        begin("a");
        end("a");
        assertThat(all()).containsExactly("-a");
    }

    @Test
    void whatComesAndGoesLeavesNothing() {
        for (int i = 0; i < 200_000; i++) {
            assertThat(begin("topic " + i) && end("topic " + i)).isTrue();
        }
        assertThat(changes.size()).isZero();
    }

    @Test
    void hasALimitForEndsOnly() {
        int fit = (int) (SubscriptionChanges.MOST_OCTETS / (64 + 6));
        for (int i = 0; i < fit; i++) {
            assertThat(end(String.format("%06d", i))).isTrue();
        }
        for (int i = 0; i < fit; i++) {
            assertThat(begin("new " + i)).isTrue();
        }
        assertThat(end("999999")).isFalse();
        assertThat(all()).hasSize(2 * fit + 1);
        assertThat(end("a")).isTrue();
    }

    @Test
    void forgetsAll() {
        begin("a");
        end("b");
        changes.clear();
        assertThat(all()).isEmpty();
    }

    @Test
    void namesWithEqualHashCodesAreAsQuick() {
        for (int i = 0; i < 1 << 16; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 16; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            begin(name.toString());
        }
        assertThat(changes.size()).isEqualTo(1 << 16);
        assertThat(all().get(0)).isEqualTo("+" + "Aa".repeat(16));
    }
}
