package io.zmtp.reactive.testing;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Has BlockHound report arithmetic on Curve25519 on an event loop like a call that blocks, in all tests: it takes some 0.1
 * ms, and a thousand peers that connect at once would hold up everybody else on that loop.
 */
public final class AgreementsOffLoops implements BlockHoundIntegration {
    private static final String ARITHMETIC = "io.zmtp.reactive.mechanism.crypto.KeyExchange";
    private static final String AGREEMENT = "agree";
    private static final String BASE = "publicKey";

    private static final Map<String, Integer> COUNTS = new ConcurrentHashMap<>();

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.markAsBlocking(ARITHMETIC, AGREEMENT, "([B[B)[B")
                .markAsBlocking(ARITHMETIC, BASE, "([B)[B")
                .blockingMethodCallback(AgreementsOffLoops::report);
    }

    /** Forgets what it has counted. */
    public static void forget() {
        COUNTS.clear();
    }

    /** How many keys were agreed upon on threads that do not block, with names that begin so. */
    public static int agreementsOn(String threads) {
        return count(AGREEMENT + " " + threads);
    }

    /** How many public keys were made there. */
    public static int publicKeysOn(String threads) {
        return count(BASE + " " + threads);
    }

    private static int count(String start) {
        return COUNTS.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(start))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    private static void report(BlockingMethod method) {
        COUNTS.merge(method.getName() + " " + Thread.currentThread().getName(), 1, Integer::sum);
        boolean arithmetic = ARITHMETIC.equals(method.getClassName());
        if (!arithmetic || Thread.currentThread() instanceof FastThreadLocalThread) {
            throw new BlockingOperationError(method);
        }
    }
}
