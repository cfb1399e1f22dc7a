package io.zmtp.reactive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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
}
