package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Message;
import io.zmtp.spring.listener.ListenerDispatcher.SendingReply;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class SendingReplyTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Sinks.Empty<Message> room = Sinks.empty();

    @Test
    void isOverWhenItWasAcceptedAtOnce() {
        assertThat(new SendingReply().send(Mono.empty())).isNull();
    }

    @Test
    void throwsWhatRefusesItAtOnce() {
        assertThatThrownBy(() -> new SendingReply().send(Mono.error(new IllegalStateException("closed"))))
                .hasMessage("closed");
    }

    private static Flux<Message> waiting(Mono<Message> sending) {
        return Objects.requireNonNull(new SendingReply().send(sending));
    }

    @Test
    void endsWhenThereIsRoom() {
        StepVerifier.create(waiting(room.asMono()))
                .then(room::tryEmitEmpty)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void endsWhenThereWasRoomBeforeAnybodyWaitedForTheEnd() {
        Flux<Message> end = waiting(room.asMono());
        room.tryEmitEmpty();
        StepVerifier.create(end).expectComplete().verify(TIMEOUT);
    }

    @Test
    void failsWhenItIsRefusedLater() {
        StepVerifier.create(waiting(room.asMono()))
                .then(() -> room.tryEmitError(new IllegalStateException("closed")))
                .expectErrorMessage("closed")
                .verify(TIMEOUT);
    }

    @Test
    void isTakenBackByACancel() {
        AtomicBoolean cancelled = new AtomicBoolean();
        StepVerifier.create(waiting(room.asMono().doOnCancel(() -> cancelled.set(true))))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(cancelled).isTrue();
    }
}
