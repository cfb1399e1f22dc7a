package io.zmtp.reactive.socket;

import java.net.BindException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of {@code inproc}: those that are bound, and those that somebody waits for. One process has one set of them,
 * as far as this class is loaded once.
 */
final class InprocNames {

    static final InprocNames PROCESS = new InprocNames();

    private static final class Place {
        @Nullable
        InprocBound bound;

        final Set<InprocConnected> waiting = new LinkedHashSet<>(1);
    }

    final Map<String, Place> places = new HashMap<>();

    /**
     * Takes a name.
     *
     * @return who has waited for it, in the order of coming, and does not any more
     * @throws BindException if somebody has it
     */
    synchronized List<InprocConnected> bind(String name, InprocBound taker) throws BindException {
        Place place = places.computeIfAbsent(name, key -> new Place());
        if (place.bound != null) {
            throw new BindException("inproc://" + name + " is bound already, by another socket of this process");
        }
        place.bound = taker;
        List<InprocConnected> waiting = List.copyOf(place.waiting);
        place.waiting.clear();
        return waiting;
    }

    /** Frees a name, if it is this one's. */
    synchronized void unbind(String name, InprocBound taker) {
        Place place = places.get(name);
        if (place != null && place.bound == taker) {
            place.bound = null;
            tidy(name, place);
        }
    }

    /**
     * Looks for who has a name.
     *
     * @param who asks; will be told by {@link #bind} if there is nobody
     * @param except counts as nobody
     */
    synchronized @Nullable InprocBound find(String name, InprocConnected who, @Nullable InprocBound except) {
        Place place = places.computeIfAbsent(name, key -> new Place());
        if (place.bound != null && place.bound != except) {
            return place.bound;
        }
        place.waiting.add(who);
        return null;
    }

    /** Takes one who waits out. */
    synchronized void forget(String name, InprocConnected who) {
        Place place = places.get(name);
        if (place != null) {
            place.waiting.remove(who);
            tidy(name, place);
        }
    }

    private void tidy(String name, Place place) {
        if (place.bound == null && place.waiting.isEmpty()) {
            places.remove(name);
        }
    }
}
