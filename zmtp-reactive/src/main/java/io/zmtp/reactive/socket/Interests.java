package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.routing.Subscriptions;
import java.util.ArrayList;
import java.util.List;

/**
 * What a socket has subscribed to, or joined, and the peers that know: each is told everything when it joins, and each
 * change from then on. Thread safe.
 */
final class Interests {

    /** How a peer is told. */
    interface Telling {

        /** Tells of a prefix or group, or that it ends; runs nobody else's code. */
        void tell(Pipe pipe, Bytes interest, boolean end);
    }

    private final Telling telling;
    private final Subscriptions subscriptions = new Subscriptions();
    private final List<Pipe> peers = new ArrayList<>();

    Interests(Telling telling) {
        this.telling = telling;
    }

    synchronized void joined(Pipe pipe) {
        peers.add(pipe);
        for (Bytes each : subscriptions.prefixes()) {
            telling.tell(pipe, each, false);
        }
    }

    synchronized void left(Pipe pipe) {
        peers.remove(pipe);
    }

    /** Adds one; true if it is the first of equal ones, and was told. */
    synchronized boolean add(Bytes interest) {
        boolean first = subscriptions.subscribe(interest);
        if (first) {
            peers.forEach(pipe -> telling.tell(pipe, interest, false));
        }
        return first;
    }

    /** As {@link #add}, unless it is there. */
    synchronized void addOnce(Bytes interest) {
        if (!subscriptions.contains(interest)) {
            add(interest);
        }
    }

    /** Ends one that is there; true if it was the last of equal ones, and was told. */
    synchronized boolean remove(Bytes interest) {
        boolean last = subscriptions.unsubscribe(interest);
        if (last) {
            peers.forEach(pipe -> telling.tell(pipe, interest, true));
        }
        return last;
    }

    /** Whether a topic begins with one of the prefixes. */
    synchronized boolean matches(Bytes topic) {
        return subscriptions.matches(topic);
    }

    /** Whether it is one of them. */
    synchronized boolean contains(Bytes group) {
        return subscriptions.contains(group);
    }
}
