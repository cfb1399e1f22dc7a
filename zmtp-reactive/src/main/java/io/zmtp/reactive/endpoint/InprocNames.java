package io.zmtp.reactive.endpoint;

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
public final class InprocNames {

    public static final InprocNames PROCESS = new InprocNames();

    private static final class Place {
        @Nullable
        InprocListener bound;

        final Set<InprocDialer> waiting = new LinkedHashSet<>(1);
    }

    public final Map<String, Place> places = new HashMap<>();

    /**
     * Takes a name.
     *
     * @return the endpoints that waited for it, in the order of coming; they wait no more
     * @throws BindException if another socket has it
     */
    synchronized List<InprocDialer> bind(String name, InprocListener taker) throws BindException {
        Place place = places.computeIfAbsent(name, key -> new Place());
        if (place.bound != null) {
            throw new BindException(
                    "inproc://" + name + ": expected a free name, but another socket of this process has bound it");
        }
        place.bound = taker;
        List<InprocDialer> waiting = List.copyOf(place.waiting);
        place.waiting.clear();
        return waiting;
    }

    /** Frees a name, if it is this one's. */
    synchronized void unbind(String name, InprocListener taker) {
        Place place = places.get(name);
        if (place != null && place.bound == taker) {
            place.bound = null;
            tidy(name, place);
        }
    }

    /**
     * Looks for the endpoint that has bound a name.
     *
     * @param who asks; if there is none, it waits, and {@link #bind} returns it
     * @param except is not returned
     */
    synchronized @Nullable InprocListener find(String name, InprocDialer who, @Nullable InprocListener except) {
        Place place = places.computeIfAbsent(name, key -> new Place());
        if (place.bound != null && place.bound != except) {
            return place.bound;
        }
        place.waiting.add(who);
        return null;
    }

    /** Takes out one that waits. */
    synchronized void forget(String name, InprocDialer who) {
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
