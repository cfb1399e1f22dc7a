package io.zmtp.reactive.socket;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
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
final class Distributor extends Outgoing {

    private final ArrayDeque<Message> returned = new ArrayDeque<>(0);

    /** Of endpoints that are being given up. What is in them goes to others only while no peer of theirs is there. */
    private final Set<Pipe> leaving = new LinkedHashSet<>(0);

    /** Who waits until nothing is between two pipes. */
    private final Waiters settling = new Waiters(lock);

    /** How often something was given back, and how many such are under way. */
    private int moves;

    private int moving;

    private int turn;
    private @Nullable Pipe chosen;

    Distributor(SocketType type, Overflow overflow, DropListener drops) {
        super(type, type.singlePart() ? 1 : 0, overflow, drops);
        if (overflow == Overflow.DISCONNECT) {
            throw new IllegalArgumentException(
                    type
                            + " socket: expected another rule than onFull(DISCONNECT), as its peers take turns: the next one has room");
        }
    }

    @Override
    boolean hasRoomFor(Message message) {
        return giveReturned() && choose();
    }

    /** Mostly the one whose turn it is can take it at once. */
    @Override
    boolean acceptedAtOnce(Message message) {
        int count = pipes.size();
        if (count > 0 && returned.isEmpty()) {
            turn = turn < count ? turn : 0;
            Pipe next = pipes.get(turn);
            if (next.isFlowing() && next.offer(message)) {
                turn++;
                return true;
            }
        }
        return false;
    }

    /** The only peer takes as many as it can. */
    @Override
    int acceptedAtOnce(Message[] messages, int count) {
        boolean one = pipes.size() == 1 && returned.isEmpty() && pipes.get(0).isFlowing();
        return one ? pipes.get(0).offer(messages, count) : 0;
    }

    @Override
    void accept(Message message) {
        if (overflow.needsRoom() || (giveReturned() && choose())) {
            give(message);
        } else {
            overflow(message);
        }
    }

    private void give(Message message) {
        Pipe to = chosen;
        if (to == null || !to.offer(message)) {
            returned.add(message); // somebody sent to that very peer meanwhile, and took the room
        }
        turn++;
    }

    /** Nobody has room: makes some where the rule says so. */
    private void overflow(Message message) {
        if (overflow == Overflow.DROP_NEWEST || (pipes.isEmpty() && returned.isEmpty())) {
            drop(null, DropReason.QUEUE_FULL, List.of(message));
        } else if (returned.isEmpty()) {
            give(pipes.get(Math.floorMod(turn++, pipes.size())), message, null);
        } else if (overflow == Overflow.LATEST) {
            drop(null, DropReason.REPLACED, List.copyOf(returned));
            returned.clear();
            returned.add(message);
        } else {
            drop(null, DropReason.QUEUE_FULL, List.of(returned.remove()));
            returned.add(message);
        }
    }

    @Override
    protected long room() {
        if (!overflow.needsRoom()) {
            return Integer.MAX_VALUE;
        }
        long sum = 0;
        for (Pipe pipe : pipes) {
            long room = pipe.room();
            if (room > 0) {
                sum = Math.min(Integer.MAX_VALUE, sum + room);
            }
        }
        return returned.isEmpty() ? sum : 0;
    }

    /** Finds whose turn it is; false if nobody can take a message. */
    private boolean choose() {
        int count = pipes.size();
        Pipe second = null;
        int secondTurn = 0;
        for (int i = 0; i < count; i++) {
            int at = Math.floorMod(turn + i, count);
            Pipe pipe = pipes.get(at);
            if (pipe.room() > 0) {
                if (pipe.isFlowing()) {
                    chosen = pipe;
                    turn = at;
                    return true;
                }
                if (second == null) {
                    second = pipe;
                    secondTurn = at;
                }
            }
        }
        chosen = second;
        turn = second == null ? turn : secondTurn;
        return second != null;
    }

    private boolean giveReturned() {
        for (Message message; (message = returned.peek()) != null; ) {
            if (!choose()) {
                return false;
            }
            returned.remove();
            give(message);
        }
        return true;
    }

    /** An endpoint is being given up: its pipe gets no more. */
    void leave(Pipe pipe) {
        synchronized (lock) {
            pipes.remove(pipe);
            leaving.add(pipe);
        }
        relieve();
    }

    /**
     * Gives what leaving pipes hold, and have nobody to write to, to the others: a peer that is refused because its
     * successor has its routing id would wait for nothing.
     */
    private void relieve() {
        List<Pipe> stuck;
        synchronized (lock) {
            stuck = pipes.isEmpty()
                    ? List.of()
                    : leaving.stream().filter(pipe -> pipe.present == null).toList();
        }
        stuck.forEach(this::takeOver);
    }

    /** Gives what a pipe held that has ended to the others. */
    void takeOver(Pipe pipe) {
        synchronized (lock) {
            pipes.remove(pipe);
            leaving.remove(pipe);
            moves++;
            moving++;
        }
        List<Message> held = pipe.takeBack();
        synchronized (lock) {
            moving--;
            returned.addAll(held);
        }
        settle();
    }

    @Override
    void writable() {
        settle();
    }

    @Override
    void add(Pipe pipe) {
        synchronized (lock) {
            pipes.add(pipe);
        }
        relieve();
        settle();
    }

    private void settle() {
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
    Mono<Void> flush() {
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
    Closed close(ZmtpClosedException reason) {
        Closed unsent = super.close(reason);
        List<Waiter> waiting;
        Closed lost;
        synchronized (lock) {
            long bytes = unsent.unsentBytes();
            for (Message message : returned) {
                bytes += FrameEncoder.size(message);
            }
            lost = new Closed(Closed.Reason.LOCAL, null, unsent.unsentMessages() + returned.size(), bytes);
            returned.clear();
            waiting = settling.takeAll();
        }
        waiting.forEach(waiter -> waiter.fail(reason));
        return lost;
    }
}
