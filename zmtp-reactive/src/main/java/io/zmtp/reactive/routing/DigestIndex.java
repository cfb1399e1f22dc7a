package io.zmtp.reactive.routing;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what is under way by its digest; of equal messages, the oldest one. */
final class DigestIndex {

    private final Map<Long, ArrayDeque<Sent>> byDigest = new HashMap<>();

    /** One is under way behind all others. */
    void add(Sent sent) {
        byDigest.computeIfAbsent(sent.digest, digest -> new ArrayDeque<>(1)).add(sent);
    }

    void remove(Sent sent) {
        ArrayDeque<Sent> equal = byDigest.get(sent.digest);
        if (equal != null && equal.removeFirstOccurrence(sent) && equal.isEmpty()) { // mostly it is the first
            byDigest.remove(sent.digest);
        }
    }

    @Nullable
    Sent oldest(long digest) {
        ArrayDeque<Sent> equal = byDigest.get(digest);
        return equal == null ? null : equal.peek();
    }
}
