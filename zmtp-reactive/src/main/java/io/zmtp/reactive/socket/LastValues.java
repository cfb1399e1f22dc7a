package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.PacedLog;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The last message of each key, for those who subscribe later; of too many keys the one that was quiet longest is
 * forgotten. Not thread safe.
 */
final class LastValues {

    private static final PacedLog LOG = new PacedLog(ZmtpSocket.class);

    private record Place(Bytes topic, Bytes key) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byTopic = topic.compareTo(other.topic);
            return byTopic == 0 ? key.compareTo(other.key) : byTopic;
        }
    }

    private final int most;
    private final Function<? super Message, Bytes> keys;

    /** Where the last message of a key is; the one that was quiet longest first. */
    private final Map<Bytes, Place> places = new LinkedHashMap<>();

    private final TreeMap<Place, Message> values = new TreeMap<>();

    LastValues(int most, Function<? super Message, Bytes> keys) {
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
        values.put(place, message);
    }

    private @Nullable Bytes key(Message message) {
        try {
            return keys.apply(message);
        } catch (RuntimeException thrown) {
            LOG.warn("key", "the key of a message for the cache of last values could not be told", thrown);
            return null;
        }
    }

    /** Visits the values of which the topic begins with a prefix. */
    void matching(Bytes prefix, Consumer<Message> visitor) {
        for (Map.Entry<Place, Message> each :
                values.tailMap(new Place(prefix, Bytes.EMPTY)).entrySet()) {
            if (!each.getKey().topic().startsWith(prefix)) {
                return;
            }
            visitor.accept(each.getValue());
        }
    }

    /** Visits the values of which the topic begins otherwise. */
    void others(Bytes prefix, Consumer<Message> visitor) {
        values.forEach((place, message) -> {
            if (!place.topic().startsWith(prefix)) {
                visitor.accept(message);
            }
        });
    }
}
