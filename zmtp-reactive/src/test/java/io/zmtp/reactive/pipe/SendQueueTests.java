package io.zmtp.reactive.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpSendException;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class SendQueueTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Message MESSAGE = Message.of("1");

    private final List<Object> reported = new ArrayList<>();

    /** Has something to report, and then refuses the message; or has no room for it, the first time. */
    private final class Refusing extends SendQueue {
        private boolean full;

        Refusing(boolean full) {
            this.full = full;
        }

        @Override
        protected boolean tryAccept(Object item) {
            if (full) {
                full = false;
                return false;
            }
            afterwards(() -> reported.add(item));
            throw new ZmtpSendException("expected another message");
        }

        @Override
        protected long room() {
            return 1;
        }

        @Override
        protected void accepted(MonoSink<Void> stream) {
            stream.success();
        }
    }

    /** Has no room until it is opened. */
    private static final class Opening extends SendQueue {
        private boolean open;
        private final List<Object> accepted = new ArrayList<>();

        void open() {
            open = true;
            release();
        }

        @Override
        protected boolean tryAccept(Object item) {
            return open && accepted.add(item);
        }

        @Override
        protected long room() {
            return 1;
        }

        @Override
        protected void accepted(MonoSink<Void> stream) {
            stream.success();
        }
    }

    private void isRefusedAndReported(Mono<Void> sent) {
        StepVerifier.create(sent).expectError(ZmtpSendException.class).verify(TIMEOUT);
        assertThat(reported).containsExactly(MESSAGE);
    }

    @Test
    void whatARefusedMessageHasLeftToRunIsRunAtOnce() {
        isRefusedAndReported(new Refusing(false).send(MESSAGE));
    }

    @Test
    void alsoIfTheMessageWasAboutToWait() {
        isRefusedAndReported(new Refusing(true).send(MESSAGE));
    }

    @Test
    void alsoInAStreamThatIsPolled() {
        isRefusedAndReported(new Refusing(false).sendMany(Flux.just(MESSAGE)));
    }

    @Test
    void alsoInAStreamThatIsPushed() {
        isRefusedAndReported(new Refusing(false).sendMany(Flux.just(MESSAGE).hide()));
    }

    /** Has room for everything, and keeps nothing. */
    private static final class Taking extends SendQueue {
        @Override
        protected boolean tryAccept(Object item) {
            return true;
        }

        @Override
        protected long room() {
            return Long.MAX_VALUE;
        }

        @Override
        protected void accepted(MonoSink<Void> stream) {
            stream.success();
        }
    }

    @Test
    void aStreamThatWaitsKeepsNothingOfWhatItHasSent() throws InterruptedException {
        ReferenceQueue<Message> freed = new ReferenceQueue<>();
        Sinks.Many<Message> sink = Sinks.many().unicast().onBackpressureBuffer();
        Disposable sending = new Taking().sendMany(sink.asFlux()).subscribe();
        PhantomReference<Message> sent = emit(sink, freed);
        assertThat(sent.refersTo(null)).isFalse();
        boolean isFreed = false;
        for (int i = 0; i < 50 && !isFreed; i++) {
            System.gc();
            isFreed = freed.remove(200) != null;
        }
        assertThat(isFreed).isTrue();
        assertThat(sending.isDisposed()).isFalse();
        sink.tryEmitComplete().orThrow();
        assertThat(sending.isDisposed()).isTrue();
    }

    private static PhantomReference<Message> emit(Sinks.Many<Message> sink, ReferenceQueue<Message> freed) {
        Message message = Message.of(new byte[100]);
        sink.tryEmitNext(message).orThrow();
        return new PhantomReference<>(message, freed);
    }

    @Test
    void sendersWhoWaitedHearOfItBeforeOneWhoSendsThen() {
        Opening queue = new Opening();
        List<String> completed = new ArrayList<>();
        queue.send("1")
                .doOnSuccess(done -> completed.add("1"))
                .then(queue.send("4").doOnSuccess(done -> completed.add("4")))
                .subscribe();
        queue.send("2").doOnSuccess(done -> completed.add("2")).subscribe();
        queue.send("3").doOnSuccess(done -> completed.add("3")).subscribe();
        queue.open();
        assertThat(queue.accepted).containsExactly("1", "2", "3", "4");
        assertThat(completed).containsExactly("1", "2", "3", "4");
    }

    @Test
    void oneOfThemWhoThrowsLeavesTheOthers() {
        Opening queue = new Opening();
        List<String> completed = new ArrayList<>();
        queue.send("1").then(queue.send("4")).subscribe(null, null, () -> completed.add("4"));
        queue.send("2").subscribe(null, null, () -> {
            throw new StackOverflowError("thrown by a subscriber");
        });
        queue.send("3").subscribe(null, null, () -> completed.add("3"));
        queue.open();
        assertThat(completed).containsExactly("3", "4");
    }

    @Test
    void manyWhoWaitedAndEachSendAgainDoNotFillTheStack() {
        Opening queue = new Opening();
        int senders = 20_000;
        List<Object> completed = new ArrayList<>();
        for (int i = 0; i < senders; i++) {
            int each = i;
            queue.send("first")
                    .then(queue.send("second"))
                    .then(queue.send("third"))
                    .subscribe(null, null, () -> completed.add(each));
        }
        queue.open();
        assertThat(queue.accepted).hasSize(3 * senders);
        assertThat(completed).hasSize(senders).doesNotHaveDuplicates();
    }

    @Test
    void allThatFlatMapHasUnderWayGoesOnInItsOrder() {
        Opening queue = new Opening();
        StepVerifier.create(Flux.range(0, 5000).flatMap(queue::send))
                .then(queue::open)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(queue.accepted).isEqualTo(Flux.range(0, 5000).collectList().block());
    }
}
