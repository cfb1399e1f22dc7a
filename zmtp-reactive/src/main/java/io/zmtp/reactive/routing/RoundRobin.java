package io.zmtp.reactive.routing;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.Deadline;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Waiters;
import io.zmtp.reactive.pipe.Waiters.Waiter;
import io.zmtp.reactive.wire.FrameEncoder;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Peers take turns; one that reads now comes before one that must be waited for. While none can take more, senders
 * wait. What a pipe that ended still held goes to the others, before anything new.
 */
public class RoundRobin extends Outgoing {

    /** More room than a stream ever asks for at a time. */
    private static final long ENOUGH = 1024;

    /** What a pipe held that has ended. */
    private final ArrayDeque<Returned> returned = new ArrayDeque<>(0);

    /** Those of endpoints that are being given up, until they are removed: they get nothing new. */
    private final Set<Pipe> leaving = new LinkedHashSet<>(0);

    /** Subscribers that wait until nothing is between two pipes. */
    private final Waiters settling = new Waiters(lock);

    /** How often something was given back, and how many such are under way. */
    private int moves;

    private int moving;

    /** Pipes that may have room; the first has the next turn. */
    private final ArrayDeque<Pipe> ready = new ArrayDeque<>(2);

    /** Pipes that had no room when they had their turn; they are not asked again for each message. */
    private final ArrayDeque<Pipe> full = new ArrayDeque<>(0);

    /** Which pipe is the next to displace a message, when none has room. */
    private int turn;

    /**
     * A message that was given back.
     *
     * @param deadline when it has waited too long
     * @param sent what is known of it, where messages are acknowledged
     */
    record Returned(
            Message message, long deadline, @Nullable Sent sent) {

        static Returned of(Message message) {
            return new Returned(message, Deadline.of(message, 0), null);
        }
    }

    public RoundRobin(SocketType type, Overflow overflow, DropListener drops) {
        super(type, type.singlePart() ? 1 : 0, overflow, drops);
        if (overflow == Overflow.DISCONNECT) {
            throw new IllegalArgumentException(
                    type
                            + " socket: expected another rule than onFull(DISCONNECT), as its peers take turns: the next one has room");
        }
    }

    @Override
    protected boolean tryGive(Message message) {
        return giveReturned() && giveNext(message);
    }

    /** Gives a message to the next pipe that has room: of those that flow, or else, in a second round, of all. */
    private boolean giveNext(Message message) {
        return giveNext(message, true)
                || giveNext(message, false)
                || (look() && (giveNext(message, true) || giveNext(message, false)));
    }

    /** Gives each that is ready its turn, until one takes the message. */
    private boolean giveNext(Message message, boolean flowing) {
        for (int tries = ready.size(); tries > 0; tries--) {
            Pipe pipe = ready.remove();
            if (flowing && !pipe.isFlowing()) {
                ready.add(pipe);
            } else if (offer(pipe, message)) {
                ready.add(pipe);
                return true;
            } else {
                full.add(pipe);
            }
        }
        return false;
    }

    /** Finds the full pipes that have room again; false if there is none. */
    private boolean look() {
        boolean any = false;
        for (int looks = full.size(); looks > 0; looks--) {
            Pipe pipe = full.remove();
            boolean still = isFull(pipe);
            (still ? full : ready).add(pipe);
            any |= !still;
        }
        return any;
    }

    private void forget(Pipe pipe) {
        pipes.remove(pipe);
        rest(pipe);
    }

    /** Gives a pipe no turns. */
    final void rest(Pipe pipe) {
        ready.remove(pipe);
        full.remove(pipe);
    }

    /** Gives a pipe turns again. */
    final void wakeUp(Pipe pipe) {
        ready.add(pipe);
    }

    // ---- how a pipe is asked

    /** As {@link Pipe#offer(Message)}. */
    boolean offer(Pipe pipe, Message message) {
        return pipe.offer(message);
    }

    /** As {@link Pipe#offer(Message[], int)}. */
    int offer(Pipe pipe, Message[] messages, int count) {
        return pipe.offer(messages, count);
    }

    /** As {@link Pipe#isFull()}. */
    boolean isFull(Pipe pipe) {
        return pipe.isFull();
    }

    /** As {@link Pipe#room()}. */
    long room(Pipe pipe) {
        return pipe.room();
    }

    /** The only peer takes as many as it can at once. */
    @Override
    protected int tryAccept(Message[] messages, int accepted, int count) {
        boolean isOnly = accepted == 0 && parts == 0 && pipes.size() == 1 && giveReturned();
        int taken = isOnly ? offer(pipes.get(0), messages, count) : accepted;
        return super.tryAccept(messages, taken, count);
    }

    @Override
    void dropFor(Message message) {
        if (overflow == Overflow.DROP_NEWEST || (pipes.isEmpty() && returned.isEmpty())) {
            super.dropFor(message);
        } else if (returned.isEmpty()) {
            int at = turn < pipes.size() ? turn : 0;
            turn = at + 1;
            give(pipes.get(at), message, null);
        } else if (overflow == Overflow.LATEST) {
            drop(
                    null,
                    DropReason.REPLACED,
                    returned.stream().map(Returned::message).toList());
            returned.clear();
            returned.add(Returned.of(message));
        } else {
            drop(null, DropReason.QUEUE_FULL, List.of(returned.remove().message));
            returned.add(Returned.of(message));
        }
    }

