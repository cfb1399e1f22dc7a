package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.mechanism.crypto.KeyExchange;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * What a server seals its cookies with: one key for new cookies, and the key before it. Each is replaced after half a
 * minute, so a cookie is valid for 30 to 60 s, and its key is forgotten then (RFC 26). Any thread.
 */
final class CookieKeys {

    static final int PERIOD_SECONDS = 30;

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

    /** No timer runs while no client comes. */
    private void tick() {
        if (!ticking) {
            ticking = true;
            Schedulers.parallel().schedule(this::rotate, PERIOD_SECONDS, TimeUnit.SECONDS);
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
