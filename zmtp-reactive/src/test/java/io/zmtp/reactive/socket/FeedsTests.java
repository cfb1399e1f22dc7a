package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Receivers that come and go while a message is handed out. */
class FeedsTests {

    private final Queue<Message> source = new ArrayDeque<>(List.of(Message.of("one"), Message.of("two")));
    private final List<Message> unwanted = new ArrayList<>();
    private final Feeds feeds = new Feeds(source::poll, unwanted::add, () -> {});
    private Runnable meanwhile = () -> {};

    private final Flux<Message> all = feeds.feed(
            message -> {
                Runnable now = meanwhile;
                meanwhile = () -> {};
                now.run();
                return true;
            },
            () -> {},
            () -> {});

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
        Flux<Message> picky = feeds.feed(message -> message.text().equals("two"), () -> {}, () -> {});
        feeds.drain();
        assertThat(source).hasSize(2);

        picky.subscribe(none);
        none.request(1);

        assertThat(none.got).containsExactly("two");
        assertThat(unwanted).containsExactly(Message.of("one"));
    }
}
