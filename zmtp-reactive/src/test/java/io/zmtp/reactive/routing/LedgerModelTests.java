package io.zmtp.reactive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ledger says the same as a plain list of what its pipe has and its peer has not acknowledged. */
class LedgerModelTests {

    private static final int STEPS = 4_000;

    private final Ledger ledger = new Ledger(1000, 1_000_000, false);
    private final List<Entry> all = new ArrayList<>();
    private long clock;

    private static final class Entry {
        final Sent sent;
        boolean isWritten;
        boolean isTaken;

        Entry(Sent sent) {
            this.sent = sent;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsUnderWayIsThatOfAPlainList(long seed) {
        Random random = new Random(seed);
        int digests = 1 + random.nextInt(seed % 2 == 0 ? 3 : 400);
        for (int step = 0; step < STEPS; step++) {
            int dice = random.nextInt(1000);
            if (dice < 450) {
                add(random.nextInt(digests));
            } else if (dice < 700) {
                write(1 + random.nextInt(4));
            } else if (dice < 950) {
                take(random.nextInt(random.nextInt(10) == 0 ? 2 * digests : digests));
            } else if (dice < 990) {
                expire(random);
            } else if (dice < 996) {
                takeLast(random);
            } else {
                takeAll();
            }
            check();
        }
    }

    private void add(int digest) {
        if (ledger.messages() < 900) {
            Sent sent = new Sent(Message.of("m"), digest, 1 + digest, 0, null);
            ledger.add(sent);
            all.add(new Entry(sent));
        }
    }

    private void write(int count) {
        ledger.written(count, ++clock);
        int left = count;
        for (Iterator<Entry> each = all.iterator(); each.hasNext() && left > 0; ) {
            Entry one = each.next();
            if (!one.isWritten) {
                left--;
                one.isWritten = true;
                if (one.isTaken) {
                    each.remove();
                }
            }
        }
    }

    private void take(long digest) {
        Entry expected = null;
        for (Entry each : all) {
            if (each.sent.digest == digest && !each.isTaken) {
                expected = each;
                break;
            }
        }
        Sent found = ledger.take(digest);
        assertThat(found).isSameAs(expected == null ? null : expected.sent);
        if (expected != null) {
            expected.isTaken = true;
            if (expected.isWritten) {
                all.remove(expected);
            }
        }
    }

    /** The pipe drops what it has not written. */
    private void expire(Random random) {
        List<Entry> waiting = all.stream().filter(each -> !each.isWritten).toList();
        if (!waiting.isEmpty()) {
            Entry one = waiting.get(random.nextInt(waiting.size()));
            Sent found = ledger.takeExpired(one.sent.offered);
            assertThat(found).isSameAs(one.isTaken ? null : one.sent);
            all.remove(one);
        }
    }

    private void takeLast(Random random) {
        int waiting = (int) all.stream().filter(each -> !each.isWritten).count();
        int count = waiting == 0 ? 0 : random.nextInt(waiting + 1);
        List<Entry> tail = all.subList(all.size() - count, all.size());
        List<Sent> expected = tail.stream()
                .filter(each -> !each.isTaken)
                .map(each -> each.sent)
                .toList();
        assertThat(ledger.takeLast(count)).isEqualTo(expected);
        tail.clear();
    }

    private void takeAll() {
        List<Sent> expected = all.stream()
                .filter(each -> !each.isTaken)
                .map(each -> each.sent)
                .toList();
        assertThat(ledger.takeAll()).isEqualTo(expected);
        all.clear();
    }

    private void check() {
        int messages = 0;
        long bytes = 0;
        for (Entry each : all) {
            if (!each.isTaken) {
                messages++;
                bytes += each.sent.size;
            }
        }
        assertThat(ledger.messages()).isEqualTo(messages);
        assertThat(ledger.bytes()).isEqualTo(bytes);
    }
}
