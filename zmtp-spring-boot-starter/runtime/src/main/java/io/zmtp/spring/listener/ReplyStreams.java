package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.spring.core.StreamFrame;
import io.zmtp.spring.core.ZmtpCallException;
import io.zmtp.spring.listener.ZmtpErrorHandler.Outcome;
import io.zmtp.spring.listener.source.ListenerSource;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * The streams that a ROUTER's listeners answer with. They run beside the listeners' concurrency, since they last; each has
 * no more elements under way than its peer has asked for, and ends when the peer has gone.
 *
 * <p>A stream holds its place until its end is in the queue for the peer, so that a peer that does not read gets no
 * further ones; until then at most one message of it waits beside that queue.
 */
final class ReplyStreams {

    /** A request is kept as long as its stream lasts; for each so many octets it takes one more place. */
    private static final int OCTETS_PER_PLACE = 16 << 10;

    /**
     * How many streams there may be at a time.
     *
     * @param all for all peers of the socket together
     * @param ofPeer for each peer
     */
    record Quota(int all, int ofPeer) {}

    private final ListenerSource source;
    private final Quota quota;
    private final Map<List<Bytes>, ReplyStream> open = new ConcurrentHashMap<>();

    /** How many places each peer has taken; guarded by itself. */
    private final Map<ConnectedPeer, Integer> taken = new HashMap<>();

    private int takenByAll; // guarded by taken

    ReplyStreams(ListenerSource source, Quota quota) {
        this.source = source;
        this.quota = quota;
    }

    /** What answers a request: the elements, and what a failure of theirs is sent as. */
    record Answering(Flux<Message> elements, Function<Throwable, Outcome.Fail> failure) {}

    /**
     * Takes a message of a stream.
     *
     * @param envelope its envelope, without the routing id of the peer
     */
    void take(Incoming incoming, List<Bytes> envelope, Function<Incoming, Answering> answering) {
        Message message = incoming.message();
        List<Bytes> key = message.parts().subList(0, incoming.envelope());
        Bytes flag = message.part(incoming.envelope());
        ReplyStream known = open.get(key);
        if (flag.equals(StreamFrame.CANCEL)) {
            if (known != null) {
                known.abandon();
            }
        } else if (flag.equals(StreamFrame.MORE)) {
            if (known != null) {
                known.more(count(message.last()));
            }
        } else if (known == null) {
            source.peers().stream()
                    .filter(peer -> peer.routingId().equals(message.first()))
                    .findFirst()
                    .ifPresent(peer -> begin(incoming, List.copyOf(key), Message.of(envelope), peer, answering));
        }
    }

    /** The number that a MORE carries; 0 if it carries none. */
    static int count(Bytes body) {
        String text = body.size() > 3 ? "" : new String(body.toByteArray(), StandardCharsets.US_ASCII);
        return text.matches("[0-9]+") ? Integer.parseInt(text) : 0;
    }

    private void begin(
            Incoming incoming,
            List<Bytes> key,
            Message envelope,
            ConnectedPeer peer,
            Function<Incoming, Answering> answering) {
        int places = (int) Math.min(Integer.MAX_VALUE, 1 + incoming.message().bytes() / OCTETS_PER_PLACE);
        if (!reserve(peer, places)) {
            offer(peer, failure(envelope, new Outcome.Fail(ZmtpCallException.BUSY, "there are too many streams")));
            return;
        }
        ReplyStream answer = new ReplyStream(key, envelope, peer, places);
        open.put(key, answer);
        answer.begin(incoming, answering);
    }

    private boolean reserve(ConnectedPeer peer, int places) {
        synchronized (taken) {
            int before = taken.getOrDefault(peer, 0);
            if (places > quota.ofPeer() - before || places > quota.all() - takenByAll) {
                return false;
            }
            taken.put(peer, before + places);
            takenByAll += places;
            return true;
        }
    }

    private void free(ConnectedPeer peer, int places) {
        synchronized (taken) {
            takenByAll -= places;
            taken.computeIfPresent(peer, (same, before) -> before == places ? null : before - places);
        }
    }

    private static Message failure(Message envelope, Outcome.Fail how) {
        return envelope.append(StreamFrame.ERROR).append(Bytes.utf8(how.code())).append(Bytes.utf8(how.text()));
    }

