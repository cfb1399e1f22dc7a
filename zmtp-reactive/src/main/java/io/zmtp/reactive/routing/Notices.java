package io.zmtp.reactive.routing;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.wire.Subscription;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What subscribers sent and the application has not received yet, in the order of coming. Subscribers are always read: if
 * there is no place for what they send, it is dropped and counted.
 *
 * <p>Where only the first subscription to a prefix and the end of the last are received, an end takes back the notice of the
 * subscription if that still waits. What waits then is at most what the peers are subscribed to and what they were when
 * the application took the last notice, both of which have a limit; so nothing of it is ever lost, and the application
 * can rely on it. Other notices, and messages, have limits of their own.
 */
public final class Notices implements Inbox.Source<Message> {

    /** So many, and so many octets, may be left of peers that have gone. */
    static final int MAX_OF_GONE = 100_000;

    /** The octets of one peer's notices, and of those of all peers that have gone. */
    static final long MAX_OCTETS = 16L << 20;

    /** The octets of one peer's messages: as many as other sockets read ahead. */
    private static final long MAX_MESSAGE_OCTETS = 256 * 1024;

    /** A subscription that is received once for all peers, or its end. Can be compared, as peers choose the prefixes. */
    private record Key(Bytes prefix, boolean isEnd) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byPrefix = prefix.compareTo(other.prefix);
            return byPrefix == 0 ? Boolean.compare(isEnd, other.isEnd) : byPrefix;
        }
    }

    /** A subscription or a message; which is counted in no load if it takes back, and is taken back. */
    private record Notice(Object what, Tally from, @Nullable Load load) {

        long octets() {
            return what instanceof Message message
                    ? message.bytes()
                    : ((Subscription) what).prefix().size();
        }

        /** What it is found by: one that is in no load by what it says, any other by nothing. */
        Object key() {
            return load == null && what instanceof Subscription said
                    ? new Key(said.prefix(), said.isCancel())
                    : new Object();
        }

        Message message() {
            return what instanceof Subscription said
                    ? Message.received(Subscription.body(said.prefix(), said.isCancel()), from.peer)
                    : (Message) what;
        }
    }

    private static final class Load {
        int count;
        long octets;

        boolean hasRoom(int most, long mostOctets) {
            return count < most && (octets < mostOctets || count == 0);
        }

        void add(int more, long moreOctets) {
            count += more;
            octets += moreOctets;
        }
    }

    private static final class Tally {
        final Peer peer;
        final Load subscriptions = new Load();
        final Load messages = new Load();
        boolean gone;

        Tally(Peer peer) {
            this.peer = peer;
        }
    }

    private final int mostSubscriptions;
    private final int mostMessages;
    private final boolean tellsChanges;
    private final Map<Pipe, Tally> tallies = new HashMap<>();

    /** What waits, while nothing is looked for in it: most often it is received at once. */
    private final Deque<Notice> plain = new ArrayDeque<>();

    /** What waits, by its key; then there is nothing in {@link #plain}. */
    private final Map<Object, Notice> waiting = new LinkedHashMap<>();

    private final Load ofGone = new Load();

    /**
     * Makes one without notices.
     *
     * @param mostSubscriptions how many notices of one peer's subscriptions may wait, where every one is received
     * @param mostMessages how many messages of one peer may wait
     * @param tellsChanges whether only the first subscription to a prefix and the end of the last are received
     */
    public Notices(int mostSubscriptions, int mostMessages, boolean tellsChanges) {
        this.mostSubscriptions = mostSubscriptions;
        this.mostMessages = mostMessages;
        this.tellsChanges = tellsChanges;
    }

    /** Whether there is a place for any number of subscriptions that peers may have. */
    public boolean haveRoom() {
        return tellsChanges;
    }

    public synchronized void joined(Pipe pipe, Peer peer) {
        tallies.put(pipe, new Tally(peer));
    }

    /** A peer sent a message; false if there is no place for it. */
    public synchronized boolean add(Pipe pipe, Message message) {
        Tally tally = tallies.get(pipe);
        return tally == null
                || (tally.messages.hasRoom(mostMessages, MAX_MESSAGE_OCTETS) && put(message, tally, tally.messages));
    }

    /** A peer subscribed, or ended that; false if there is no place for it. */
    public synchronized boolean add(Pipe pipe, Subscription said) {
        Tally tally = tallies.get(pipe);
        if (tally == null) {
            return true;
        }
        if (tellsChanges) {
            change(said, tally);
            return true;
        }
        return tally.subscriptions.hasRoom(mostSubscriptions, MAX_OCTETS) && put(said, tally, tally.subscriptions);
    }

    private void change(Subscription said, Tally from) {
        if (said.isCancel()) {
            index();
        }
        if (!said.isCancel() || waiting.remove(new Key(said.prefix(), false)) == null) {
            put(new Notice(said, from, null));
        }
    }

    private void put(Notice notice) {
        if (waiting.isEmpty()) {
            plain.add(notice);
        } else {
            waiting.put(notice.key(), notice);
        }
    }

    private void index() {
        for (Notice notice; (notice = plain.poll()) != null; ) {
            waiting.put(notice.key(), notice);
        }
    }

    private boolean put(Object what, Tally from, Load load) {
        Notice notice = new Notice(what, from, load);
        load.add(1, notice.octets());
        if (from.gone) {
            ofGone.add(1, notice.octets());
        }
        put(notice);
        return true;
    }

    @Override
    public synchronized @Nullable Message next() {
        Notice next = plain.poll();
        if (next == null) {
            Iterator<Notice> each = waiting.values().iterator();
            if (!each.hasNext()) {
                return null;
            }
            next = each.next();
            each.remove();
        }
        taken(next);
        return next.message();
    }

    private void taken(Notice notice) {
        if (notice.load() != null) {
            notice.load().add(-1, -notice.octets());
            if (notice.from().gone) {
                ofGone.add(-1, -notice.octets());
            }
        }
    }

    /**
     * A peer has gone.
     *
     * @param ended the subscriptions of which the application is to receive that they ended with it
     * @return how many notices there was no place for
     */
    public synchronized int left(Pipe pipe, Iterable<Bytes> ended) {
        Tally tally = tallies.remove(pipe);
        if (tally == null) {
            return 0;
        }
        tally.gone = true;
        ofGone.add(tally.messages.count, tally.messages.octets);
        ofGone.add(tally.subscriptions.count, tally.subscriptions.octets);
        int lost = ofGone.hasRoom(MAX_OF_GONE + 1, MAX_OCTETS) ? 0 : forget(tally);
        for (Bytes prefix : ended) {
            Subscription end = new Subscription(true, prefix);
            if (tellsChanges) {
                change(end, tally);
            } else if (ofGone.hasRoom(MAX_OF_GONE, MAX_OCTETS)) {
                put(end, tally, tally.subscriptions);
            } else {
                lost++;
            }
        }
        return lost;
    }

    private int forget(Tally tally) {
        int lost = tally.messages.count + tally.subscriptions.count;
        if (lost > 0) {
            index();
            waiting.values().removeIf(notice -> {
                boolean isOne = notice.from() == tally && notice.load() != null;
                if (isOne) {
                    taken(notice);
                }
                return isOne;
            });
        }
        return lost;
    }
}
