package io.zmtp.reactive.model;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpDeliveryException;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.delivery.Delivery;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.model.Job.Mood;
import io.zmtp.reactive.model.Job.State;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A place where one socket after another sends jobs, takes them, or both. The play's own thread calls, unless said otherwise. */
final class Post {

    /** What may be dropped where nothing is lost unknown. */
    private static final Set<DropReason> EXPECTED =
            EnumSet.of(DropReason.LINGER, DropReason.EXPIRED, DropReason.UNREAD);

    final String place;
    final boolean binds;
    final KeyPair keys = KeyPair.generate();

    /** How many sends wait to be accepted, and how many deliveries have not ended. */
    final AtomicInteger waiting = new AtomicInteger();

    final AtomicInteger delivering = new AtomicInteger();
    private final Jobs jobs;
    private final DeliveryLevel level;
    private final boolean fails;
    private int lives;
    private int sent;
    private String life = "";
    private @Nullable ZmtpSocket socket;
    private @Nullable Taking taking;
    private AtomicLong reported = new AtomicLong();
    private boolean streaming;
    private volatile boolean closing;
    private final Set<Disposable> cancellable = ConcurrentHashMap.newKeySet();

    /**
     * Nobody is there yet.
     *
     * @param fails whether sending fails where there is no room
     */
    Post(Jobs jobs, DeliveryLevel level, String place, boolean binds, boolean fails) {
        this.jobs = jobs;
        this.level = level;
        this.place = place;
        this.binds = binds;
        this.fails = fails;
    }

    // ---- lives

    void begin(ZmtpSocket fresh) {
        life = place + "." + lives++;
        sent = 0;
        closing = false;
        socket = fresh;
        AtomicLong sum = new AtomicLong();
        reported = sum;
        fresh.monitor().ofType(MonitorEvent.Dropped.class).subscribe(event -> sum.addAndGet(event.count()));
    }

    boolean isOpen() {
        return socket != null;
    }

    ZmtpSocket open() {
        ZmtpSocket here = socket;
        if (here == null) {
            throw new IllegalStateException(place + " is away");
        }
        return here;
    }

    boolean sends() {
        return socket instanceof Sender;
    }

    void end() {
        ZmtpSocket here = open();
        closing = true;
        Closed closed = here.close().block(Expect.TIMEOUT);
        if (closed == null) {
            throw new AssertionError(life + " did not close");
        }
        jobs.closed(life, closed.unsentMessages());
        jobs.closed(place, closed.unsentMessages());
        long linger = here.drops().getOrDefault(DropReason.LINGER, 0L);
        if (closed.unsentMessages() > linger) {
            jobs.fault(life + " was closed with " + closed + ", but dropped " + here.drops());
        }
        if (!EXPECTED.containsAll(here.drops().keySet())) {
            jobs.fault(life + " dropped " + here.drops());
        }
        long dropped = here.drops().values().stream().mapToLong(Long::longValue).sum();
        if (reported.get() != dropped) {
            jobs.fault(life + " reported " + reported + " dropped messages, but dropped " + here.drops());
        }
        Expect.that(life + " ends all deliveries when it is closed", () -> delivering.get() == 0);
        socket = null;
        taking = null;
        cancellable.clear();
    }

    // ---- sending

    /** A job of its own for each call. */
    Job next(int padding, boolean parts, Mood mood) {
        return jobs.add(life, sent++, padding, parts, mood);
    }

    /** The one that is sent again and again. */
    Job same() {
        return jobs.same(place);
    }

    boolean maySend() {
        return waiting.get() == 0 || (!streaming && waiting.get() < 50);
    }

    boolean mayStream() {
        return waiting.get() == 0;
    }

    void send(Job job) {
        streaming = false;
        job.begin();
        hear(((Sender) open()).send(job.message), List.of(job), job);
    }

    void stream(int count, IntFunction<Job> next) {
        streaming = true;
        List<Job> all = new ArrayList<>(); // while it runs, of the thread that runs it
        Flux<Message> messages = Flux.range(0, count).map(i -> {
            Job job = next.apply(i);
            job.begin();
            all.add(job);
            return job.message;
        });
        hear(((Sender) open()).send(messages), all, null);
    }

    private void hear(Mono<Void> accepted, List<Job> all, @Nullable Job only) {
        waiting.incrementAndGet();
        String by = life;
        cancellable.removeIf(Disposable::isDisposed);
        cancellable.add(accepted.doFinally(signal -> waiting.decrementAndGet())
                .subscribe(
                        nothing -> {},
                        failure -> {
                            if (!isRefusal(failure)) {
                                jobs.fault(by + " could not send: " + failure);
                            } else if (only != null) {
                                only.end(State.REFUSED);
                            }
                        },
                        () -> all.forEach(job -> job.end(State.ACCEPTED))));
    }

    private boolean isRefusal(Throwable failure) {
        return failure instanceof ZmtpClosedException ? closing : fails && failure instanceof ZmtpSendException;
    }

    /** Sends a message, and waits for its moments. */
    void deliver(Job job, Message message, boolean written) {
        job.begin();
        String by = life;
        Delivery delivery = ((Sender) open()).deliver(message);
        delivering.incrementAndGet();
        AtomicInteger moments = new AtomicInteger(written ? 2 : 1);
        Mono<Void> last = level == DeliveryLevel.DONE ? delivery.done() : delivery.takenOver();
        last.doFinally(signal -> ended(moments))
                .subscribe(
                        nothing -> {},
                        failure -> {
                            State state = state(failure, message);
                            if (state == State.OPEN) {
                                jobs.fault(by + " could not deliver " + job + ": " + failure);
                            } else {
                                job.end(state);
                            }
                        },
                        () -> job.end(State.SETTLED));
        if (written) {
            delivery.written()
                    .onErrorComplete()
                    .doFinally(signal -> ended(moments))
                    .subscribe();
        }
    }

    private void ended(AtomicInteger moments) {
        if (moments.decrementAndGet() == 0) {
            delivering.decrementAndGet();
        }
    }

    /** What a failure means; open if it must not be. */
    private State state(Throwable failure, Message message) {
        if (failure instanceof ZmtpClosedException) {
            return closing ? State.CLOSED : State.OPEN;
        } else if (failure instanceof ZmtpSendException) {
            return fails ? State.REFUSED : State.OPEN;
        } else if (failure instanceof ZmtpNackException) {
            return level == DeliveryLevel.DONE ? State.DEAD : State.OPEN;
        } else if (failure instanceof ZmtpDeliveryException delivery) {
            return switch (delivery.reason()) {
                case EXPIRED -> message.ages() ? State.EXPIRED : State.OPEN;
                case PEER_GONE -> level.isOnce() ? State.DEAD : State.OPEN;
                case NOT_ACKNOWLEDGED -> State.OPEN;
            };
        }
        return State.OPEN;
    }

    /** Cancels what waits to be accepted. */
    void cancel() {
        cancellable.forEach(Disposable::dispose);
        cancellable.clear();
    }

    // ---- taking

    /** Asks for so many more. */
    void take(long count, boolean processes) {
        Taking now = taking;
        if (now == null || now.isDisposed()) {
            now = Taking.begin(jobs, life, open(), level, processes);
            taking = now;
        }
        now.request(count);
    }

    /** Ends the subscription. */
    void stop() {
        if (taking != null) {
            taking.end();
            taking = null;
        }
    }
}
