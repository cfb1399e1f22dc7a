package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.spring.listener.source.Arrival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.publisher.TestPublisher;

/** What came during a pause is handled before what comes after it. */
class ListenerConsumerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final TestPublisher<Message> messages = TestPublisher.create();
    private final List<String> handled = new ArrayList<>();
    private final Lane lane = new Lane(8, 8, null);
    private final ListenerConsumer consumer =
            new ListenerConsumer(List.of(lane), false, new ReadAhead(0, System::nanoTime), 8, this::route);

    /** With the first message that was held another one comes, on the thread that receives. */
    private Work route(Message message, Arrival arrival) {
        if (message.text().equals("1")) {
            try {
                CompletableFuture.runAsync(() -> messages.next(Message.of("3")))
                        .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        }
        return new Work(
                lane,
                message,
                null,
                null,
                Bytes.EMPTY,
                stay -> {
                    handled.add(message.text());
                    return null;
                },
                null);
    }

    private void holdTwo() {
        messages.flux().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                consumer.takesFrom(this);
            }

            @Override
            protected void hookOnNext(Message message) {
                consumer.take(message, null);
            }
        });
        consumer.pause();
        messages.next(Message.of("1"), Message.of("2"));
        assertThat(handled).isEmpty();
    }

    @Test
    void handlesWhatItHeldBeforeWhatComesWhileItResumes() {
        holdTwo();
        consumer.resume();
        assertThat(handled).containsExactly("1", "2", "3");
    }

    @Test
    void handlesWhatItHeldBeforeWhatComesWhileItStops() {
        holdTwo();
        Mono<Void> stopped = consumer.stop();
        stopped.block(TIMEOUT);
        assertThat(handled.subList(0, 2)).containsExactly("1", "2");
    }

    @Test
    void givesUpWhatWaitsForItsTurnToo() {
        List<String> givenUp = new ArrayList<>();
        ListenerConsumer turns = new ListenerConsumer(
                List.of(lane),
                false,
                new ReadAhead(0, System::nanoTime),
                8,
                (message, arrival) -> new Work(
                        lane,
                        message,
                        "one turn",
                        null,
                        Bytes.EMPTY,
                        stay -> {
                            stay.begin(); // and does not return
                            handled.add(message.text());
                            return Flux.never();
                        },
                        null));
        for (String text : List.of("1", "2", "3")) {
            turns.take(Message.of(text), new Arrival() {
                @Override
                public void giveUp() {
                    givenUp.add(text);
                }
            });
        }
        turns.stop().subscribe();
        assertThat(turns.giveUp()).isEqualTo(3);
        assertThat(givenUp).containsExactly("1", "2", "3");
        assertThat(handled).containsExactly("1");
    }
}
