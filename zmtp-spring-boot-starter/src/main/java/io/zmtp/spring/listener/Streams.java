package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.SocketPeer;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * The streams that a ROUTER's listeners answer with. They run beside the listeners' concurrency, since they last; each has
 * no more elements under way than its peer has asked for, and ends when the peer has gone.
 */
final class Streams {

    /** So many at a time, of all peers. */
    private static final int MOST = 1024;

    private final ZmtpSocket socket;
    private final Map<List<Bytes>, Answer> open = new ConcurrentHashMap<>();

    Streams(ZmtpSocket socket) {
        this.socket = socket;
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
                known.cancel();
            }
        } else if (flag.equals(StreamFrame.MORE)) {
            if (known != null) {
                known.more(StreamFrame.count(message.last()));
            }
        } else if (known == null) {
            socket.peers().stream()
                    .filter(peer -> peer.routingId().equals(message.first()))
                    .findFirst()
                    .ifPresent(peer -> begin(List.copyOf(key), envelope, peer, answering.apply(incoming)));
        }
    }

    private void begin(List<Bytes> key, List<Bytes> envelope, SocketPeer peer, Answering answering) {
        Answer answer = new Answer(key, envelope, peer, answering.failure());
        if (open.size() >= MOST) {
            answer.send(StreamFrame.ERROR, Bytes.utf8("there are too many streams"));
            return;
        }
        open.put(key, answer);
        answering.elements().subscribe(answer);
    }

    /** Ends all, and tells the peers. */
    void end() {
        open.values().forEach(answer -> {
            answer.cancel();
            answer.send(StreamFrame.ERROR, Bytes.utf8("the listener has stopped"));
        });
    }

    private final class Answer extends BaseSubscriber<Message> {

        private final List<Bytes> key;
        private final Message envelope;
        private final SocketPeer peer;
        private final Function<Throwable, Bytes> failure;
        private final AtomicInteger underWay = new AtomicInteger(StreamFrame.WINDOW);
        private final Disposable leaving;

        Answer(List<Bytes> key, List<Bytes> envelope, SocketPeer peer, Function<Throwable, Bytes> failure) {
            this.key = key;
            this.envelope = Message.of(envelope);
            this.peer = peer;
            this.failure = failure;
            this.leaving = peer.onClose().subscribe(closed -> cancel());
        }

        void send(Bytes flag, Bytes body) {
            peer.send(envelope.append(flag).append(body)).subscribe(accepted -> {}, gone -> cancel(), () -> {
                if (flag.equals(StreamFrame.NEXT)) {
                    underWay.decrementAndGet();
                }
            });
        }

        /** Called by one thread at a time. A peer that asks for more than it has room for gets no more for it. */
        void more(int count) {
            int granted = Math.min(count, StreamFrame.WINDOW - underWay.get());
            if (granted > 0) {
                underWay.addAndGet(granted);
                request(granted);
            }
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            send(StreamFrame.STARTED, Bytes.EMPTY);
            request(StreamFrame.WINDOW);
        }

        @Override
        protected void hookOnNext(Message reply) {
            send(StreamFrame.NEXT, reply.last());
        }

        @Override
        protected void hookOnComplete() {
            send(StreamFrame.COMPLETE, Bytes.EMPTY);
        }

        @Override
        protected void hookOnError(Throwable failed) {
            send(StreamFrame.ERROR, failure.apply(failed));
        }

        @Override
        protected void hookFinally(reactor.core.publisher.SignalType end) {
            open.remove(key);
            leaving.dispose();
        }
    }
}