    @Override
    protected long room() {
        if (overflow != Overflow.WAIT && overflow != Overflow.FAIL) {
            return Integer.MAX_VALUE;
        }
        return returned.isEmpty() ? room(full, room(ready, 0)) : 0;
    }

    /** Adds the room of some pipes, until it is enough for one look. */
    private long room(Iterable<Pipe> some, long before) {
        long sum = before;
        for (Pipe pipe : some) {
            if (sum >= ENOUGH) {
                break;
            }
            sum += Math.max(0, Math.min(ENOUGH, room(pipe)));
        }
        return sum;
    }

    /** False if there is no room for all that was given back. */
    private boolean giveReturned() {
        for (Returned next; (next = returned.peek()) != null; returned.remove()) {
            if (Deadline.isOver(next.deadline, next.deadline == 0 ? 0 : Deadline.now())) {
                expired(next);
            } else if (!giveAgain(next)) {
                break;
            }
        }
        return returned.isEmpty();
    }

    /** Drops what was given back and has waited too long. */
    final void dropExpired(long now) {
        returned.removeIf(next -> {
            boolean isOver = Deadline.isOver(next.deadline, now);
            if (isOver) {
                expired(next);
            }
            return isOver;
        });
    }

    boolean giveAgain(Returned next) {
        return giveNext(Deadline.rest(next.message, next.deadline));
    }

    void expired(Returned next) {
        drop(null, DropReason.EXPIRED, List.of(next.message));
    }

    /** What was given back, in order; under the lock, as are the next ones. */
    final Iterable<Returned> returned() {
        return returned;
    }

    final void giveBackFirst(Returned one) {
        returned.addFirst(one);
    }

    /** What a pipe held is about to be given back. */
    final void beginMove() {
        moves++;
        moving++;
    }

    final void endMove() {
        moving--;
    }

    /** The peer of a pipe has gone that stays, as its peer may come back. */
    public void peerGone(Pipe pipe) {
        relieve();
    }

    /** An endpoint is being given up: its pipe gets no more. */
    public void leave(Pipe pipe) {
        synchronized (lock) {
            forget(pipe);
            leaving.add(pipe);
        }
        relieve();
    }

    /**
     * Gives what leaving pipes hold without a peer to the others: a peer that is refused because its successor has its
     * routing id would wait for nothing.
     */
    public void relieve() {
        List<Pipe> stuck;
        synchronized (lock) {
            stuck = pipes.isEmpty()
                    ? List.of()
                    : leaving.stream()
                            .filter(pipe -> pipe.present == null && pipe.held() > 0)
                            .toList();
        }
        stuck.forEach(this::takeOver);
    }

    /** Gives what a pipe held that has ended to the others. */
    public void takeOver(Pipe pipe) {
        synchronized (lock) {
            forget(pipe);
            beginMove();
        }
        List<Message> held = pipe.takeBack();
        synchronized (lock) {
            endMove();
            held.forEach(message -> returned.add(Returned.of(message)));
        }
        settle();
    }

    @Override
    public void writable() {
        synchronized (lock) {
            look();
        }
        settle();
    }

    @Override
    public void add(Pipe pipe) {
        synchronized (lock) {
            if (leaving.contains(pipe)) {
                return; // its peer has come back meanwhile
            }
            pipes.add(pipe);
            ready.add(pipe);
        }
        relieve();
        settle();
    }

    @Override
    public void remove(Pipe pipe) {
        synchronized (lock) {
            leaving.remove(pipe);
            forget(pipe);
        }
    }

    final void settle() {
        List<Waiter> settled = List.of();
        synchronized (lock) {
            if (giveReturned() && moving == 0) {
                settled = settling.takeAll();
            }
        }
        settled.forEach(Waiter::complete);
        release();
    }

    /** Also what moves to another pipe meanwhile. */
    @Override
    public Mono<Void> flush() {
        return Mono.defer(() -> {
            int before;
            synchronized (lock) {
                before = moves;
            }
            return settled().then(super.flush()).then(Mono.defer(() -> hasMovedSince(before) ? flush() : Mono.empty()));
        });
    }

    private boolean hasMovedSince(int before) {
        synchronized (lock) {
            return moves != before;
        }
    }

    private Mono<Void> settled() {
        return settling.mono(waiter -> {
            synchronized (lock) {
                if (moving > 0 || !returned.isEmpty()) {
                    settling.add(waiter, 0);
                    return;
                }
            }
            waiter.complete();
        });
    }

    @Override
    public Closed close(ZmtpClosedException reason) {
        Closed unsent = super.close(reason);
        List<Waiter> waiting;
        Closed lost;
        synchronized (lock) {
            long bytes = unsent.unsentBytes();
            for (Returned each : returned) {
                bytes += FrameEncoder.size(each.message);
            }
            lost = new Closed(Closed.Reason.LOCAL, null, unsent.unsentMessages() + returned.size(), bytes);
            returned.clear();
            waiting = settling.takeAll();
        }
        waiting.forEach(waiter -> waiter.fail(reason));
        return lost;
    }
}
