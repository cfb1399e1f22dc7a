package io.zmtp.reactive.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.SharedEncoder;
import io.zmtp.reactive.testing.LiveObjects;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.scheduler.VirtualTimeScheduler;

class HistoryTests {

    private static final long MIB = 1024 * 1024;

    private static Query all(long first) {
        return new Query(1, Query.Mode.MESSAGES, 0, first, Long.MAX_VALUE, 1 << 20, List.of());
    }

    private static List<String> texts(Page page) {
        List<String> texts = new ArrayList<>();
        for (Records records = Records.of(page.records()); records.next(); ) {
            texts.add(records.number()
                    + (records.isBare() ? "" : "=" + records.message(null).text()));
        }
        return texts;
    }

    private final SharedEncoder encoder = new SharedEncoder();

    private History with(History history, int count) {
        for (int i = 0; i < count; i++) {
            keep(history, Message.of(i % 2 == 0 ? "even" : "odd", "" + i));
        }
        return history;
    }

    private void keep(History history, Message message) {
        history.add(encoder.encode(
                message.skip(1).prepend(Wire.number(history.next())).prepend(message.first())));
    }

    @Test
    void hasTheLastMessages() {
        History history = with(new History(3, MIB), 10);
        assertThat(history.oldest()).isEqualTo(7);
        assertThat(history.next()).isEqualTo(10);
        Page page = history.page(all(0), 5);
        assertThat(texts(page)).containsExactly("7=7", "8=8", "9=9");
        assertThat(page).returns(7L, Page::oldest).returns(9L, Page::through).returns(10L, Page::next);
    }

    @Test
    void findsTheRangeThatIsAskedFor() {
        History history = with(new History(1000, MIB), 100);
        Query query = new Query(1, Query.Mode.MESSAGES, 0, 10, 12, 1 << 20, List.of());
        assertThat(texts(history.page(query, 5))).containsExactly("10=10", "11=11", "12=12");
        assertThat(history.page(query, 5).through()).isEqualTo(12);
    }

    @Test
    void saysHowFarItHasLookedForATopic() {
        History history = with(new History(1000, MIB), 6);
        Query query = new Query(1, Query.Mode.MESSAGES, 0, 0, Long.MAX_VALUE, 1 << 20, List.of(Bytes.utf8("od")));
        assertThat(texts(history.page(query, 5))).containsExactly("1=1", "3=3", "5=5");
        Query none = new Query(1, Query.Mode.MESSAGES, 0, 0, 4, 1 << 20, List.of(Bytes.utf8("x")));
        assertThat(history.page(none, 5)).returns(4L, Page::through).returns(Bytes.EMPTY, Page::records);
    }

    @Test
    void givesNumbersOnly() {
        History history = with(new History(1000, MIB), 4);
        Query query = new Query(1, Query.Mode.NUMBERS, 0, 0, Long.MAX_VALUE, 1 << 20, List.of(Bytes.utf8("even")));
        assertThat(texts(history.page(query, 5))).containsExactly("0", "2");
    }

    @Test
    void endsAPageThatIsFull() {
        History history = with(new History(100_000, MIB), 10_000);
        Query query = new Query(1, Query.Mode.MESSAGES, 0, 0, Long.MAX_VALUE, 100, List.of());
        Page page = history.page(query, 5);
        assertThat(page.records().size()).isBetween(50, 100);
        assertThat(texts(page)).hasSize((int) page.through() + 1);
        Query tiny = new Query(1, Query.Mode.MESSAGES, 0, 7, Long.MAX_VALUE, 1, List.of());
        assertThat(texts(history.page(tiny, 5))).containsExactly("7=7");
    }

