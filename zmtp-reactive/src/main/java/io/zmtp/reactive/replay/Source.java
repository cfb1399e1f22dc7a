package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;

/**
 * One subscription to one publisher: its two sockets, and what goes between them and the {@link Sequence}. Whichever thread
 * brings something does what there is to do.
 */
final class Source implements Subscription {

    private static final int PAGE = 256 * 1024;

    /** Beyond so many octets nothing more is read. */
    private static final long MAX_HELD = 16 * 1024 * 1024;

    private static final int MAX_BATCH = 256;

    /** Requested at a time, in octets. */
    private static final int BATCH_BYTES = 1024 * 1024;

    /** Beside the octets of a message that fits. */
    private static final int ENVELOPE = 64 * 1024;

    private final CoreSubscriber<? super Update> actual;
    private final SubscriberOptions options;
    private final ReplayEndpoints publisher;
    private final Tally tally;
    private final SubSocket publication;
    private final DealerSocket replay;
    private final Disposable.Composite ends = Disposables.composite();
    private final Disposable.Swap leaving = Disposables.swap();
    private final AtomicInteger wip = new AtomicInteger();
    private final AtomicLong requested = new AtomicLong();
    private final Queue<Runnable> steps =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final Feed lives = new Feed();
    private final Feed answers = new Feed();
    private volatile boolean cancelled;

    /** Whether a while is over since the last look. */
    private volatile boolean ticks;

    // Used by the draining thread only:
    private final Sequence sequence;
    private final long patience;
    /** After so many ticks an answer is expected no more. */
    private final long answerTicks;

    private long emitted;
    private boolean ended;
    private @Nullable Peer livePeer;
    private OptionalLong liveEpoch = OptionalLong.empty();
    private @Nullable ConnectedPeer replayPeer;
    private boolean plain;
    private @Nullable Query asked;
    private int id;
    private int unanswered;
    /** Whether nothing is asked for before the next tick, as the last answer was of no use. */
    private boolean resting;

    private Source(
            CoreSubscriber<? super Update> actual,
            ReplayEndpoints publisher,
            List<Bytes> prefixes,
            SubscriberOptions options,
            Tally tally) {
        this.actual = actual;
        this.options = options;
        this.publisher = publisher;
        this.tally = tally;
        this.sequence = new Sequence(publisher.publication(), prefixes, options.start, options.plainTopic, tally);
        this.patience = Math.max(1, options.patience.dividedBy(options.check));
        this.answerTicks = 1 + options.replayTimeout.dividedBy(options.check);
        this.publication = SubSocket.create(options.publication);
        this.replay = DealerSocket.create(socket -> {
            SocketOptions changed = options.replay.apply(socket);
            return changed.maxMessageSize(changed.maxMessageSize() + ENVELOPE);
        });
        ends.add(publication);
        ends.add(replay);
        ends.add(leaving);
        try {
            options.onSocket.accept(publication);
            options.onSocket.accept(replay);
        } catch (RuntimeException refused) {
            ends.dispose();
            throw refused;
        }
        publication.receive(prefixes.toArray(Bytes[]::new)).subscribe(lives);
        replay.receive().subscribe(answers);
    }

