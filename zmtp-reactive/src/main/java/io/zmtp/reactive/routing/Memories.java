package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.pipe.Deadline;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;

/** What a socket has taken over, and from whom, where no message may be handed out twice. Any thread. */
public final class Memories {

    /** The property by which a socket announces which one it is of all that have its name, one after the other. */
    public static final String EPOCH = "X-QoS-Epoch";

    /** Of so many peers that have gone it is remembered what they sent. */
    private static final int MOST_AWAY = 1000;

    private final DeliveryLevel level;
    private final long age;
    private final int most;
    private final ObjLongConsumer<Pipe> onUnexpected;

    /** By the peers; those that are away are in the order of leaving. */
    private final Map<Sender, Memory> byPeer = new LinkedHashMap<>();

    private int away;

    /**
     * Who sends: a socket that is made anew under the same name does not know what the one before has sent, so its messages
     * are other ones.
     */
    private record Sender(Peer.Key name, Bytes epoch) {

        static Sender of(Peer peer) {
            return new Sender(key(peer), peer.properties().get(EPOCH).orElse(Bytes.EMPTY));
        }
    }

    /**
     * Nothing was taken over yet.
     *
     * @param most how many messages of each peer are remembered
     * @param onUnexpected hears how many commands of a peer make no sense here
     */
    public Memories(DeliveryOptions options, int most, ObjLongConsumer<Pipe> onUnexpected) {
        this.level = options.level();
        this.age = options.memory().toNanos();
        this.most = most;
        this.onUnexpected = onUnexpected;
    }

    /** By what a peer is known when it comes back: its key, or else its routing id. */
    public static Peer.Key key(Peer peer) {
        return peer.publicKey() == null
                ? new Peer.Key(null, peer.routingId())
                : new Peer.Key(peer.publicKey(), Bytes.EMPTY);
    }

    /** What is remembered of a peer, which may have gone: then it counts as away. */
    Memory of(Peer peer) {
        synchronized (byPeer) {
            Sender sender = Sender.of(peer);
            Memory memory = byPeer.get(sender);
            if (memory == null) {
                memory = new Memory(age, most);
                memory.leftAt = Deadline.now();
                away++;
                trim(memory.leftAt); // before it is there, as it is empty, and must not be what is removed
                byPeer.put(sender, memory);
            }
            return memory;
        }
    }

    /** Of how many peers something may be remembered. */
    int size() {
        synchronized (byPeer) {
            return byPeer.size();
        }
    }

    /** A peer is there. */
    public void joined(Peer peer) {
        if (!level.isOnce()) {
            return;
        }
        synchronized (byPeer) {
            Memory memory = of(peer);
            if (memory.isAway) {
                memory.isAway = false;
                away--;
            }
        }
    }

    /** A peer has gone. */
    public void left(Peer peer) {
        if (!level.isOnce()) {
            return;
        }
        long now = Deadline.now();
        synchronized (byPeer) {
            Sender sender = Sender.of(peer);
            Memory memory = byPeer.get(sender);
            if (memory == null || memory.isAway) {
                return;
            }
            byPeer.remove(sender);
            memory.isAway = true;
            memory.leftAt = now;
            byPeer.put(sender, memory);
            away++;
            trim(now);
        }
    }

    private void trim(long now) {
        for (Iterator<Memory> each = byPeer.values().iterator(); each.hasNext() && away > 0; ) {
            Memory next = each.next();
            if (next.isAway && now - next.leftAt > age) {
                each.remove();
                away--;
            } else if (next.isAway) {
                break;
            }
        }
        if (away > MOST_AWAY && !removeFirst(Memory::isEmpty)) { // peers that come and go in vain take nobody's place
            removeFirst(memory -> true);
        }
    }

    private boolean removeFirst(Predicate<Memory> which) {
        for (Iterator<Memory> each = byPeer.values().iterator(); each.hasNext(); ) {
            Memory next = each.next();
            if (next.isAway && which.test(next)) {
                each.remove();
                away--;
                return true;
            }
        }
        return false;
    }

    /** Forgets what a peer says to forget; false if it says something else. */
    boolean forget(Peer peer, Acknowledgement one) {
        if (one.kind() != Kind.CLR || !level.isOnce()) {
            return false;
        }
        synchronized (byPeer) {
            Memory memory = byPeer.get(Sender.of(peer));
            if (memory != null) {
                memory.forget(one.digest());
            }
        }
        return true;
    }

    /** A peer says what makes no sense to a socket that only receives. */
    void unexpected(Pipe pipe, long count) {
        onUnexpected.accept(pipe, count);
    }
}
