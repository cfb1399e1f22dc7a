package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class StepTests {
    private final Deque<Runnable> begun = new ArrayDeque<>();
    private final List<Throwable> dropped = new ArrayList<>();

    @AfterEach
    void reset() {
        Hooks.resetOnErrorDropped();
    }

    private static StepVerifier.FirstStep<String> compute(Callable<String> work) {
        return StepVerifier.create(Step.compute(Schedulers.immediate(), "WELCOME", work));
    }

    @Test
    void givesWhatWasComputed() {
        compute(() -> "made").expectNext("made").expectComplete().verify(Line.TIMEOUT);
    }

    @Test
    void failsWithTheErrorOfTheWork() {
        compute(() -> {
                    throw Step.malformed("WELCOME", "something else");
                })
                .expectErrorSatisfies(thrown -> assertThat(thrown)
                        .isInstanceOf(ZmtpHandshakeException.class)
                        .hasMessage("expected WELCOME, but something else came"))
                .verify(Line.TIMEOUT);
    }

    @Test
    void failsWhereNothingCanBeOpened() {
        compute(() -> null)
                .expectErrorSatisfies(thrown -> assertThat(thrown)
                        .isInstanceOfSatisfying(
                                ZmtpHandshakeException.class,
                                failed -> assertThat(failed.failure()).isEqualTo(Failure.CRYPTO))
                        .hasMessageStartingWith("expected an authentic WELCOME"))
                .verify(Line.TIMEOUT);
    }

    /** A step that was begun is not stopped; but its failure is no news when the handshake has ended before it. */
    @Test
    void tellsNobodyOfAFailureAfterTheEnd() {
        Hooks.onErrorDropped(dropped::add);
        for (Callable<String> work : List.<Callable<String>>of(() -> null, () -> {
            throw Step.malformed("WELCOME", "something else");
        })) {
            Disposable step = Step.compute(new GoingOn(begun), "WELCOME", work).subscribe();
            step.dispose();
            begun.remove().run();
        }
        assertThat(dropped).isEmpty();
    }
}
