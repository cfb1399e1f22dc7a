package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.util.concurrent.Queues;

/**
 * What a socket has subscribed to, or joined, and the peers that know: each is sent everything when it joins, and each
 * change from then on. Thread safe.
 */
public final class LocalSubscriptions {

    /** How a subscription is sent to a peer. */
    public interface Telling {

        void tell(Pipe pipe, Bytes interest, boolean end);
    }

    private final Telling telling;
    private final Subscriptions subscriptions;
    private final List<Pipe> peers = new ArrayList<>();
    private final Queue<Runnable> tells =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger wip = new AtomicInteger();

    /**
     * None yet.
     *
     * @param matching whether {@link #matches} is to be asked
     */
    public LocalSubscriptions(Telling telling, boolean matching) {
        this.telling = telling;
        this.subscriptions = new Subscriptions(matching);
    }

    public void joined(Pipe pipe) {
        synchronized (this) {
            peers.add(pipe);
            subscriptions.prefixes().forEach(each -> tell(pipe, each, false));
        }
        drain();
    }

    public synchronized void left(Pipe pipe) {
        peers.remove(pipe);
    }

    public void add(Bytes interest) {
        synchronized (this) {
            begin(interest);
        }
        drain();
    }

    /** As {@link #add}, unless it is there. */
    public void addOnce(Bytes interest) {
        synchronized (this) {
            if (!subscriptions.contains(interest)) {
                begin(interest);
            }
        }
        drain();
    }

    /** As {@link #add}, unless there is any; false then. */
    public boolean addIfEmpty(Bytes interest) {
        synchronized (this) {
            if (!subscriptions.prefixes().isEmpty()) {
                return false;
            }
            begin(interest);
        }
        drain();
        return true;
    }

    private void begin(Bytes interest) {
        if (subscriptions.subscribe(interest)) {
            peers.forEach(pipe -> tell(pipe, interest, false));
        }
    }

    /** Ends one, of equal ones the last counts; false if it is not there. */
    public boolean remove(Bytes interest) {
        boolean known;
        synchronized (this) {
            known = subscriptions.contains(interest);
            if (subscriptions.unsubscribe(interest)) {
                peers.forEach(pipe -> tell(pipe, interest, true));
            }
        }
        drain();
        return known;
    }

    private void tell(Pipe pipe, Bytes interest, boolean end) {
        Presence to = pipe.present;
        tells.offer(() -> {
            if (pipe.present == to) { // else it is another one by now, and was sent everything
                telling.tell(pipe, interest, end);
            }
        });
    }

    /** Tells in order, without the lock: a peer in this process may answer at once. */
    private void drain() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            for (Runnable tell; (tell = tells.poll()) != null; ) {
                tell.run();
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    /** Whether a topic begins with one of the prefixes. */
    public synchronized boolean matches(Bytes topic) {
        return subscriptions.matches(topic);
    }

    /** Whether it is one of them. */
    public synchronized boolean contains(Bytes group) {
        return subscriptions.contains(group);
    }
}
