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
 * Runs the listeners of one socket: starts, stops and pauses them, hands each message to the one that wants its topic, and
 * sends the replies. On a SUB socket a listener with topics has a container of its own. Only as many messages are requested
 * as are handled at a time; all others wait in the socket's queues.
 */
final class ListenerContainer {

    /** What an error handler gets in place of a message when a stream failed. */
    static final Message STREAM_PLACEHOLDER = Message.of("(the stream)");

    private final ListenerFailureLog log = new ListenerFailureLog(ListenerContainer.class);
    private final String name;
    private final ZmtpSocket socket;
    private final List<AnnotatedListener> listeners;
    private final Observed observed;
    private final ReplyStreams streams;
    private @Nullable ListenerConsumer consumer;
    /** The one that was stopped last, or runs now: what it has not finished at the end is given up. */
    private @Nullable ListenerConsumer last;

    /** The subscription to the messages, renewed after each failure; null while the listeners do not run. */
    private Disposable.@Nullable Swap taking;

    private ListenerState state = ListenerState.STOPPED;
    private @Nullable Throwable failure;

    ListenerContainer(String name, ZmtpSocket socket, List<AnnotatedListener> listeners, ListenerSettings settings) {
        this.name = name;
        this.socket = socket;
        this.listeners = listeners;
        this.observed = settings.observed();
        this.streams =
                new ReplyStreams(socket, new ReplyStreams.Quota(settings.maxStreams(), settings.maxStreamsPerPeer()));
    }

    List<String> ids() {
        return listeners.stream().map(AnnotatedListener::id).toList();
    }

    String socketName() {
        return name;
    }

    boolean autoStartup() {
        return listeners.stream().allMatch(AnnotatedListener::autoStartup);
    }

