package io.zmtp.reactive.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.FrameEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is live and what is replayed, in orders that are hard to have over connections. */
class SequenceTests {

    private static final long EPOCH = Wire.newEpoch();

    private static final Endpoint PUBLICATION = Endpoint.parse("tcp://market:5556");

    private static Sequence sequence(String prefix, Start start) {
        return new Sequence(
                Endpoint.parse("tcp://market:5556"), List.of(Bytes.utf8(prefix)), start, Bytes.EMPTY, new Tally());
    }

    private static void live(Sequence sequence, long first, long last) {
        for (long number = first; number <= last; number++) {
            Message message = Message.of(Bytes.utf8("EUR"), Wire.number(number), Bytes.utf8("" + number));
            assertThat(sequence.live(message, OptionalLong.of(EPOCH))).isTrue();
        }
    }

    private static List<String> ready(Sequence sequence) {
        List<String> ready = new ArrayList<>();
        for (Update next; (next = sequence.row.poll()) != null; ) {
            ready.add(next instanceof Published published ? published.message().text() : next.toString());
        }
        return ready;
    }

    /** Where the publisher is, it says while messages are on their way that it has sent before. */
    @ParameterizedTest
    @ValueSource(strings = {"", "EUR"})
    void whatIsLiveIsNotSkippedWhenTheAnswerWhereToBeginComesLate(String prefix) {
        Sequence sequence = sequence(prefix, Start.now());
        Query asked = Objects.requireNonNull(sequence.query(1, 1000));
        live(sequence, 3, 4);
        sequence.page(asked, new Page(1, EPOCH, 0, 9, 10, Bytes.EMPTY), null);
        live(sequence, 5, 11);
        assertThat(ready(sequence)).containsExactly("3", "4", "5", "6", "7", "8", "9", "10", "11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "EUR"})
    void beginsWhereThePublisherIsWhenTheAnswerComesFirst(String prefix) {
        Sequence sequence = sequence(prefix, Start.now());
        Query asked = Objects.requireNonNull(sequence.query(1, 1000));
        sequence.page(asked, new Page(1, EPOCH, 0, 9, 10, Bytes.EMPTY), null);
        live(sequence, 8, 11);
        assertThat(ready(sequence)).containsExactly("10", "11");
    }

    /** Of a publisher that has gone meanwhile, an answer may still come; what the next one has published is not lost by that. */
    @Test
    void anAnswerThatWasAskedForBeforeTheEpochWasKnownIsNoNewsOfAnother() {
        Sequence sequence = sequence("", Start.oldest());
        Query early = Objects.requireNonNull(sequence.query(1, 1000));
        live(sequence, 5, 6);
        assertThat(sequence.page(early, new Page(1, EPOCH - 1, 0, 0, 10, Bytes.EMPTY), null))
                .isTrue();
        sequence.tick(true, true, 10);
        assertThat(ready(sequence)).isEmpty();
        Query asked = Objects.requireNonNull(sequence.query(2, 1000));
        assertThat(asked).returns(0L, Query::first).returns(EPOCH, Query::epoch);
        sequence.page(asked, new Page(2, EPOCH, 3, 6, 7, records(3, 4, 5, 6)), null);
        assertThat(ready(sequence)).containsExactly("3", "4", "5", "6");
    }

    @Test
    void whatAPublisherTookWithItBeforeItSaidWhereItsHistoryBeginsIsAGap() {
        Sequence sequence = sequence("", Start.oldest());
        live(sequence, 5, 6);
        Query asked = Objects.requireNonNull(sequence.query(1, 1000));
        assertThat(sequence.page(asked, new Page(1, EPOCH - 1, 0, 0, 10, Bytes.EMPTY), null))
                .isFalse();
        sequence.tick(true, true, 10);
        assertThat(ready(sequence)).containsExactly(new Gap(PUBLICATION, EPOCH, 0, 4).toString(), "5", "6");
    }

    private static Bytes records(long... numbers) {
        byte[] octets = new byte[1000];
        int end = 0;
        for (long number : numbers) {
            Message message = Message.of("EUR", "" + number);
            end = Records.write(number, message, (int) FrameEncoder.size(message), octets, end);
        }
        return Bytes.copyOf(octets, 0, end);
    }
}
