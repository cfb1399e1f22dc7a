package io.zmtp.reactive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Receivers that come and go while a message is handed out. */
class SubscriptionInboxTests {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Queue<Message> source = new ArrayDeque<>(List.of(Message.of("one"), Message.of("two")));
    private final List<Message> unwanted = new ArrayList<>();
    private Runnable meanwhile = () -> {};

    private final SubscriptionInbox inbox = inbox(false);
    private final Flux<Message> all = feed(inbox, "");

    private SubscriptionInbox inbox(boolean inverted) {
        return new SubscriptionInbox(source::poll, message -> true, inverted, unwanted::add) {
            @Override
            void choose(Message message) {
                super.choose(message);
                Runnable now = meanwhile;
                meanwhile = () -> {};
                now.run();
            }
        };
    }

    private static Flux<Message> feed(SubscriptionInbox of, String... prefixes) {
        return of.feed(Stream.of(prefixes).map(Bytes::utf8).toList(), () -> {}, () -> {});
    }

    private static final class Collector extends BaseSubscriber<Message> {
        final List<String> got = new ArrayList<>();

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(Message message) {
            got.add(message.text());
        }
    }

    @Test
    void whatOneWantedThatCancelsIsTheNextOnes() {
        Collector first = new Collector();
        all.subscribe(first);
        meanwhile = first::cancel;
        first.request(1);

        assertThat(first.got).isEmpty();
        StepVerifier.create(all.map(Message::text))
                .expectNext("one", "two")
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(unwanted).isEmpty();
    }

    /** The next one was not there when it was asked who wants the message. */
    @Test
    void whatOneWantedThatCancelsIsTheNextOnesThatHasComeMeanwhile() {
        Collector first = new Collector();
        Collector second = new Collector();
        all.subscribe(first);
        meanwhile = () -> {
            first.cancel();
            all.subscribe(second);
            second.request(2);
        };
        first.request(1);

        assertThat(first.got).isEmpty();
        assertThat(second.got).containsExactly("one", "two");
        assertThat(unwanted).isEmpty();
    }

    @Test
    void whatNobodyWantsIsToldOnlyWhenSomebodyReceives() {
        Collector none = new Collector();
        Flux<Message> picky = feed(inbox, "tw");
        inbox.drain();
        assertThat(source).hasSize(2);

        picky.subscribe(none);
        none.request(1);

        assertThat(none.got).containsExactly("two");
        assertThat(unwanted).containsExactly(Message.of("one"));
    }

    @Test
    void eachGetsAMessageOnceHoweverManyOfItsPrefixesItBeginsWith() {
        Collector both = new Collector();
        Collector none = new Collector();
        feed(inbox, "t", "two", "", "t").subscribe(both);
        feed(inbox, "twofold", "three").subscribe(none);
        none.request(Long.MAX_VALUE);
        both.request(Long.MAX_VALUE);

        assertThat(both.got).containsExactly("one", "two");
        assertThat(none.got).isEmpty();
    }

    @Test
    void thoseThatGetTheSameMessageGetItInTheOrderOfTheirComing() {
        source.remove();
        List<String> order = new ArrayList<>();
        List<Collector> collectors = new ArrayList<>();
        for (Flux<Message> each : List.of(feed(inbox, "tw"), inbox.receive(), feed(inbox, ""), feed(inbox, "tw"))) {
            Collector collector = new Collector();
            String name = "" + collectors.size();
            each.doOnNext(message -> order.add(name)).subscribe(collector);
            collectors.add(collector);
        }
        collectors.forEach(collector -> collector.request(1));

        assertThat(order).containsExactly("0", "1", "2", "3");
    }

    @Test
    void invertedGivesEachWhatBeginsWithNoneOfItsPrefixes() {
        SubscriptionInbox inverted = inbox(true);
        Collector noOne = new Collector();
        Collector noTwo = new Collector();
        Collector nothing = new Collector();
        feed(inverted, "one", "x").subscribe(noOne);
        feed(inverted, "two").subscribe(noTwo);
        feed(inverted, "o", "t").subscribe(nothing);
        noOne.request(2);
        noTwo.request(2);

        assertThat(noOne.got).containsExactly("two");
        assertThat(noTwo.got).containsExactly("one");
        assertThat(nothing.got).isEmpty();
        assertThat(unwanted).isEmpty();
    }

    @Test
    void oneThatIsAloneGetsTheSameAsAmongOthers() {
        source.addAll(List.of(Message.of("one"), Message.of("two"), Message.of("one"), Message.of("two")));
        Collector stays = new Collector();
        Collector goes = new Collector();
        feed(inbox, "o").subscribe(stays);
        stays.request(1);
        feed(inbox, "t").subscribe(goes);
        stays.request(1);
        goes.request(1);
        goes.cancel();
        stays.request(9);

        assertThat(stays.got).containsExactly("one", "one", "one");
        assertThat(goes.got).containsExactly("two");
        assertThat(unwanted).containsExactly(Message.of("two"), Message.of("two"));
    }

    @Test
    void invertedGivesOneThatIsAloneWhatDoesNotBeginWithItsPrefix() {
        Collector noOne = new Collector();
        feed(inbox(true), "one").subscribe(noOne);
        noOne.request(2);

        assertThat(noOne.got).containsExactly("two");
    }

    @Test
    void goesOnForOneThatAskedBeforeWhenTheOneThatAskedLastHasEnough() {
        Collector early = new Collector();
        Collector late = new Collector();
        feed(inbox, "two").subscribe(early);
        early.request(1);
        source.add(Message.of("two"));
        feed(inbox, "one").subscribe(late);
        assertThat(early.got).containsExactly("two");

        source.addAll(List.of(Message.of("one"), Message.of("two")));
        late.request(1);
        early.request(1);

        assertThat(late.got).containsExactly("one");
        assertThat(early.got).containsExactly("two", "two");
    }

    @Test
    void onesThatComeWhenItHasEndedComplete() {
        StepVerifier.create(all, 0).then(inbox::end).expectComplete().verify(TIMEOUT);
        StepVerifier.create(all, 0).expectComplete().verify(TIMEOUT);
        assertThat(source).hasSize(2);
    }
}
