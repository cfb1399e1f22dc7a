package io.zmtp.reactive.blocking;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpInterruptedException;
import io.zmtp.reactive.ZmtpTimeoutException;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * A socket for code that waits: on virtual threads, or threads of its own.
 *
 * <pre>{@code
 * try (var pull = BlockingSocket.of(PullSocket.create())) {
 *     pull.bind("tcp://*:5555");
 *     while (true) {
 *         work(pull.receive());
 *     }
 * }
 * }</pre>
 *
 * <p>Any number of threads may call; each message is received by one of them. Nothing is read ahead here: what no call has
 * taken stays in the queues of the socket, within its limits. While a thread waits in {@link #receive()} it is the one
 * subscriber of the socket.
 *
 * <p>An interrupt ends a call with a {@link ZmtpInterruptedException}, and the interrupt status of the thread is set
 * again. Nothing is lost by it, nor by the end of a timeout: a message is either sent, so that the call returns normally, or
 * not; and a message that comes just then is received by the next call. On event loops, and other threads of Reactor that
 * must not block, calls are refused with an {@code IllegalStateException}. Failures of the socket are thrown as they are,
 * {@code IOException}s in an {@code UncheckedIOException}.
 *
 * @param <S> the type of the socket
 * @since 0.1
 */
public final class BlockingSocket<S extends ZmtpSocket> implements AutoCloseable {

    private static final Logger LOG = Loggers.getLogger(BlockingSocket.class);

    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private record Question(Message body, MonoSink<Message> reply) {}

    private final S socket;

    /** Who has it is the subscriber of what the socket receives. */
    private final ReentrantLock receiving = new ReentrantLock();

    private BlockingSocket(S socket) {
        this.socket = socket;
    }

    /**
     * Plain calls for a socket. Use one such object for all threads.
     *
     * @param socket any socket; closed by {@link #close()}
     */
    public static <S extends ZmtpSocket> BlockingSocket<S> of(S socket) {
        return new BlockingSocket<>(Objects.requireNonNull(socket, "socket"));
    }

    /** {@return the socket, for what does not wait: subscriptions, groups, peers, drops} */
    public S socket() {
        return socket;
    }

    // ---- endpoints

    /**
     * As {@link ZmtpSocket#bind(String)}.
     *
     * @return the endpoint with the port that was picked
     */
    public Endpoint bind(String endpoint) {
        return Wait.on(socket.bind(endpoint), Long.MAX_VALUE, () -> socket + ": bind")
                .orElseThrow();
    }

    /** As {@link ZmtpSocket#connect(String)}: does not wait for the peer. */
    public Endpoint connect(String endpoint) {
        return Wait.on(socket.connect(endpoint), Long.MAX_VALUE, () -> socket + ": connect")
                .orElseThrow();
    }

    // ---- sending

    /**
     * Sends a message; waits while the rule of the socket is to wait.
     *
     * @throws ZmtpClosedException if the socket is closed
     * @throws io.zmtp.reactive.ZmtpSendException if no peer can be sent it
     * @throws ZmtpInterruptedException if the thread is interrupted: then it is not sent
     * @throws UnsupportedOperationException if the socket does not send
     */
    public void send(Message message) {
        sendWithin(message, Long.MAX_VALUE);
    }

    /** As {@link #send(Message)}, for texts in UTF-8. */
    public void send(String... parts) {
        send(Message.of(parts));
    }

    /**
     * As {@link #send(Message)}, for at most so long.
     *
     * @return false if it was not accepted in time: then it is not sent
     */
    public boolean send(Message message, Duration timeout) {
        return sendWithin(message, nanos(timeout));
    }

    private boolean sendWithin(Message message, long nanos) {
        return Wait.isOver(able(Sender.class, "send").send(message), nanos, () -> socket + ": send");
    }

    /**
     * Sends a message with a topic, or for a group, before its parts.
     *
     * @param topic the first part, in UTF-8
     */
    public void publish(String topic, Message message) {
        send(message.prepend(Bytes.utf8(topic)));
    }

    /** Waits until everything that was accepted so far was written to a peer, dropped by rule, or lost with a peer. */
    public void flush() {
        Wait.isOver(able(Sender.class, "send").flush(), Long.MAX_VALUE, () -> socket + ": flush");
    }

    // ---- receiving

    /**
     * The next message.
     *
     * @throws ZmtpClosedException if the socket is closed
     * @throws ZmtpInterruptedException if the thread is interrupted: then none was taken
     * @throws UnsupportedOperationException if the socket does not receive
     */
    public Message receive() {
        return receiveWithin(Long.MAX_VALUE).orElseThrow(this::closed);
    }

    /**
     * The next message, if one comes in time.
     *
     * @param timeout zero for what is there already
     * @return empty if none came in time: the next call gets what comes later
     * @throws ZmtpClosedException if the socket is closed
     */
    public Optional<Message> receive(Duration timeout) {
        Optional<Message> message = receiveWithin(nanos(timeout));
        if (message.isEmpty() && socket.isDisposed()) {
            throw closed();
        }
        return message;
    }

    private Optional<Message> receiveWithin(long nanos) {
        Mono<Message> next = able(Receiver.class, "receive").receive(FOREVER);
        Wait<Message> wait = new Wait<>(() -> socket + ": receive");
        long begin = System.nanoTime();
        if (!lock(nanos)) {
            return Optional.empty();
        }
        try {
            next.subscribe(wait);
            wait.await(nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - begin));
        } finally {
            receiving.unlock();
        }
        return wait.get();
    }

    private boolean lock(long nanos) {
        try {
            return receiving.tryLock(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ZmtpInterruptedException(socket + ": receive: the thread "
                    + Thread.currentThread().getName() + " was interrupted while it waited for its turn");
        }
    }

    // ---- requests

    /**
     * Sends a request through a REQ, and waits for its reply.
     *
     * @return the body of the reply
     * @throws ZmtpClosedException if the peer goes before it has replied, or the socket is closed
     * @throws ZmtpInterruptedException if the thread is interrupted: then the request is given up, as
     *     {@link ReqSocket#request(Message)} says
     * @throws UnsupportedOperationException if the socket is no REQ
     */
    public Message request(Message message) {
        return requestWithin(message, Long.MAX_VALUE).orElseThrow(this::closed);
    }

    /** As {@link #request(Message)}, for texts in UTF-8. */
    public Message request(String... parts) {
        return request(Message.of(parts));
    }

    /**
     * As {@link #request(Message)}, for at most so long.
     *
     * @return empty if no reply came in time: then the request is given up
     */
    public Optional<Message> request(Message message, Duration timeout) {
        return requestWithin(message, nanos(timeout));
    }

    private Optional<Message> requestWithin(Message message, long nanos) {
        Mono<Message> reply = able(ReqSocket.class, "request").request(message);
        return Wait.on(reply, nanos, () -> socket + ": request");
    }

    /**
     * Answers the requests that a REP receives, one after another, in this thread. For several at a time let several threads
     * call this: each answers one at a time. Returns when the socket is closed.
     *
     * <p>ZMTP has no reply that says that a request failed. A handler that throws leaves its request unanswered, so that the
     * side that asked waits until its own time is over, and this socket goes on with the next request. That is logged, and
     * counted as {@code UNANSWERED} in {@code drops()} and {@code monitor()}. Where both sides agree on what such a reply
     * looks like, use {@link #serve(Function, Function)}.
     *
     * @param handler makes the reply; null leaves the request unanswered, which is counted
     * @throws ZmtpInterruptedException if the thread is interrupted while it waits, or when it has sent the reply to the request
     *     at hand
     * @throws UnsupportedOperationException if the socket is no REP
     */
    public void serve(Function<? super Message, @Nullable Message> handler) {
        serve(handler, thrown -> null);
    }

    /**
     * As {@link #serve(Function)}, with a reply to requests whose handler fails.
     *
     * @param failed makes that reply of what the handler has thrown, which is not logged then; null, or what it throws itself,
     *     leaves the request unanswered
     */
    public void serve(
            Function<? super Message, @Nullable Message> handler,
            Function<? super Throwable, @Nullable Message> failed) {
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(failed, "failed");
        RepSocket rep = able(RepSocket.class, "serve");
        while (serveNext(rep, handler, failed)) {}
    }

    private boolean serveNext(
            RepSocket rep,
            Function<? super Message, @Nullable Message> handler,
            Function<? super Throwable, @Nullable Message> failed) {
        Sinks.Empty<Void> settled = Sinks.empty();
        Wait<Question> next = new Wait<>(() -> socket + ": serve");
        Mono<Question> serving = rep.serveNext(body -> Mono.create(reply -> hand(next, body, reply)), FOREVER)
                .doOnTerminate(settled::tryEmitEmpty)
                .cast(Question.class);
        lock(Long.MAX_VALUE);
        try {
            serving.subscribe(next);
            next.await(Long.MAX_VALUE);
        } finally {
            receiving.unlock();
        }
        Optional<Question> question = next.get();
        question.ifPresent(asked -> {
            answer(asked, handler, failed);
            Wait.isOver(settled.asMono(), Long.MAX_VALUE, () -> socket + ": serve");
        });
        return question.isPresent();
    }

    /** A request for a thread that was interrupted just now stays unanswered, which is counted. */
    private static void hand(Wait<Question> next, Message body, MonoSink<Message> reply) {
        if (!next.offer(new Question(body, reply))) {
            reply.success();
        }
    }

    private static void answer(
            Question asked,
            Function<? super Message, @Nullable Message> handler,
            Function<? super Throwable, @Nullable Message> failed) {
        Message reply;
        try {
            reply = handler.apply(asked.body());
        } catch (RuntimeException | Error thrown) {
            refuse(asked, thrown, failed);
            return;
        }
        asked.reply().success(reply);
    }

    private static void refuse(
            Question asked, Throwable thrown, Function<? super Throwable, @Nullable Message> failed) {
        Message reply = null;
        try {
            reply = failed.apply(thrown);
        } catch (RuntimeException | Error again) {
            thrown.addSuppressed(again);
        }
        if (reply == null) {
            asked.reply().error(thrown);
        } else {
            asked.reply().success(reply);
        }
    }

    // ---- all else

    /**
     * Waits for anything else that the library does, such as {@code awaitSubscribers}, under the same rules: it can be
     * interrupted, and is refused where a thread must not wait.
     *
     * @param publisher subscribed to by this thread; cancelled when the wait ends without it
     * @param timeout how long at most
     * @return what it emits; empty if it completes empty
     * @throws ZmtpTimeoutException if the time is over
     */
    public static <T> Optional<T> await(Mono<T> publisher, Duration timeout) {
        Wait<T> wait = new Wait<>(() -> "waiting");
        publisher.subscribe(wait);
        if (!wait.await(nanos(timeout))) {
            throw new ZmtpTimeoutException(
                    "waiting: expected an outcome within " + timeout + ", but there was none", timeout, null);
        }
        return wait.get();
    }

    /**
     * Closes the socket, and waits until what was accepted is written, for at most the linger time. If the thread is, or gets,
     * interrupted, or must not wait, the socket closes all the same, but nobody waits for it; the interrupt status stays. If
     * messages were not written by then, a warning says how many; they are in {@code socket().drops()} too.
     */
    @Override
    public void close() {
        Mono<Closed> closed = socket.close().doOnNext(this::report);
        if (Schedulers.isInNonBlockingThread() || Thread.currentThread().isInterrupted()) {
            closed.subscribe();
            return;
        }
        try {
            Wait.on(closed, Long.MAX_VALUE, () -> socket + ": close");
        } catch (ZmtpInterruptedException interrupted) {
            // It goes on without this thread.
        }
    }

    private void report(Closed closed) {
        if (closed.unsentMessages() > 0) {
            LOG.warn(socket + ": closed before " + closed.unsentMessages() + " message(s) of " + closed.unsentBytes()
                    + " octets were written: the linger time was over");
        }
    }

    @Override
    public String toString() {
        return socket.toString();
    }

    private <T> T able(Class<T> ability, String what) {
        if (!ability.isInstance(socket)) {
            throw new UnsupportedOperationException(
                    socket + ": expected one that can " + what + ", but a " + socket.type() + " socket cannot");
        }
        return ability.cast(socket);
    }

    private ZmtpClosedException closed() {
        return new ZmtpClosedException(
                socket + ": expected a message, but the socket is closed", new Closed(Closed.Reason.LOCAL, null, 0, 0));
    }

    private static long nanos(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("expected a timeout of zero or more, but it is " + timeout);
        }
        return TimeUnit.NANOSECONDS.convert(timeout);
    }
}
