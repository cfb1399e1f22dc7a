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
 * change from then on. Some was asked for by calls, the rest by receivers, and ends with them. Thread safe.
 */
public final class LocalSubscriptions {

    /** How a subscription is sent to a peer. */
    public interface Telling {

        void tell(Pipe pipe, Bytes interest, boolean end);
    }

    private final Telling telling;
    private final Subscriptions called = new Subscriptions();
    private final Subscriptions received = new Subscriptions();
    private final List<Pipe> peers = new ArrayList<>();
    private final Queue<Runnable> tells =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger wip = new AtomicInteger();

    /** None yet. */
    public LocalSubscriptions(Telling telling) {
        this.telling = telling;
    }

    public void joined(Pipe pipe) {
        synchronized (this) {
            peers.add(pipe);
            tell(pipe, all(), false);
        }
        drain();
    }

    /** Each once. */
    private List<Bytes> all() {
        List<Bytes> all = called.prefixes();
        for (Bytes interest : received.prefixes()) {
            if (!called.contains(interest)) {
                all.add(interest);
            }
        }
        return all;
    }

    public synchronized void left(Pipe pipe) {
        peers.remove(pipe);
    }

    /** Subscribes by a call, or joins. */
    public void add(Bytes interest) {
        synchronized (this) {
            begin(interest);
        }
        drain();
    }

    /** As {@link #add}, unless a call did so before. */
    public void addOnce(Bytes interest) {
        synchronized (this) {
            if (!called.contains(interest)) {
                begin(interest);
            }
        }
        drain();
    }

    /** As {@link #add}, unless a call subscribed to anything before. */
    public void addIfEmpty(Bytes interest) {
        synchronized (this) {
            if (called.isEmpty()) {
                begin(interest);
            }
        }
        drain();
    }

    private void begin(Bytes interest) {
        if (called.subscribe(interest) && hasPeers() && !received.contains(interest)) {
            tell(interest, false);
        }
    }

    /** Whether anybody hears of it; most often an application subscribes before it connects. */
    private boolean hasPeers() {
        return !peers.isEmpty();
    }

    /** Ends one of a call, of equal ones the last counts; one that is not there is ignored. */
    public void remove(Bytes interest) {
        synchronized (this) {
            if (called.unsubscribe(interest) && hasPeers() && !received.contains(interest)) {
                tell(interest, true);
            }
        }
        drain();
    }

    /** Subscribes for a receiver. */
    public void receive(List<Bytes> interests) {
        synchronized (this) {
            for (Bytes interest : interests) {
                if (received.subscribe(interest) && hasPeers() && !called.contains(interest)) {
                    tell(interest, false);
                }
            }
        }
        drain();
    }

    /** A receiver has ended, and with it what it subscribed to. */
    public void endReceiving(List<Bytes> interests) {
        synchronized (this) {
            for (Bytes interest : interests) {
                if (received.unsubscribe(interest) && hasPeers() && !called.contains(interest)) {
                    tell(interest, true);
                }
            }
        }
        drain();
    }

    private void tell(Bytes interest, boolean end) {
        for (Pipe pipe : peers) {
            tell(pipe, List.of(interest), end);
        }
    }

    private void tell(Pipe pipe, List<Bytes> interests, boolean end) {
        Presence to = pipe.present;
        tells.offer(() -> {
            for (Bytes interest : interests) {
                if (pipe.present == to) { // else it is another one by now, and was sent everything
                    telling.tell(pipe, interest, end);
                }
            }
        });
    }

    /** Tells in order, without the lock: a peer in this process may answer at once. */
    private void drain() {
        if (tells.isEmpty() || wip.getAndIncrement() != 0) {
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

    /** Whether a topic begins with a prefix that a call subscribed to. */
    public synchronized boolean matches(Bytes topic) {
        return called.matches(topic);
    }

    /** Whether it was joined. */
    public synchronized boolean contains(Bytes group) {
        return called.contains(group);
    }
}
