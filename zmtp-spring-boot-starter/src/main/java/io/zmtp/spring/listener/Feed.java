package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.Observed;
import io.zmtp.spring.core.ZmtpObservation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The messages of one socket on their way to its listeners; on a SUB socket with topics those of one listener. As many are
 * asked for as are handled at a time, so that all others wait in the socket's queues.
 */
final class Feed {

    /** What an error handler gets in place of a message if a stream failed. */
    static final Message STREAM = Message.of("(the stream)");

    private final FailureLog log = new FailureLog(Feed.class);
    private final String name;
    private final ZmtpSocket socket;
    private final List<Listener> listeners;
    private final Observed observed;
    private final Streams streams;
    private @Nullable Hand hand;
    private @Nullable Hand leaving;

    /** Takes messages, again and again; null while the listeners do not run. */
    private Disposable.@Nullable Swap taking;

    private ListenerState state = ListenerState.STOPPED;
    private @Nullable Throwable failure;

    Feed(String name, ZmtpSocket socket, List<Listener> listeners, ListenerSettings settings) {
        this.name = name;
        this.socket = socket;
        this.listeners = listeners;
        this.observed = settings.observed();
        this.streams = new Streams(socket, new Streams.Limits(settings.maxStreams(), settings.maxStreamsPerPeer()));
    }

    List<String> ids() {
        return listeners.stream().map(Listener::id).toList();
    }

    String socketName() {
        return name;
    }

    boolean autoStartup() {
        return listeners.stream().allMatch(Listener::autoStartup);
    }

    private int concurrency() {
        return listeners.stream().mapToInt(Listener::concurrency).max().orElse(1);
    }

    // ---- starting and stopping

    void start() {
        Mono<Void> messages;
        Disposable.Swap begun = Disposables.swap();
        synchronized (this) {
            if (isRunning()) {
                return;
            }
            ListenerMethod only = listeners.get(0).method();
            if (only.streamOf() != null) {
                messages = Guard.between(Flux.defer(this::messages).map(observed::received), only::stream);
            } else {
                Hand next = new Hand(concurrency(), this::handle);
                leaving = hand == null ? leaving : hand;
                hand = next;
                messages = next.take(socket, this::messages);
            }
            taking = begun;
            is(ListenerState.RUNNING, null);
        }
        Pauses pauses = new Pauses();
        begun.update(messages.doOnSubscribe(subscription -> pauses.begin())
                .retryWhen(Retry.from(failures -> failures.concatMap(each -> again(begun, each.failure(), pauses))))
                .subscribe(
                        nothing -> {},
                        stopped -> change(begun, ListenerState.FAILED, stopped.getCause()),
                        () -> change(begun, ListenerState.STOPPED, null)));
    }

    /** Emits when the messages are to be taken up again. */
    private Mono<Long> again(Disposable taken, Throwable failed, Pauses pauses) {
        if (listeners.get(0).method().streamOf() != null && !goesOn(failed, listeners.get(0))) {
            return Mono.error(new IllegalStateException(failed)); // Reactor would throw an error of the JVM
        }
        Duration pause = pauses.next();
        log.error(
                "again",
                "The ZMTP listener " + ids() + " ended, and is taken up again in " + pause.toMillis() + " ms",
                failed);
        change(taken, ListenerState.RETRYING, failed);
        return Mono.delay(pause).doOnNext(now -> change(taken, ListenerState.RUNNING, null));
    }

    private boolean goesOn(Throwable failure, Listener listener) {
        try {
            return !(listener.errorHandler().handle(failure, STREAM, listener.id())
                    instanceof ZmtpErrorHandler.Outcome.Stop);
        } catch (RuntimeException | Error thrown) {
            log.error("handler", "The error handler of the ZMTP listener " + listener.id() + " failed", thrown);
            return true;
        }
    }

    /** If what was taken has ended by itself, what is in the hand is still handled, and waited for by {@link #stop}. */
    private synchronized void change(Disposable taken, ListenerState next, @Nullable Throwable failed) {
        if (taking == taken) {
            is(next, failed);
        }
    }

    private void is(ListenerState next, @Nullable Throwable failed) {
        state = next;
        failure = failed;
    }

    /** Completes when the messages that were taken have been handled. */
    Mono<Void> stop() {
        return stop(ListenerState.STOPPED, null);
    }

    private Mono<Void> stop(ListenerState how, @Nullable Throwable failed) {
        Hand held;
        Disposable taken;
        synchronized (this) {
            held = hand;
            taken = taking;
            leaving = held == null ? leaving : held;
            hand = null;
            taking = null;
            if (taken != null) {
                is(how, failed);
            }
        }
        streams.end();
        if (taken == null) {
            return Mono.empty();
        }
        if (held == null || !(socket instanceof RepSocket)) {
            taken.dispose();
        }
        // a REP whose messages end could not answer what it has taken
        return held == null ? Mono.empty() : held.stop().doFinally(end -> taken.dispose());
    }

    /** Ends what did not end while it was stopped, and tells. */
    void giveUp() {
        Hand last;
        synchronized (this) {
            last = leaving;
        }
        int unfinished = last == null ? 0 : last.giveUp();
        if (unfinished > 0) {
            log.warn(
                    "given up",
                    "The ZMTP listener " + ids() + " had not finished " + unfinished + " message(s): given up");
        }
    }

    synchronized void pause() {
        if (taking != null && hand == null) {
            throw new IllegalStateException(ids() + " takes the stream itself, and paces it: it cannot be paused");
        }
        if (hand != null) {
            hand.pause();
        }
    }

    synchronized void resume() {
        if (hand != null) {
            hand.resume();
        }
    }