    /** Sends without waiting: a peer that does not read loses the message. */
    private void offer(ConnectedPeer peer, Message message) {
        if (!peer.offer(message)) {
            source.drop(message, DropReason.QUEUE_FULL);
        }
    }

    /** Ends all streams with an error that is sent to their peers. */
    void end() {
        open.values().forEach(answer -> {
            answer.abandon();
            offer(
                    answer.peer,
                    failure(answer.envelope, new Outcome.Fail(ZmtpCallException.STOPPED, "the listener has stopped")));
        });
    }

    private final class ReplyStream extends BaseSubscriber<Message> {

        private final List<Bytes> key;
        private final Message envelope;
        private final ConnectedPeer peer;
        private final int places;
        private final Disposable.Swap leaving = Disposables.swap();

        /** How many elements the peer waits for. While that is above zero one is requested at a time. */
        private final AtomicInteger wanted = new AtomicInteger(StreamFrame.WINDOW);

        private Function<Throwable, Outcome.Fail> failure = Outcome.Fail::of;

        /** What the queue for the peer has not accepted yet. */
        private @Nullable Sending sending;

        /** The last message of the stream, if it waits for the one before it. */
        private @Nullable Message last;

        ReplyStream(List<Bytes> key, Message envelope, ConnectedPeer peer, int places) {
            this.key = key;
            this.envelope = envelope;
            this.peer = peer;
            this.places = places;
        }

        void begin(Incoming incoming, Function<Incoming, Answering> answering) {
            leaving.update(peer.onClose().subscribe(closed -> abandon()));
            send(message(StreamFrame.STARTED, Bytes.EMPTY), () -> {
                Answering answer = answering.apply(incoming);
                failure = answer.failure();
                try {
                    answer.elements().subscribe(this);
                } catch (Throwable thrown) { // an error of the JVM, which Reactor lets through
                    onError(thrown);
                }
            });
        }

        /** Called by one thread at a time. A peer cannot ask for more than the window has room for. */
        void more(int count) {
            int granted = Math.min(count, StreamFrame.WINDOW - wanted.get());
            if (granted > 0 && wanted.getAndAdd(granted) == 0) {
                request(1);
            }
        }

        /** Ends it without a message to the peer. */
        void abandon() {
            cancel();
            leave();
        }

        private void leave() {
            if (open.remove(key, this)) {
                free(peer, places);
                leaving.dispose();
                Sending waiting;
                synchronized (this) {
                    waiting = sending;
                }
                if (waiting != null) {
                    waiting.dispose();
                }
            }
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(1);
        }

        @Override
        protected void hookOnNext(Message reply) {
            send(message(StreamFrame.NEXT, reply.last()), this::accepted);
        }

        private void accepted() {
            if (wanted.decrementAndGet() > 0) {
                request(1);
            }
        }

        @Override
        protected void hookOnComplete() {
            end(message(StreamFrame.COMPLETE, Bytes.EMPTY));
        }

        @Override
        protected void hookOnError(Throwable failed) {
            end(ReplyStreams.failure(envelope, failure.apply(failed)));
        }

        private void end(Message how) {
            synchronized (this) {
                if (sending != null) {
                    last = how;
                    return;
                }
            }
            send(how, this::leave);
        }

        private Message message(Bytes flag, Bytes body) {
            return envelope.append(flag).append(body);
        }

        private void send(Message message, Runnable accepted) {
            Sending next = new Sending(accepted);
            synchronized (this) {
                sending = next;
            }
            if (open.get(key) == this) {
                peer.send(message).subscribe(next);
            }
        }

        private final class Sending extends BaseSubscriber<Void> {

            private final Runnable accepted;

            Sending(Runnable accepted) {
                this.accepted = accepted;
            }

            @Override
            protected void hookOnComplete() {
                Message end;
                synchronized (ReplyStream.this) {
                    sending = null;
                    end = last;
                    last = null;
                }
                if (end == null) {
                    accepted.run();
                } else {
                    send(end, ReplyStream.this::leave);
                }
            }

            @Override
            protected void hookOnError(Throwable gone) {
                abandon();
            }
        }
    }
}
