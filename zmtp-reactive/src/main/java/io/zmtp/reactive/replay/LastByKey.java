package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.PacedLog;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The last message of each key; of too many keys the one that was quiet longest is forgotten. Any thread may call. */
final class LastByKey {

    private static final PacedLog LOG = new PacedLog(LastByKey.class);

    /** So many are looked at for one page. */
    private static final int MAX_LOOK = 4096;

    private final int most;
    private final Function<? super Message, Bytes> keys;

    /** The one that was quiet longest first. */
    private final Map<Bytes, Long> numbers = new LinkedHashMap<>();

    private final TreeMap<Long, Message> messages = new TreeMap<>();

    LastByKey(int most, Function<? super Message, Bytes> keys) {
        this.most = most;
        this.keys = keys;
    }

    synchronized void put(long number, Message message) {
        Bytes key = key(message);
        if (key == null) {
            return;
        }
        Long before = numbers.remove(key);
        if (before != null) {
            messages.remove(before);
        } else if (numbers.size() == most) {
            Iterator<Long> quiet = numbers.values().iterator();
            messages.remove(quiet.next());
            quiet.remove();
        }
        numbers.put(key, number);
        messages.put(number, message);
    }

    private @Nullable Bytes key(Message message) {
        try {
            return keys.apply(message);
        } catch (RuntimeException thrown) {
            LOG.warn("key", "the key of a message that was published could not be made", thrown);
            return null;
        }
    }

    /**
     * The values whose numbers are wanted; a page ends where it is full.
     *
     * @param next the number of a message before which all have been put; those from there on are left out
     */
    synchronized Page page(Query query, long epoch, long next) {
        History.Output page = new History.Output(query);
        long through = query.first() - 1;
        int looks = 0;
        for (Map.Entry<Long, Message> each :
                messages.subMap(query.first(), Math.max(next, query.first())).entrySet()) {
            Message message = each.getValue();
            boolean isWanted = query.wants(message.first());
            if (looks++ == MAX_LOOK || (isWanted && !page.add(each.getKey(), message))) {
                return page.end(epoch, 0, through, next);
            }
            through = each.getKey();
        }
        return page.end(epoch, 0, Math.max(through, next - 1), next);
    }
}