    static Flux<Update> of(ReplayEndpoints publisher, List<Bytes> prefixes, SubscriberOptions options, Tally tally) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Update> actual) {
                Source source;
                try {
                    source = new Source(actual, publisher, prefixes, options, tally);
                } catch (RuntimeException wrong) {
                    Operators.error(actual, wrong);
                    return;
                }
                actual.onSubscribe(source);
                source.start();
            }
        };
    }

    private void start() {
        if (cancelled) {
            return;
        }
        long period = options.check.toNanos();
        ends.add(replay.onPeer().subscribe(peer -> step(() -> joined(peer))));
        ends.add(options.scheduler.schedulePeriodically(this::timeIsOver, period, period, TimeUnit.NANOSECONDS));
        ends.add(replay.connect(publisher.replay())
                .then(publication.connect(publisher.publication()))
                .subscribe(connected -> {}, failure -> step(() -> fail(failure))));
        drain();
    }

    // ---- the subscriber

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested.accumulateAndGet(n, Operators::addCap);
            drain();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        ends.dispose();
        drain();
    }

    private void fail(Throwable failure) {
        if (!ended && !cancelled) {
            end();
            actual.onError(failure);
        }
    }

    private void end() {
        ended = true;
        ends.dispose();
        sequence.end();
    }

    // ---- one thread at a time

    private void step(Runnable step) {
        steps.offer(step);
        drain();
    }

    /** One is enough, however long a subscriber keeps the draining thread. */
    private void timeIsOver() {
        ticks = true;
        drain();
    }

    private void drain() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            try {
                goOn();
            } catch (RuntimeException failure) {
                fail(failure);
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private void goOn() {
        if (cancelled && !ended) {
            end();
        }
        for (Runnable step; (step = steps.poll()) != null; ) {
            if (!ended) {
                step.run();
            }
        }
        if (ticks && !ended) {
            ticks = false;
            tick();
        }
        for (Message answer; (answer = answers.poll()) != null; ) {
            if (!ended) {
                answered(answer);
            }
        }
        for (Message live; (live = lives.poll()) != null; ) {
            if (!ended) {
                published(live);
            }
        }
        emit();
        if (sequence.hasAbandoned() && replayPeer != null) {
            ConnectedPeer left = replayPeer;
            left(left);
            left.dispose(); // it comes again
        }
        if (!ended) {
            lives.refill(options.buffer - sequence.held());
            answers.refill(plain ? options.buffer - sequence.ready() : 1);
            ask();
        }
    }

    private void emit() {
        while (!ended && emitted != requested.get()) {
            if (cancelled) {
                end();
                return;
            }
            Update next = sequence.poll();
            if (next == null) {
                return;
            }
            emitted++;
            actual.onNext(next);
        }
    }

    // ---- the publication

    @SuppressWarnings("ReferenceEquality") // each connection has its own
    private void published(Message message) {
        Peer from = message.peer().orElse(null);
        if (from != livePeer) {
            livePeer = from;
            liveEpoch = Wire.epoch(from);
        }
        if (!sequence.live(message, liveEpoch)) {
            malformed(publication, message);
        }
    }

    private void malformed(ZmtpSocket socket, Message message) {
        tally.malformed.increment();
        socket.drop(message, DropReason.MALFORMED);
    }

    // ---- the replay

    private void joined(ConnectedPeer peer) {
        replayPeer = peer;
        plain = Wire.epoch(peer.peer()).isEmpty();
        nothingComes();
        leaving.update(peer.onClose().subscribe(closed -> step(() -> left(peer))));
    }

    private void left(ConnectedPeer peer) {
        if (replayPeer == peer) {
            replayPeer = null;
            nothingComes();
        }
    }

    private void nothingComes() {
        asked = null;
        unanswered = 0;
        resting = false;
        sequence.giveUpReplay();
    }

    /** Asks for what is missing, if there is room for it; one request at a time. */
    private void ask() {
        ConnectedPeer peer = replayPeer;
        if (resting
                || peer == null
                || asked != null
                || sequence.isReplaying()
                || sequence.ready() > options.buffer / 2) {
            return;
        }
        if (plain) {
            long first = sequence.plainFirst();
            if (first >= 0 && peer.offer(Message.of(Bytes.EMPTY, Wire.number(first)))) {
                sequence.plainAsked();
            }
            return;
        }
        Query query = sequence.query(id + 1, PAGE);
        if (query != null && peer.offer(query.toMessage())) {
            id++;
            asked = query;
        }
    }

    @SuppressWarnings("ReferenceEquality") // each connection has its own
    private void answered(Message answer) {
        ConnectedPeer peer = replayPeer;
        Peer from = answer.peer().orElse(null);
        if (peer == null || from != peer.peer()) {
            return; // was on its way when the connection ended; it was asked for again, or will be
        }
        if (plain) {
            if (sequence.plain(answer)) {
                unanswered = 0;
            } else {
                malformed(replay, answer);
            }
            return;
        }
        Page page = Page.read(answer);
        Query query = asked;
        if (page == null || query == null || query.id() != page.id()) {
            malformed(replay, answer);
            return;
        }
        asked = null;
        unanswered = 0;
        try {
            resting = !sequence.page(query, page, from);
        } catch (ZmtpProtocolException broken) {
            resting = true;
            malformed(replay, answer);
        }
    }

    private void tick() {
        resting = false;
        boolean waits = asked != null || sequence.isReplaying();
        if (waits && answers.isOpen() && ++unanswered >= answerTicks) {
            nothingComes();
        }
        sequence.tick(lives.isOpen(), patience);
    }

    /** Messages of a socket, as they are requested. */
    private final class Feed extends BaseSubscriber<Message> {

        private final Queue<Message> queue =
                Queues.<Message>unbounded(Queues.XS_BUFFER_SIZE).get();
        /** Requested, and not taken out of the queue yet. */
        private long pending;

        private long largest = 1;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            ends.add(this);
        }

        @Override
        protected void hookOnNext(Message message) {
            queue.offer(message);
            drain();
        }

        @Override
        protected void hookOnError(Throwable failure) {
            step(() -> fail(failure));
        }

        @Nullable
        Message poll() {
            Message next = queue.poll();
            if (next != null) {
                pending--;
                largest = Math.max(next.bytes(), largest - largest / 64);
            }
            return next;
        }

        boolean isOpen() {
            return pending > 0;
        }

        void refill(long room) {
            long most = Math.min(MAX_BATCH, Math.max(1, BATCH_BYTES / largest));
            long more = Math.min(room, most) - pending;
            if (more > 0 && (pending == 0 || more >= most / 4) && sequence.bytes() < MAX_HELD) {
                pending += more;
                request(more);
            }
        }
    }
}
