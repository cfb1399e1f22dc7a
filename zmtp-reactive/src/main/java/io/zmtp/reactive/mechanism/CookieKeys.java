package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * What a server seals its cookies with: one key for the new ones and the one before it, each replaced after half a
 * minute, so that a cookie lives for 30 to 60 s and its key is forgotten after that (RFC 26). Any thread.
 */
final class CookieKeys {

    static final int SECONDS = 30;

    private byte @Nullable [] current;
    private byte @Nullable [] previous;
    private boolean ticking;

    /** Seals with the newest key. */
    synchronized byte[] seal(Function<byte[], byte[]> sealing) {
        byte[] key = current;
        if (key == null) {
            key = KeyExchange.random(KeyExchange.KEY);
            current = key;
            tick();
        }
        return sealing.apply(key);
    }

    /** Opens with any key that is still known; null if none fits. */
    synchronized byte @Nullable [] open(Function<byte[], byte @Nullable []> opening) {
        byte[] text = current == null ? null : opening.apply(current);
        return text == null && previous != null ? opening.apply(previous) : text;
    }

    /** No timer runs while nobody comes. */
    private void tick() {
        if (!ticking) {
            ticking = true;
            Schedulers.parallel().schedule(this::rotate, SECONDS, TimeUnit.SECONDS);
        }
    }

    private synchronized void rotate() {
        ticking = false;
        if (previous != null) {
            Arrays.fill(previous, (byte) 0);
        }
        previous = current;
        current = null;
        if (previous != null) {
            tick();
        }
    }
}
