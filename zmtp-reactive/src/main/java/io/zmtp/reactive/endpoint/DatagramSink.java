package io.zmtp.reactive.endpoint;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.pipe.PipeOwner;
import io.zmtp.reactive.pipe.Waiters;
import io.zmtp.reactive.pipe.Waiters.Waiter;
import io.zmtp.reactive.transport.DatagramSender;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Datagrams of a RADIO. What is sent before it is open waits; everything that the system has not taken counts. */
public final class DatagramSink extends DatagramPipe {

    private final int most;

    // Guarded by this, as what follows.
    private final ArrayDeque<Message> early = new ArrayDeque<>(0);
    private final Waiters flushes = new Waiters(this);
    private @Nullable DatagramSender sender;
    private int waiting;
    private boolean full;
    private boolean closed;

    /**
     * Makes one that is not open yet.
     *
     * @param most how many messages may wait for the system to take them
     */
    DatagramSink(PipeOwner owner, Endpoint endpoint, int most) {
        super(owner, endpoint);
        this.most = most;
    }

    /** From now on messages go out. */
    void open(DatagramSender opened) {
        for (Message message; (message = next(opened)) != null; ) {
            send(opened, message);
        }
    }

    private synchronized @Nullable Message next(DatagramSender opened) {
        Message message = early.poll();
        if (message == null) {
            sender = opened;
            if (closed) {
                opened.dispose();
            }
        }
        return message;
    }

    @Override
    public boolean offer(Message message) {
        DatagramSender open;
        synchronized (this) {
            if (closed || waiting >= most) {
                full = true;
                return false;
            }
            waiting++;
            open = sender;
            if (open == null) {
                early.add(message);
            }
        }
        if (open != null) {
            send(open, message);
        }
        return true;
    }

    private void send(DatagramSender open, Message message) {
        open.send(message.first(), message.last())
                .subscribe(
                        nothing -> {},
                        refused -> {
                            owner.unlocked(() -> owner.dropped(this, DropReason.PEER_GONE, message, 1));
                            done();
                        },
                        this::done);
    }

    private void done() {
        boolean hasRoom;
        List<Waiter> flushed = List.of();
        synchronized (this) {
            waiting--;
            hasRoom = full && waiting <= most / 2;
            full &= !hasRoom;
            if (waiting == 0) {
                flushed = flushes.takeAll();
            }
        }
        flushed.forEach(Waiter::complete);
        if (hasRoom) {
            owner.unlocked(() -> owner.writable(this));
        }
    }

    @Override
    public synchronized long room() {
        long room = closed ? 0 : most - waiting;
        full |= room <= 0;
        return room;
    }

    @Override
    public Mono<Void> flush() {
        return flushes.mono(waiter -> {
            synchronized (this) {
                if (waiting > 0 && !closed) {
                    flushes.add(waiter, 0);
                    return;
                }
            }
            waiter.complete();
        });
    }

    @Override
    public synchronized long held() {
        return waiting;
    }

    @Override
    public Closed close(ZmtpClosedException reason) {
        Closed lost;
        List<Waiter> flushing;
        synchronized (this) {
            closed = true;
            lost = new Closed(reason.closed().reason(), null, early.size(), 0);
            waiting -= early.size();
            early.clear();
            flushing = flushes.takeAll();
        }
        flushing.forEach(waiter -> waiter.fail(reason));
        drop();
        return lost;
    }

    @Override
    public void drop() {
        DatagramSender open;
        synchronized (this) {
            open = sender;
        }
        if (open != null) {
            open.dispose();
        }
    }
}