    @Test
    void hasNothingOfWhatIsToCome() {
        History history = with(new History(1000, MIB), 4);
        assertThat(history.page(all(9), 5)).returns(3L, Page::through).returns(Bytes.EMPTY, Page::records);
        assertThat(history.page(all(Wire.END), 5)).returns(3L, Page::through).returns(Bytes.EMPTY, Page::records);
        assertThat(new History(1, MIB).page(all(0), 5)).returns(-1L, Page::through);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 100, 1000, 70_000})
    void takesLittleMoreThanItsMessages(int size) {
        History history = new History(Integer.MAX_VALUE, Long.MAX_VALUE);
        takesLittleMoreThanItsMessages(history, size, 10_000_000 / (size + 50));
    }

    /** Then what is forgotten makes room for what comes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100, 1000})
    void takesNoMoreWhenItIsFull(int size) {
        History history = new History(10_000_000 / (size + 50), Long.MAX_VALUE);
        takesLittleMoreThanItsMessages(history, size, 30_000_000 / (size + 50));
        assertThat(history.oldest()).isPositive();
    }

    /** Counts the octets of all objects on the heap. */
    private void takesLittleMoreThanItsMessages(History history, int size, int count) {
        Message message = Message.of(Bytes.utf8("topic"), Bytes.wrap(new byte[size]));
        keep(history, message);
        long before = LiveObjects.count().octets() - history.held();
        for (int i = 1; i < count; i++) {
            keep(history, message);
        }
        long taken = LiveObjects.count().octets() - before;
        long kept = history.next() - history.oldest();
        assertThat(taken)
                .isBetween(kept * message.bytes(), (long) (kept * (1.3 * message.bytes() + 32)))
                .isCloseTo(history.held(), withPercentage(5));
    }

    @Test
    void keepsToItsOctets() {
        History history = new History(Integer.MAX_VALUE, 10_000);
        for (int i = 0; i < 1000; i++) {
            keep(history, Message.of(Bytes.utf8("topic"), Bytes.wrap(new byte[i])));
            assertThat(history.held()).isLessThanOrEqualTo(10_000);
        }
        assertThat(history.oldest()).isBetween(970L, 999L);
    }

    /** Both move what was encoded last into segments. */
    @ParameterizedTest
    @ValueSource(ints = {100, 1000, 10_000, 1_000_000})
    void keepsToItsOctetsWhileItIsReadAndMessagesAge(int most) {
        Random random = new Random(most);
        History history = new History(Integer.MAX_VALUE, most);
        for (int i = 0; i < 5000; i++) {
            int size = random.nextInt(1 + random.nextInt(Math.min(3000, most)));
            keep(history, Message.of(Bytes.utf8("topic"), Bytes.wrap(new byte[size])));
            if (random.nextInt(10) == 0) {
                Page page = history.page(all(0), 5);
                assertThat(page.oldest()).isEqualTo(history.oldest());
            } else if (random.nextInt(50) == 0) {
                history.tick();
            }
            assertThat(history.held()).isLessThanOrEqualTo(most);
        }
    }

    @Test
    void theLimitInMessagesBoundsItsOctetsToo() {
        History history = new History(100, Long.MAX_VALUE);
        for (int i = 0; i < 100_000; i++) {
            keep(history, Message.of(Bytes.utf8("topic"), Bytes.wrap(new byte[100])));
        }
        assertThat(history.oldest()).isEqualTo(99_900);
        assertThat(history.held()).isLessThan(3 * 64 * 1024);
    }

    @Test
    void isEmptyBehindAMessageThatDoesNotFit() {
        History history = with(new History(1000, 10_000), 4);
        keep(history, Message.of(Bytes.utf8("topic"), Bytes.wrap(new byte[20_000])));
        assertThat(history.oldest()).isEqualTo(5);
        assertThat(history.held()).isZero();
        keep(history, Message.of("a", "b"));
        assertThat(texts(history.page(all(0), 5))).containsExactly("5=b");
    }

    @Test
    void forgetsALittleAtATimeHoweverFewOctetsItMayHave() {
        History history = new History(Integer.MAX_VALUE, 10_000);
        for (int i = 0; i < 2000; i++) {
            keep(history, Message.of(Bytes.utf8("topic"), Bytes.wrap(new byte[100])));
            assertThat(history.held()).isLessThanOrEqualTo(10_000);
            assertThat(history.next() - history.oldest()).isGreaterThanOrEqualTo(Math.min(i + 1, 50));
        }
    }

    /** The octets of what is forgotten are used again. */
    @Test
    void aPageIsWholeWhateverIsForgottenMeanwhile() {
        History history = with(new History(10_000, MIB), 10_000);
        List<Bytes> slow = new AbstractList<>() {
            @Override
            public Bytes get(int index) {
                if (history.next() == 10_000) {
                    for (int i = 0; i < 50_000; i++) {
                        keep(history, Message.of("none", "of those"));
                    }
                }
                return Bytes.EMPTY;
            }

            @Override
            public int size() {
                return 1;
            }
        };
        Page page = history.page(new Query(1, Query.Mode.MESSAGES, 0, 0, Long.MAX_VALUE, 1 << 20, slow), 5);
        assertThat(texts(page))
                .isEqualTo(IntStream.range(0, 10_000).mapToObj(i -> i + "=" + i).toList());
        assertThat(history.oldest()).isEqualTo(50_000);
        assertThat(texts(history.page(all(59_998), 5))).containsExactly("59998=of those", "59999=of those");
    }

    @Test
    void hasMessagesOfAnySizeAndAnyNumberOfParts() {
        History history = new History(1000, 16 * MIB);
        List<Message> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            List<Bytes> parts = new ArrayList<>(List.of(Bytes.wrap(new byte[i * 7 % 300])));
            for (int part = 0; part <= i % 4; part++) {
                parts.add(Bytes.wrap(new byte[i * i * part % 70_000]));
            }
            all.add(Message.of(parts));
            keep(history, all.get(i));
            history.page(all(i), 5); // so that some are read before the array in which they were encoded is full
        }
        List<Message> found = new ArrayList<>();
        while (found.size() < all.size()) {
            for (Records records = Records.of(history.page(all(found.size()), 5).records()); records.next(); ) {
                assertThat(records.number()).isEqualTo(found.size());
                found.add(records.message(null));
            }
        }
        assertThat(found).isEqualTo(all);
    }

    @Test
    void forgetsWhatIsTooOld() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        ReplayPublisher publisher = ReplayPublisher.create(
                options -> options.maxAge(Duration.ofMinutes(10)).scheduler(time));
        try {
            publisher.send("a", "0").block(Feeds.TIMEOUT);
            time.advanceTimeBy(Duration.ofMinutes(5));
            publisher.send("a", "1").block(Feeds.TIMEOUT);
            time.advanceTimeBy(Duration.ofMinutes(5));
            assertThat(publisher.oldest()).isZero();
            time.advanceTimeBy(Duration.ofSeconds(75));
            assertThat(publisher.oldest()).isEqualTo(1);
            time.advanceTimeBy(Duration.ofMinutes(5));
            assertThat(publisher.oldest()).isEqualTo(2);
            assertThat(publisher.held()).isZero();
        } finally {
            publisher.dispose();
        }
    }
}
