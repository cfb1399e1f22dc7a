package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.StreamFrame;
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
final class Streams {

    /** A larger request takes another place for each so many octets, since it is kept as long as its stream lasts. */
    private static final int OCTETS_OF_A_PLACE = 16 << 10;

    /**
     * How many at a time.
     *
     * @param all of all peers of a socket
     * @param ofPeer of each
     */
    record Limits(int all, int ofPeer) {}

    private final FailureLog log = new FailureLog(Streams.class);

    private final ZmtpSocket socket;
    private final Limits limits;
    private final Map<List<Bytes>, Answer> open = new ConcurrentHashMap<>();

    /** How many places each peer has taken; guarded by itself. */
    private final Map<ConnectedPeer, Integer> taken = new HashMap<>();

    private int takenByAll; // as well

    Streams(ZmtpSocket socket, Limits limits) {
        this.socket = socket;
        this.limits = limits;
    }

    /** What answers a request: the elements, and what a failure of theirs is told as. */
    record Answering(Flux<Message> elements, Function<Throwable, Bytes> failure) {}

    /**
     * Takes a message of a stream.
     *
     * @param envelope its envelope, without the name of the peer
     */
    void take(Incoming incoming, List<Bytes> envelope, Function<Incoming, Answering> answering) {
        Message message = incoming.message();
        List<Bytes> key = message.parts().subList(0, incoming.envelope());
        Bytes flag = message.part(incoming.envelope());
        Answer known = open.get(key);
        if (flag.equals(StreamFrame.CANCEL)) {
            if (known != null) {
                known.abandon();
            }
        } else if (flag.equals(StreamFrame.MORE)) {
            if (known != null) {
                known.more(count(message.last()));
            }
        } else if (known == null) {
            socket.peers().stream()
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
        int places = (int) Math.min(Integer.MAX_VALUE, 1 + incoming.message().bytes() / OCTETS_OF_A_PLACE);
        if (!reserve(peer, places)) {
            offer(peer, envelope, StreamFrame.ERROR, "there are too many streams");
            return;
        }
        Answer answer = new Answer(key, envelope, peer, places);
        open.put(key, answer);
        answer.begin(incoming, answering);
    }

    private boolean reserve(ConnectedPeer peer, int places) {
        synchronized (taken) {
            int before = taken.getOrDefault(peer, 0);
            if (places > limits.ofPeer() - before || places > limits.all() - takenByAll) {
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

    /** Sends what nobody waits for: a peer that does not read loses it. */
    private void offer(ConnectedPeer peer, Message envelope, Bytes flag, String text) {
        Message message = envelope.append(flag).append(Bytes.utf8(text));
        if (!peer.offer(message)) {
            socket.drop(message, DropReason.QUEUE_FULL);
        }
    }

    /** Ends all, and tells the peers. */
    void end() {
        open.values().forEach(answer -> {
            answer.abandon();
            offer(answer.peer, answer.envelope, StreamFrame.ERROR, "the listener has stopped");
        });
    }

    private final class Answer extends BaseSubscriber<Message> {

        private final List<Bytes> key;
        private final Message envelope;
        private final ConnectedPeer peer;
        private final int places;
        private final Disposable.Swap leaving = Disposables.swap();

        /** How many elements the peer waits for. One is asked for at a time, while there is one. */
        private final AtomicInteger wanted = new AtomicInteger(StreamFrame.WINDOW);

        private Function<Throwable, Bytes> failure = failed -> Bytes.EMPTY;

        /** What the queue for the peer has not accepted yet. */
        private @Nullable Sending sending;

        /** How it ends, if that is to be sent next. */
        private @Nullable Message last;

        Answer(List<Bytes> key, Message envelope, ConnectedPeer peer, int places) {
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

        /** Called by one thread at a time. A peer that asks for more than it has room for gets no more for it. */
        void more(int count) {
            int granted = Math.min(count, StreamFrame.WINDOW - wanted.get());
            if (granted > 0 && wanted.getAndAdd(granted) == 0) {
                request(1);
            }
        }

        /** Ends it, and tells nobody. */
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
            Bytes text = Bytes.EMPTY;
            try {
                text = failure.apply(failed);
            } catch (RuntimeException | Error thrown) {
                log.error("handler", "An error handler of a ZMTP listener failed", thrown);
            }
            end(message(StreamFrame.ERROR, text));
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
                synchronized (Answer.this) {
                    sending = null;
                    end = last;
                    last = null;
                }
                if (end == null) {
                    accepted.run();
                } else {
                    send(end, Answer.this::leave);
                }
            }

            @Override
            protected void hookOnError(Throwable gone) {
                abandon();
            }
        }
    }
}
