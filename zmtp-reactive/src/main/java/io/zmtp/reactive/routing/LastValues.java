package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.pipe.Pipe;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The last message of each key, for those who subscribe later; of too many keys the one that was quiet longest is
 * forgotten. A new subscriber gets them as it takes them, in the order of the topics, and in no more than half of its
 * queue: so neither its own subscriptions nor the next messages to it or to others wait for that. Not thread safe.
 */
public final class LastValues {

    private static final PacedLog LOG = new PacedLog(LastValues.class);

    /** So many are looked at before others may send. */
    private static final int SLICE = 256;

    private record Place(Bytes topic, Bytes key) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byTopic = topic.compareTo(other.topic);
            return byTopic == 0 ? key.compareTo(other.key) : byTopic;
        }
    }

    private record Value(Message message, long number) {}

    private final int most;
    private final Function<? super Message, Bytes> keys;

    /** Where the last message of a key is; the one that was quiet longest first. */
    private final Map<Bytes, Place> places = new LinkedHashMap<>();

    private final TreeMap<Place, Value> values = new TreeMap<>();
    private long numbered;

    /** What subscribers have not got yet, by what they subscribed to. */
    private final Map<Pipe, Map<Bytes, Rest>> owed = new HashMap<>();

    public LastValues(int most, Function<? super Message, Bytes> keys) {
        this.most = most;
        this.keys = keys;
    }

    void put(Message message) {
        Bytes key = key(message);
        if (key == null) {
            return;
        }
        Place before = places.remove(key);
        if (before != null) {
            values.remove(before);
        } else if (places.size() == most) {
            Iterator<Place> quiet = places.values().iterator();
            values.remove(quiet.next());
            quiet.remove();
        }
        Place place = new Place(message.first(), key);
        places.put(key, place);
        values.put(place, new Value(message, ++numbered));
    }

    private @Nullable Bytes key(Message message) {
        try {
            return keys.apply(message);
        } catch (RuntimeException thrown) {
            LOG.warn("key", "the key of a message for the cache of last values could not be made", thrown);
            return null;
        }
    }

    // ---- who gets them

    /** Whether a subscriber has not got all yet. */
    boolean owes(Pipe pipe) {
        return owed.containsKey(pipe);
    }

    /**
     * A peer subscribed: it is to get the values there are now.
     *
     * @param inverted those of which the topic begins otherwise
     */
    void owe(Pipe pipe, Bytes prefix, boolean inverted) {
        owed.computeIfAbsent(pipe, first -> new LinkedHashMap<>()).put(prefix, new Rest(prefix, inverted));
    }

    /** It is not to get them any more. */
    void cancel(Pipe pipe, Bytes prefix) {
        Map<Bytes, Rest> rests = owed.get(pipe);
        if (rests != null && rests.remove(prefix) != null && rests.isEmpty()) {
            owed.remove(pipe);
        }
    }

    /** As {@link #cancel}, all of them. */
    void cancel(Pipe pipe) {
        owed.remove(pipe);
    }

    /**
     * Gives a peer some of what it is owed, if it has room.
     *
     * @return whether it has room for more; if not, and more is owed, the socket hears when it is writable
     */
    boolean give(Pipe pipe) {
        Map<Bytes, Rest> rests = owed.get(pipe);
        for (int looks = 0; rests != null && looks < SLICE; looks++) {
            Rest rest = rests.values().iterator().next();
            Map.Entry<Place, Value> next = rest.next();
            if (next == null) {
                cancel(pipe, rest.prefix);
                rests = owed.get(pipe);
            } else if (next.getValue().number() > rest.last) {
                rest.place = next.getKey(); // it was sent since
            } else if (pipe.isHalfEmpty() && pipe.offer(next.getValue().message())) {
                rest.place = next.getKey();
            } else {
                return false;
            }
        }
        return rests != null;
    }

    /** What somebody has not got yet of what matches one subscription. */
    private final class Rest {

        final Bytes prefix;
        final boolean inverted;

        /** The number of the last value at that time. */
        final long last = numbered;

        /** Of the last value that it got, or did not need to get. */
        @Nullable
        Place place;

        Rest(Bytes prefix, boolean inverted) {
            this.prefix = prefix;
            this.inverted = inverted;
        }

        Map.@Nullable Entry<Place, Value> next() {
            Place from = place;
            Map.Entry<Place, Value> next = from != null
                    ? values.higherEntry(from)
                    : inverted ? values.firstEntry() : values.ceilingEntry(new Place(prefix, Bytes.EMPTY));
            boolean begins = next != null && next.getKey().topic().startsWith(prefix);
            if (inverted && begins) {
                Bytes end = end(prefix);
                return end == null ? null : values.ceilingEntry(new Place(end, Bytes.EMPTY));
            }
            return inverted || begins ? next : null;
        }
    }

    /** The first topic behind all that begin with a prefix; null for none. */
    private static @Nullable Bytes end(Bytes prefix) {
        for (int size = prefix.size(); size > 0; size--) {
            byte last = prefix.byteAt(size - 1);
            if (last != (byte) 0xff) {
                byte[] end = prefix.slice(0, size).toByteArray();
                end[size - 1] = (byte) (last + 1);
                return Bytes.wrap(end);
            }
        }
        return null;
    }
}
