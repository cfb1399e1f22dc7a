package io.zmtp.reactive.model;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.delivery.DeadLetter;
import io.zmtp.reactive.model.Job.Mood;
import io.zmtp.reactive.model.Job.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** All that is sent in a play of {@link Working}, and what is wrong with what became of it. Any thread. */
final class Jobs {

    private final Map<String, Job> byId = new ConcurrentHashMap<>();

    /** What came in order, as far as that is known. */
    private final List<Job> arrivals = new ArrayList<>();

    /** By the lives of sockets, how many messages these had not sent when they were closed. */
    private final Map<String, Long> unsent = new ConcurrentHashMap<>();

    final Queue<String> faults = new ConcurrentLinkedQueue<>();

    void fault(String what) {
        faults.add(what);
    }

    /** One that is sent once. */
    Job add(String life, int place, int padding, boolean parts, Mood mood) {
        String id = life + "#" + place;
        String more = "x".repeat(padding);
        Job job = new Job(life, parts ? Message.of(id, more) : Message.of(id + "|" + more), mood, place);
        byId.put(job.id(), job);
        return job;
    }

    /** One of which equal messages are sent, over the lives of a sender too. */
    Job same(String place) {
        return byId.computeIfAbsent("same of " + place, id -> new Job(place, Message.of(id), Mood.DONE, -1));
    }

    /** A message was handed out; null if nobody has sent it. */
    @Nullable
    Job came(Message message, String life, boolean isLate) {
        Job job = byId.get(message.first().utf8());
        if (job == null || !job.message.equals(message)) {
            fault(life + " got what nobody has sent: " + message);
            return null;
        }
        job.handed.incrementAndGet();
        if (!isLate) {
            synchronized (arrivals) {
                arrivals.add(job);
            }
        }
        return job;
    }

    /** A message is not sent any more. */
    Mono<Void> buried(DeadLetter letter) {
        return Mono.fromRunnable(
                () -> byId.get(letter.message().first().utf8()).dead.incrementAndGet());
    }

    /** A socket was closed, or one of those at a place. */
    void closed(String life, long messages) {
        unsent.merge(life, messages, Long::sum);
    }

    /** Whether all that was accepted has come, or is a dead letter; except what was not sent when a socket was closed. */
    boolean isComplete(boolean isToBeDone) {
        return missing(isToBeDone).entrySet().stream()
                .allMatch(each -> each.getValue() <= unsent.getOrDefault(each.getKey(), 0L));
    }

    private Map<String, Long> missing(boolean isToBeDone) {
        Map<String, Long> missing = new HashMap<>();
        byId.values().forEach(job -> missing.merge(job.life, (long) job.missing(isToBeDone), Long::sum));
        return missing;
    }

    /** What is missing. */
    List<Job> lost(boolean isToBeDone) {
        return byId.values().stream()
                .filter(job -> job.missing(isToBeDone) > 0)
                .limit(20)
                .toList();
    }

    /**
     * Looks at each.
     *
     * @param isOnce whether nothing may come twice
     * @param isOrdered whether what comes for the first time comes in order, unless it was tried again
     */
    void check(boolean isOnce, boolean isOrdered) {
        for (Job job : byId.values()) {
            int most = job.sent() + job.excuses.get();
            if ((isOnce || most == 0) && job.handed.get() > most) {
                fault("came too often: " + job);
            }
            if (job.count(State.DEAD) > job.dead.get()) {
                fault("failed as a dead letter, but none was handed on: " + job);
            }
        }
        if (isOrdered) {
            synchronized (arrivals) {
                checkOrder();
            }
        }
    }

    private void checkOrder() {
        Set<Job> known = new HashSet<>();
        Map<String, Job> last = new HashMap<>();
        for (Job job : arrivals) {
            if (job.place >= 0 && job.excuses.get() == 0 && known.add(job)) {
                Job before = last.put(job.life, job);
                if (before != null && before.place > job.place) {
                    fault("came in another order: " + job + " after " + before);
                }
            }
        }
    }
}
