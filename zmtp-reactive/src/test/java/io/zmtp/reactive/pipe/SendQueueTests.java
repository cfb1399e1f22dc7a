package io.zmtp.reactive.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpSendException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
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
}
