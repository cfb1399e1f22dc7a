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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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

    /** Of those that are read already, larger ones are dropped then: they can be replayed. */
    private static final int LARGE = 64 * 1024;

    /** Takes the place of one that was dropped. */
    private static final Message DROPPED = Message.of(Bytes.EMPTY);

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
    private final Feed lives;
    private final Feed answers;
    private volatile boolean cancelled;

    // What happens while a subscriber keeps the draining thread: the latest is enough, however long that takes.

    /** The connection to the replay. */
    private final AtomicReference<@Nullable ConnectedPeer> latest = new AtomicReference<>();
    /** Why nothing more comes. */
    private volatile @Nullable Throwable failure;
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
        this.lives = new Feed(publication, this::published);
        this.answers = new Feed(replay, this::answered);
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
        ends.add(replay.onPeer().subscribe(this::joined));
        ends.add(options.scheduler.schedulePeriodically(this::timeIsOver, period, period, TimeUnit.NANOSECONDS));
        ends.add(replay.connect(publisher.replay())
                .then(publication.connect(publisher.publication()))
                .subscribe(connected -> {}, this::broken));
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

    private void fail(Throwable cause) {
        if (!ended && !cancelled) {
            end();
            actual.onError(cause);
        }
    }

    private void end() {
        ended = true;
        ends.dispose();
        sequence.row.end();
    }

    // ---- one thread at a time

    private void joined(ConnectedPeer peer) {
        latest.set(peer);
        leaving.update(peer.onClose().subscribe(closed -> {
            latest.compareAndSet(peer, null);
            drain();
        }));
        drain();
    }

    private void broken(Throwable cause) {
        failure = cause;
        drain();
    }

    private void timeIsOver() {
        ticks = true;
        drain();
    }

    private void drain() {
        if (wip.getAndIncrement() == 0) {
            goOnUntilDone();
        }
    }

    private void goOnUntilDone() {
        int missed = 1;
        do {
            try {
                goOn();
            } catch (RuntimeException thrown) {
                fail(thrown);
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private void goOn() {
        if (cancelled && !ended) {
            end();
        }
        Throwable cause = failure;
        if (cause != null) {
            fail(cause);
        }
        meet();
        if (ticks && !ended) {
            ticks = false;
            tick();
        }
        answers.handleQueued();
        lives.handleQueued();
        emit();
        if (sequence.hasAbandoned() && replayPeer != null) {
            ConnectedPeer left = replayPeer;
            latest.compareAndSet(left, null);
            meet();
            left.dispose(); // it comes again
        }
        if (!ended) {
            lives.refill(options.buffer - sequence.row.held(), sequence.row.bytes());
            answers.refill(plain ? options.buffer - sequence.row.ready() : 1, sequence.row.readyBytes());
            ask();
        }
    }

    private void emit() {
        while (!ended && emitted != requested.get()) {
            if (cancelled) {
                end();
                return;
            }
            Update next = sequence.row.poll();
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
        if (message == DROPPED) {
            sequence.missed();
            return;
        }
        if (lives.isTooLarge(message, sequence.row.bytes())) {
            publication.drop(message, DropReason.QUEUE_FULL);
            sequence.missed();
            return;
        }
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

    /** Another connection than at the last look, or none. */
    private void meet() {
        ConnectedPeer now = latest.get();
        if (now != replayPeer) {
            replayPeer = now;
            plain = now != null && Wire.epoch(now.peer()).isEmpty();
            nothingComes();
            sequence.hasAbandoned(); // went with its connection
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
        if (resting || peer == null || asked != null || sequence.isReplaying() || !hasRoom()) {
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

    /** Whether what is replayed now does not wait for the subscriber. */
    private boolean hasRoom() {
        return sequence.row.ready() <= options.buffer / 2 && sequence.row.readyBytes() <= PAGE;
    }

    @SuppressWarnings("ReferenceEquality") // each connection has its own
    private void answered(Message answer) {
        if (answer == DROPPED) {
            sequence.missed();
            return;
        }
        ConnectedPeer peer = replayPeer;
        Peer from = answer.peer().orElse(null);
        if (peer == null || from != peer.peer()) {
            return; // was on its way when the connection ended; it was asked for again, or will be
        }
        if (plain) {
            if (answers.isTooLarge(answer, sequence.row.readyBytes())) {
                replay.drop(answer, DropReason.QUEUE_FULL);
                sequence.missed();
            } else if (sequence.plain(answer)) {
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
        sequence.tick(lives.isOpen(), hasRoom(), patience);
    }

    /** Messages of a socket, as they are requested. */
    private final class Feed extends BaseSubscriber<Message> {

        private final ZmtpSocket socket;
        private final Consumer<Message> handler;
        private final Queue<Message> queue =
                Queues.<Message>unbounded(Queues.XS_BUFFER_SIZE).get();
        /** What large messages in the queue have. */
        private final AtomicLong queued = new AtomicLong();
        /** Requested, and not taken out of the queue yet. */
        private long pending;

        /** Few are requested before it is known how large they are. */
        private long largest = LARGE;

        Feed(ZmtpSocket socket, Consumer<Message> handler) {
            this.socket = socket;
            this.handler = handler;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            ends.add(this);
        }

        @Override
        protected void hookOnNext(Message message) {
            if (wip.compareAndSet(0, 1)) { // so nothing is queued, and this need not be
                handle(message);
                goOnUntilDone();
            } else {
                queue(message);
                drain();
            }
        }

        private void queue(Message message) {
            if (isTooLarge(message, queued.get())) {
                socket.drop(message, DropReason.QUEUE_FULL);
                queue.offer(DROPPED);
            } else {
                long size = message.bytes();
                if (size > LARGE) {
                    queued.addAndGet(size);
                }
                queue.offer(message);
            }
        }

        @Override
        protected void hookOnError(Throwable cause) {
            broken(cause);
        }

        void handleQueued() {
            for (Message next; (next = queue.poll()) != null; ) {
                long size = next.bytes();
                if (size > LARGE) {
                    queued.addAndGet(-size);
                }
                handle(next);
            }
        }

        private void handle(Message message) {
            pending--;
            largest = Math.max(message.bytes(), largest - largest / 64);
            if (!ended) {
                try {
                    handler.accept(message);
                } catch (RuntimeException thrown) {
                    fail(thrown);
                }
            }
        }

        boolean isOpen() {
            return pending > 0;
        }

        /** Whether there is no place for one beside those that are held. */
        boolean isTooLarge(Message message, long held) {
            return held > MAX_HELD && message.bytes() > LARGE;
        }

        void refill(long room, long held) {
            long most = Math.min(MAX_BATCH, Math.max(1, BATCH_BYTES / largest));
            long more = Math.min(room, most) - pending;
            if (more > 0 && (pending == 0 || more >= most / 4) && held < MAX_HELD) {
                pending += more;
                request(more);
            }
        }
    }
}
