package io.zmtp.reactive.testing;

import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

class BlockHoundTests {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

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

    @Test
    void reportsArithmeticOfCurve25519OnAnEventLoopOnly() {
        byte[] secret = KeyExchange.secretKey();
        byte[] key = KeyExchange.publicKey(secret);
        Mono<byte[]> makingAKey = Mono.fromCallable(() -> KeyExchange.publicKey(secret));
        Mono<byte[]> agreeing = Mono.fromCallable(() -> KeyExchange.agree(secret, key));
        LoopResources loops = LoopResources.create("x25519", 1, true);
        Scheduler loop = Schedulers.fromExecutor(loops.onServer(false));
        for (Mono<byte[]> work : List.of(makingAKey, agreeing)) {
            StepVerifier.create(work.subscribeOn(loop))
                    .expectErrorMatches(BlockHoundTests::isBlockingCall)
                    .verify(TIMEOUT);
            StepVerifier.create(work.subscribeOn(Schedulers.parallel()))
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(TIMEOUT);
        }
        loops.dispose();
    }

    private static boolean isBlockingCall(Throwable error) {
        return error instanceof BlockingOperationError || error.getCause() instanceof BlockingOperationError;
    }
}
