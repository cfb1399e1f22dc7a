package io.zmtp.reactive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LedgerTests {

    private final Ledger ledger = new Ledger(100, 1_000_000, false);
    private final List<Sent> added = new ArrayList<>();

    LedgerTests() {
        for (int digest = 0; digest < 5; digest++) {
            Sent sent = new Sent(Message.of("m"), digest, 3, 0, null);
            ledger.add(sent);
            added.add(sent);
        }
        ledger.written(5, 1);
    }

    enum Way {
        ACKNOWLEDGED(ledger -> List.of(taken(ledger, 0), taken(ledger, 2))),
        WRITTEN(Ledger::takeWritten),
        LAST(ledger -> ledger.takeLast(2)),
        ALL(Ledger::takeAll);

        private final Function<Ledger, List<Sent>> take;

        Way(Function<Ledger, List<Sent>> take) {
            this.take = take;
        }

        private static Sent taken(Ledger ledger, long digest) {
            Sent sent = ledger.take(digest);
            assertThat(sent).isNotNull();
            return sent;
        }
    }

    /** One of them in the old generation would keep all that follow until that is collected. */
    @ParameterizedTest
    @EnumSource
    void whatIsTakenOutKeepsNothingElse(Way way) {
        assertThat(way.take.apply(ledger)).isNotEmpty().isSubsetOf(added).allSatisfy(sent -> {
            assertThat(sent.before).isNull();
            assertThat(sent.next).isNull();
        });
    }

    /** After one search in vain, none goes along the messages again: the test cuts that way behind the first one. */
    @Test
    void aPeerThatAcknowledgesOutOfOrderIsAnsweredWithoutASearch() {
        Ledger large = new Ledger(100_000, Long.MAX_VALUE, false);
        List<Sent> sent = new ArrayList<>();
        for (int digest = 0; digest < 16_000; digest++) {
            sent.add(new Sent(Message.of("m"), digest % 8_000, 3, 0, null));
            large.add(sent.get(digest));
        }
        large.written(16_000, 1);
        assertThat(large.take(-1)).isNull();
        Sent second = sent.get(0).next;
        sent.get(0).next = null;

        assertThat(large.take(-2)).isNull();
        assertThat(large.take(7_999)).isSameAs(sent.get(7_999));
        assertThat(large.take(7_999)).isSameAs(sent.get(15_999));
        assertThat(large.take(7_999)).isNull();
        sent.get(0).next = second;
        assertThat(large.takeAll()).hasSize(15_998);
        assertThat(large.messages()).isZero();
    }

    @Test
    void whatIsSentAfterASearchInVainIsFoundToo() {
        for (int digest = 5; digest < 100; digest++) {
            ledger.add(new Sent(Message.of("m"), digest, 3, 0, null));
        }
        assertThat(ledger.take(-1)).isNull();
        Sent equal = new Sent(Message.of("m"), 50, 3, 0, null);
        ledger.add(equal);

        assertThat(ledger.take(50)).isNotNull().isNotSameAs(equal);
        assertThat(ledger.take(50)).isSameAs(equal);
        assertThat(ledger.take(50)).isNull();
    }
}
