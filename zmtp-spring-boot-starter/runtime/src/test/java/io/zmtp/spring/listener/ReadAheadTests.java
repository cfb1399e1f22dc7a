package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import org.junit.jupiter.api.Test;

class ReadAheadTests {

    private static final int MOST = 64;

    private long now = 1;
    private final ReadAhead ahead = new ReadAhead(MOST, () -> now);

    private static Work work(int octets) {
        return new Work(
                new Lane(1, 1024, null),
                Message.of(Bytes.wrap(new byte[octets])),
                null,
                null,
                Bytes.EMPTY,
                stay -> null,
                null);
    }

    /** Handles one message for each that is asked for, as slow as that. */
    private void handle(int octets, long nanos) {
        for (int i = 0; i < 10; i++) {
            ahead.request(1);
            Work work = work(octets);
            ahead.begins(work);
            now += nanos;
            ahead.ends(work);
        }
    }

    @Test
    void asksForWhatCanBeHandledNowAtFirst() {
        assertThat(ahead.request(3)).isEqualTo(3);
        assertThat(ahead.request(0)).isZero();
    }

    @Test
    void asksForManyAtOnceWhereMessagesTakeNoTime() {
        handle(100, 0);
        assertThat(ahead.request(1)).isBetween(MOST / 2, MOST + 1);
        assertThat(ahead.request(-MOST / 4)).isGreaterThan(MOST / 4);
        assertThat(ahead.request(-MOST * 3 / 4)).isZero();
        assertThat(ahead.request(-MOST)).isZero();
    }

    @Test
    void asksForNoMoreAgainWhereMessagesTakeLong() {
        handle(100, 0);
        handle(100, 10_000_000);
        assertThat(ahead.request(1)).isEqualTo(1);
    }

    @Test
    void asksForFewerWhereTheyAreLarge() {
        handle(1 << 20, 0);
        assertThat(ahead.request(1)).isEqualTo(1);
        handle(8 * (16 << 10), 0);
        assertThat(ahead.request(1)).isBetween(2, 8);
    }

    @Test
    void asksForNothingMoreWhereThatIsNotWanted() {
        ReadAhead none = new ReadAhead(0, () -> now);
        Work work = work(1);
        none.begins(work);
        none.ends(work);
        assertThat(none.request(2)).isEqualTo(2);
        assertThat(none.request(-2)).isZero();
    }
}