    private int concurrency() {
        return listeners.stream().mapToInt(AnnotatedListener::concurrency).max().orElse(1);
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
                ListenerConsumer next = new ListenerConsumer(concurrency(), this::handle);
                last = consumer == null ? last : consumer;
                consumer = next;
                messages = next.consume(socket, this::messages);
            }
            taking = begun;
            set(ListenerState.RUNNING, null);
        }
        RestartBackOff backOff = new RestartBackOff();
        begun.update(messages.doOnSubscribe(subscription -> backOff.started())
                .retryWhen(Retry.from(failures -> failures.concatMap(each -> restart(begun, each.failure(), backOff))))
                .subscribe(
                        nothing -> {},
                        stopped -> change(begun, ListenerState.FAILED, stopped.getCause()),
                        () -> change(begun, ListenerState.STOPPED, null)));
    }

    /** Emits when the messages are to be subscribed to again; fails if the error handler stops the listener. */
    private Mono<Long> restart(Disposable taken, Throwable failed, RestartBackOff backOff) {
        if (listeners.get(0).method().streamOf() != null && !continues(failed, listeners.get(0))) {
            return Mono.error(new IllegalStateException(failed)); // Reactor would throw an error of the JVM
        }
        Duration pause = backOff.next();
        log.error(
                "restart",
                "The ZMTP listener " + ids() + " ended, and is taken up again in " + pause.toMillis() + " ms",
                failed);
        change(taken, ListenerState.RETRYING, failed);
        return Mono.delay(pause).doOnNext(now -> change(taken, ListenerState.RUNNING, null));
    }

    private boolean continues(Throwable failure, AnnotatedListener listener) {
        try {
            return !(listener.errorHandler().handle(failure, STREAM_PLACEHOLDER, listener.id())
                    instanceof ZmtpErrorHandler.Outcome.Stop);
        } catch (RuntimeException | Error thrown) {
            log.error("handler", "The error handler of the ZMTP listener " + listener.id() + " failed", thrown);
            return true;
        }
    }

    /** Ignored once the listeners were stopped. What the consumer holds is still handled, and {@link #stop} waits for it. */
    private synchronized void change(Disposable taken, ListenerState next, @Nullable Throwable failed) {
        if (taking == taken) {
            set(next, failed);
        }
    }

    private void set(ListenerState next, @Nullable Throwable failed) {
        state = next;
        failure = failed;
    }

    /** Completes when the messages that were taken have been handled. */
    Mono<Void> stop() {
        return stop(ListenerState.STOPPED, null);
    }

    private Mono<Void> stop(ListenerState how, @Nullable Throwable failed) {
        ListenerConsumer held;
        Disposable taken;
        synchronized (this) {
            held = consumer;
            taken = taking;
            last = held == null ? last : held;
            consumer = null;
            taking = null;
            if (taken != null) {
                set(how, failed);
            }
        }
        streams.end();
        if (taken == null) {
            return Mono.empty();
        }
        if (held == null || !(socket instanceof RepSocket)) {
            taken.dispose();
        }
        // a REP whose subscription is gone could not answer the requests that it has taken
        return held == null ? Mono.empty() : held.stop().doFinally(end -> taken.dispose());
    }

    /** Ends what was not finished while it was stopped, and logs how much that was. */
    void giveUp() {
        ListenerConsumer stopped;
        synchronized (this) {
            stopped = last;
        }
        int unfinished = stopped == null ? 0 : stopped.giveUp();
        if (unfinished > 0) {
            log.warn(
                    "given up",
                    "The ZMTP listener " + ids() + " had not finished " + unfinished + " message(s): given up");
        }
    }

    synchronized void pause() {
        if (taking != null && consumer == null) {
            throw new IllegalStateException("ZMTP listener " + ids()
                    + ": expected one that takes single messages, but it takes the stream itself,"
                    + " and cannot be paused");
        }
        if (consumer != null) {
            consumer.pause();
        }
    }

    synchronized void resume() {
        if (consumer != null) {
            consumer.resume();
        }
    }

    /** Whether it takes messages now, or will after a pause or a restart. */
    synchronized boolean isRunning() {
        return state == ListenerState.RUNNING || state == ListenerState.RETRYING;
    }

    synchronized boolean isPaused() {
        return consumer != null && consumer.isPaused();
    }

    synchronized ListenerState state() {
        return state == ListenerState.RUNNING && isPaused() ? ListenerState.PAUSED : state;
    }

    /** The failure behind the states RETRYING and FAILED. */
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

    /** Handles a message; emits the replies. */
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

    private record Matched(AnnotatedListener listener, Map<String, String> variables) {}

    private @Nullable Matched match(Incoming incoming) {
        Bytes topic = incoming.topic(socket.type());
        for (AnnotatedListener listener : listeners) {
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
        boolean isSub = socket instanceof SubSocket; // a prefix may let through what the pattern does not match
        if (topic != null && isLong) { // the event would hold all of it
            socket.drop(
                    Message.received(
                            topic.slice(0, Topic.MAX_OCTETS), message.peer().orElse(null)),
                    DropReason.NO_RECEIVER);
        } else if (!isSub) {
            socket.drop(message, DropReason.NO_RECEIVER);
        }
        if (!isSub) {
            boolean isAll = message.size() - incoming.envelope() == 1; // then it is the payload, which is not logged
            log.warn(
                    "topic",
                    "No listener of the ZMTP socket '" + name + "' wants "
                            + (isAll ? "a message of one part" : "the topic " + topic) + ": dropped");
        }
    }

    private Flux<Message> called(Incoming incoming, Matched matched, UnaryOperator<Flux<Message>> answering) {
        AnnotatedListener listener = matched.listener();
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

    private ReplyStreams.Answering stream(Incoming incoming) {
        Matched matched = match(incoming);
        if (matched == null) {
            return new ReplyStreams.Answering(
                    Flux.error(new IllegalArgumentException("no listener")),
                    failure -> Bytes.utf8("there is no listener"));
        }
        return new ReplyStreams.Answering(called(incoming, matched, UnaryOperator.identity()), failure -> {
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

    /** Asks the error handler; returns what is to be replied, if anything. */
    private @Nullable Message failed(Throwable failure, AnnotatedListener listener, Incoming incoming) {
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
