package io.zmtp.reactive.model;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.model.Lane.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What was sent, what came, and what is wrong with it. */
final class Ledger {

    /** A message that came; late if its subscriber had cancelled before. */
    private record Arrival(String place, String life, Lane lane, int number, boolean late) {}

    final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final List<Arrival> arrivals = new ArrayList<>();
    private final Set<String> known = new HashSet<>();

    Lane lane(String id, @Nullable String to) {
        Lane lane = new Lane(id, to);
        lanes.put(id, lane);
        return lane;
    }

    void fault(String what) {
        faults.add(what);
    }

    /** Takes down a message that came; answers who sent it. */
    @Nullable
    Lane arrived(String place, String life, Bytes body, boolean late) {
        String[] words = body.utf8().split(":", 3);
        Lane lane = words.length == 3 ? lanes.get(words[0]) : null;
        int number = lane == null ? -1 : Integer.parseInt(words[1]);
        if (lane == null || number >= lane.next.get() || !lane.body(number).equals(body)) {
            fault(life + " got what nobody sent: " + body);
            return null;
        }
        synchronized (arrivals) {
            arrivals.add(new Arrival(place, life, lane, number, late));
            known.add(place + " " + lane.id + " " + number);
        }
        return lane;
    }

    boolean has(String place, Lane lane, int number) {
        synchronized (arrivals) {
            return known.contains(place + " " + lane.id + " " + number);
        }
    }

    int arrived() {
        synchronized (arrivals) {
            return arrivals.size();
        }
    }

    /** How many messages are in a state, each as often as its lane has copies made. */
    long count(State state, ToLongFunction<Lane> copies) {
        return lanes.values().stream()
                .mapToLong(lane -> lane.count(state) * copies.applyAsLong(lane))
                .sum();
    }

    /** Each came to whom it was for, once, and was not refused; in order, if that is promised. */
    void check(boolean copies, boolean ordered) {
        Set<String> once = new HashSet<>();
        Map<String, Integer> last = new HashMap<>();
        synchronized (arrivals) {
            for (Arrival each : arrivals) {
                String message = each.lane.id + ":" + each.number;
                if (each.lane.to != null && !each.lane.to.equals(each.place)) {
                    fault(message + " is for " + each.lane.to + " and came to " + each.life);
                }
                if (!once.add(copies ? each.place + " " + message : message)) {
                    fault(message + " came twice, the second time to " + each.life);
                }
                if (each.lane.states.get(each.number) == State.FAILED) {
                    fault(message + " came to " + each.life + ", but sending it failed");
                }
                Integer before = each.late ? null : last.put(each.lane.id + " " + each.life, each.number);
                if (ordered && before != null && before > each.number) {
                    State state = each.lane.states.get(each.number);
                    fault(message + " (" + state + ") came to " + each.life + " after " + before);
                }
            }
        }
    }
}
