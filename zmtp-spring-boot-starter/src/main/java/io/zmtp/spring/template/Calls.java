package io.zmtp.spring.template;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.SocketPeer;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.listener.StreamFrame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The requests that are under way through one DEALER, each known by an id. Once there was one, the calls receive all that
 * the socket does.
 */
final class Calls {

    private static final Log LOG = LogFactory.getLog(Calls.class);

    private final DealerSocket socket;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicBoolean receiving = new AtomicBoolean();
    private final Map<Bytes, MonoSink<Message>> asked = new ConcurrentHashMap<>();
    private final Map<Bytes, StreamCall> streams = new ConcurrentHashMap<>();

    Calls(DealerSocket socket) {
        this.socket = socket;
    }

    private void receive() {
        if (receiving.compareAndSet(false, true)) {
            socket.receive()
                    .subscribe(this::take, this::end, () -> end(new IllegalStateException("the socket is closed")));
        }
    }

    private void end(Throwable why) {
        receiving.set(false);
        asked.values().forEach(each -> each.error(why));
        streams.values().forEach(each -> each.fail(why));
    }

    // ---- one reply

    Mono<Message> request(Message body) {
        return Mono.create(reply -> {
            Bytes id = Bytes.wrap(ByteBuffer.allocate(Long.BYTES)
                    .putLong(numbers.incrementAndGet())
                    .array());
            asked.put(id, reply);
            reply.onDispose(() -> asked.remove(id));
            receive();
            reply.onCancel(socket.send(body.prepend(Bytes.EMPTY).prepend(id)).subscribe(accepted -> {}, reply::error));
        });
    }

    // ---- a stream of replies

    /** Fails if nothing is heard of it within the time; from then on silence is no failure, but the peer's leave is. */
    Flux<Message> stream(Message body, Duration timeout) {
        return Flux.defer(() -> {
            Bytes id = StreamFrame.id(numbers.incrementAndGet());
            StreamCall call = new StreamCall(id, socket);
            streams.put(id, call);
            receive();
            Mono<Void> begun = socket.send(body.prepend(Bytes.EMPTY).prepend(id))
                    .then(call.begun())
                    .timeout(timeout, Mono.error(() -> new TimeoutException("no stream began within " + timeout)));
            return begun.thenMany(call.elements()).doFinally(end -> {
                streams.remove(id);
                call.end(end);
            });
        });
    }

    // ---- what comes

    private void take(Message message) {
        Bytes id = message.first();
        boolean delimited = message.size() > 2 && message.part(1).isEmpty();
        if (delimited && StreamFrame.isStream(id)) {
            StreamCall call = streams.get(id);
            if (call != null) {
                call.take(message);
            } else {
                cancel(message, id);
            }
            return;
        }
        MonoSink<Message> reply = asked.remove(id);
        if (delimited && reply != null) {
            reply.success(message.skip(2));
        } else {
            LOG.debug("Nobody waits for " + message);
        }
    }

    /** The peer of a message; each connection has a record of its own, however equal. */
    @SuppressWarnings("ReferenceEquality")
    static Optional<SocketPeer> sender(ZmtpSocket socket, Message message) {
        Peer peer = message.peer().orElse(null);
        return socket.peers().stream().filter(each -> each.peer() == peer).findFirst();
    }

    private void cancel(Message message, Bytes id) {
        sender(socket, message)
                .ifPresent(each -> each.send(StreamFrame.of(id, StreamFrame.CANCEL, Bytes.EMPTY))
                        .subscribe(accepted -> {}, gone -> {}));
    }
}
