package io.zmtp.reactive.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class BlockHoundTests {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Test
    void reportsAThreadThatParksOnAParallelScheduler() {
        StepVerifier.create(Mono.fromRunnable(() -> LockSupport.parkNanos(1)).subscribeOn(Schedulers.parallel()))
                .expectErrorMatches(BlockHoundTests::isBlockingCall)
                .verify(TIMEOUT);
    }

    @Test
    void allowsBlockingWhereItBelongs() {
        StepVerifier.create(Mono.fromRunnable(() -> LockSupport.parkNanos(1)).subscribeOn(Schedulers.boundedElastic()))
                .expectComplete()
                .verify(TIMEOUT);
    }

    private static boolean isBlockingCall(Throwable error) {
        return error instanceof BlockingOperationError || error.getCause() instanceof BlockingOperationError;
    }
}
