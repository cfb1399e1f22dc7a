package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class CookieKeysTests {
    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    private final CookieKeys keys = new CookieKeys();

    @AfterEach
    void reset() {
        VirtualTimeScheduler.reset();
    }

    private byte[] key() {
        AtomicReference<byte[]> seen = new AtomicReference<>();
        keys.seal(key -> {
            seen.set(key.clone());
            return key;
        });
        return seen.get();
    }

    private boolean knows(byte[] key) {
        return keys.open(known -> java.util.Arrays.equals(known, key) ? known : null) != null;
    }

    private void pass(int seconds) {
        time.advanceTimeBy(Duration.ofSeconds(seconds));
    }

    @Test
    void keepsAKeyForHalfAMinuteAndKnowsItForAnother() {
        byte[] first = key();
        pass(29);
        assertThat(key()).isEqualTo(first);
        pass(1);
        byte[] second = key();
        assertThat(second).isNotEqualTo(first);
        assertThat(knows(first)).isTrue();
        assertThat(knows(second)).isTrue();
        pass(29);
        assertThat(knows(first)).isTrue();
        pass(1);
        assertThat(knows(first)).isFalse();
        assertThat(knows(second)).isTrue();
    }

    @Test
    void overwritesAKeyWhenItIsNoLongerKnown() {
        AtomicReference<byte[]> held = new AtomicReference<>();
        keys.seal(key -> {
            held.set(key);
            return key;
        });
        pass(59);
        assertThat(held.get()).isNotEqualTo(new byte[32]);
        pass(1);
        assertThat(held.get()).isEqualTo(new byte[32]);
    }

    @Test
    void forgetsAllWhenNobodyComesAnyMoreAndStopsItsTimer() {
        byte[] key = key();
        pass(60);
        assertThat(knows(key)).isFalse();
        assertThat(time.getScheduledTaskCount()).isEqualTo(2);
        pass(600);
        assertThat(time.getScheduledTaskCount()).isEqualTo(2);
    }

    @Test
    void neverKnowsAKeyForLongerThanAMinute() {
        Set<String> seen = new HashSet<>();
        for (int second = 0; second < 200; second += 7) {
            byte[] key = key();
            seen.add(java.util.Arrays.toString(key));
            pass(7);
        }
        assertThat(seen).hasSizeBetween(6, 8);
        byte[] last = key();
        pass(60);
        assertThat(knows(last)).isFalse();
    }
}