    /** Whether it takes messages, or will again. */
    synchronized boolean isRunning() {
        return state == ListenerState.RUNNING || state == ListenerState.RETRYING;
    }

    synchronized boolean isPaused() {
        return hand != null && hand.isPaused();
    }

    synchronized ListenerState state() {
        return state == ListenerState.RUNNING && isPaused() ? ListenerState.PAUSED : state;
    }

    /** Why it failed, if it did. */
    synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private Flux<Message> messages() {
        List<Topic> topics = listeners.get(0).topics();
        if (socket instanceof SubSocket sub && !topics.isEmpty()) {
            String[] prefixes = topics.stream().map(Topic::prefix).distinct().toArray(String[]::new);
            String[] more = Arrays.copyOfRange(prefixes, 1, prefixes.length);
            return sub.receive(prefixes[0], more);
        }
        return ((Receiver) socket).receive();
    }

    // ---- one message

    /** Emits the replies. */
    private Flux<Message> handle(Message message) {
        Incoming incoming = Incoming.of(socket.type(), observed.received(message), observed.trace(message));
        List<Bytes> stream = socket.type() == SocketType.ROUTER ? incoming.stream() : null;
        if (stream != null) {
            streams.take(incoming, stream, this::stream);
            return Flux.empty();
        }
        Matched matched = match(incoming);
        return matched == null ? Flux.empty() : handle(incoming, matched);
    }

    private record Matched(Listener listener, Map<String, String> variables) {}

    private @Nullable Matched match(Incoming incoming) {
        Bytes topic = incoming.topic(socket.type());
        for (Listener listener : listeners) {
            Map<String, String> variables = listener.match(topic);
            if (variables != null) {
                return new Matched(listener, variables);
            }
        }
        unwanted(incoming, topic);
        return null;
    }

    private void unwanted(Incoming incoming, @Nullable Bytes topic) {
        Message message = incoming.message();
        boolean isLong = topic != null && topic.size() > Topic.MAX_OCTETS;
        boolean isSub = socket instanceof SubSocket; // whose prefixes may be wider than its patterns
        if (topic != null && isLong) { // of which an event must not keep all
            socket.drop(
                    Message.received(
                            topic.slice(0, Topic.MAX_OCTETS), message.peer().orElse(null)),
                    DropReason.NO_RECEIVER);
        } else if (!isSub) {
            socket.drop(message, DropReason.NO_RECEIVER);
        }
        if (!isSub) {
            boolean isAll = message.size() - incoming.envelope() == 1; // and thus the payload
            log.warn(
                    "topic",
                    "No listener of the ZMTP socket '" + name + "' wants "
                            + (isAll ? "a message of one part" : "the topic " + topic) + ": dropped");
        }
    }

    private Flux<Message> called(Incoming incoming, Matched matched, UnaryOperator<Flux<Message>> answering) {
        Listener listener = matched.listener();
        Flux<Message> replies = listener.method().handle(incoming, socket.type(), matched.variables());
        return observed.listening(
                listener.id(),
                name,
                socket.type(),
                incoming.message(),
                incoming.topic(socket.type()),
                incoming.trace(),
                answering.apply(replies));
    }

    private Flux<Message> handle(Incoming incoming, Matched matched) {
        return called(incoming, matched, replies -> replies.concatMapDelayError(reply -> reply(incoming, reply)))
                .onErrorResume(failure -> {
                    Message reply = failed(failure, matched.listener(), incoming);
                    return reply == null ? Mono.empty() : reply(reply);
                });
    }

    private Streams.Answering stream(Incoming incoming) {
        Matched matched = match(incoming);
        if (matched == null) {
            return new Streams.Answering(
                    Flux.error(new IllegalArgumentException("no listener")),
                    failure -> Bytes.utf8("there is no listener"));
        }
        return new Streams.Answering(called(incoming, matched, UnaryOperator.identity()), failure -> {
            Message reply = failed(failure, matched.listener(), incoming);
            return reply == null ? Bytes.utf8("the listener failed") : reply.last();
        });
    }

    /** Sends a reply; it is observed if it carries a trace, which it does if its request did. */
    private Mono<Message> reply(Incoming request, Message reply) {
        return request.trace().isEmpty()
                ? reply(reply)
                : observed.sending(ZmtpObservation.SEND, name, socket.type(), null, reply, this::reply);
    }

    /** On sockets that answer by sending; REP takes what is emitted. */
    private Mono<Message> reply(Message reply) {
        if (!(socket instanceof Sender sender)) {
            return Mono.just(reply);
        }
        return sender.send(reply).then(Mono.<Message>empty()).onErrorResume(failure -> {
            log.warn("reply", "A reply of the ZMTP listeners " + ids() + " was not sent", failure);
            return Mono.empty();
        });
    }

    /** What is to be replied, if anything. */
    private @Nullable Message failed(Throwable failure, Listener listener, Incoming incoming) {
        ZmtpErrorHandler.Outcome outcome = listener.errorHandler().handle(failure, incoming.message(), listener.id());
        if (outcome instanceof ZmtpErrorHandler.Outcome.Stop) {
            stop(ListenerState.FAILED, failure).subscribe();
        } else if (outcome instanceof ZmtpErrorHandler.Outcome.Reply reply && canReply(socket)) {
            return listener.method().reply(incoming, reply.payload());
        }
        return null;
    }

    static boolean canReply(ZmtpSocket socket) {
        return switch (socket.type()) {
            case REP, ROUTER, SERVER, PEER, DEALER, PAIR, CHANNEL -> true;
            default -> false;
        };
    }
}
