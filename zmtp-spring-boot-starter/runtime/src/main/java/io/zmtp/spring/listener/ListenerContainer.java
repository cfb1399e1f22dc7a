package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.Observed;
import io.zmtp.spring.core.ZmtpCallException;
import io.zmtp.spring.core.ZmtpObservation;
import io.zmtp.spring.listener.ZmtpErrorHandler.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
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
    private final int maxWaiting;
    private final int maxWaitingPerPeer;
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
        this.maxWaiting = settings.maxWaiting();
        this.maxWaitingPerPeer = settings.maxWaitingPerPeer();
        this.streams =
                new ReplyStreams(socket, new ReplyStreams.Quota(settings.maxStreams(), settings.maxStreamsPerPeer()));
    }

    List<String> ids() {
        return listeners.stream().map(AnnotatedListener::id).toList();
    }

    String socketName() {
        return name;
    }

    /** Whether all messages of a socket come here; on SUB those with topics have subscriptions of their own. */
    boolean takesAllOf(String socketName) {
        return name.equals(socketName)
                && !(socket instanceof SubSocket && !listeners.get(0).topics().isEmpty());
    }

    boolean autoStartup() {
        return listeners.stream().allMatch(AnnotatedListener::autoStartup);
    }

    // ---- starting and stopping

    void start() {
        Mono<Void> messages;
        Disposable.Swap begun = Disposables.swap();
        synchronized (this) {
            if (isRunning()) {
                return;
            }
            ListenerTarget only = listeners.get(0).method();
            if (only.streamOf() != null) {
                messages = Guard.between(Flux.defer(this::messages).map(observed::received), only::stream);
            } else {
                IdentityHashMap<AnnotatedListener, Lane> lanes = new IdentityHashMap<>();
                for (AnnotatedListener each : listeners) {
                    lanes.put(each, new Lane(each.concurrency(), maxWaiting));
                }
                Callers callers = socket.type() == SocketType.ROUTER ? new Callers(socket) : null;
                ListenerConsumer next = new ListenerConsumer(
                        lanes.values(), callers != null, maxWaitingPerPeer, message -> route(message, lanes, callers));
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
                    instanceof Outcome.Stop);
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
        if (socket instanceof SubSocket sub) {
            sub.subscribeUnlessSubscribed();
        }
        return ((Receiver) socket).receive();
    }

    // ---- one message

    /** Finds what is to be done for a message; null if nothing is. */
    private @Nullable Work route(
            Message message, IdentityHashMap<AnnotatedListener, Lane> lanes, @Nullable Callers callers) {
        Incoming incoming = Incoming.of(socket.type(), observed.received(message), observed.trace(message));
        List<Bytes> stream = callers == null ? null : incoming.stream();
        if (stream != null) {
            streams.take(incoming, stream, this::stream);
            return null;
        }
        Caller caller = callers != null && incoming.canBeGivenUp() ? callers.of(message) : null;
        Bytes id = incoming.id();
        if (caller != null && incoming.isMarked()) {
            if (incoming.isCancel()) {
                caller.giveUp(id);
                return null;
            }
            if (incoming.isDirect()) {
                caller.letKnow(id);
            }
        }
        Matched matched = match(incoming);
        if (matched == null) {
            return incoming.isCall(socket.type())
                    ? new Work(Lane.unlimited(), message, null, null, id, stay -> refused(notFound(incoming)), null)
                    : null;
        }
        AnnotatedListener listener = matched.listener();
        boolean keepsOrder = listener.keepsOrder() && socket.type() != SocketType.REP && !incoming.canBeGivenUp();
        return new Work(
                lanes.getOrDefault(listener, Lane.unlimited()),
                message,
                keepsOrder ? message.parts().subList(0, incoming.envelope()) : null,
                caller,
                id,
                stay -> handle(incoming, matched, stay),
                answers(incoming, listener) ? stay -> busy(incoming, listener) : null);
    }

    private Flux<Message> busy(Incoming incoming, AnnotatedListener listener) {
        log.warn("busy", "The ZMTP listener " + listener.id() + " has too much to do: it refuses calls");
        return refused(incoming.failure(ZmtpCallException.BUSY, "the listener has too much to do"));
    }

    private Flux<Message> refused(Message failure) {
        return reply(failure).onErrorComplete(NotSent.class).flux();
    }

    private Message notFound(Incoming incoming) {
        Outcome.Fail how = notFound(incoming.topic(socket.type()));
        return incoming.failure(how.code(), how.text());
    }

    private static Outcome.Fail notFound(@Nullable Bytes route) {
        String named = route == null
                ? "a request without a route"
                : "the route '"
                        + Printable.of(route.slice(0, Math.min(route.size(), Topic.MAX_OCTETS))
                                .utf8()) + "'";
        return new Outcome.Fail(ZmtpCallException.NOT_FOUND, "no listener takes " + named);
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

    private Flux<Message> called(
            Incoming incoming, Matched matched, Work.Stay stay, UnaryOperator<Flux<Message>> answering) {
        AnnotatedListener listener = matched.listener();
        Flux<Message> replies = listener.method().handle(incoming, socket.type(), matched.variables(), stay);
        return observed.listening(
                listener.id(),
                name,
                socket.type(),
                incoming.message(),
                incoming.topic(socket.type()),
                incoming.trace(),
                answering.apply(replies));
    }

    private Flux<Message> handle(Incoming incoming, Matched matched, Work.Stay stay) {
        boolean answers = answers(incoming, matched.listener());
        boolean endIsReply = answers
                && !(socket instanceof Sender && matched.listener().method().mayReplyLater());
        return called(incoming, matched, stay, replies -> {
                    Flux<Message> limited = limit(replies, matched.listener(), stay);
                    return (endIsReply ? limited.switchIfEmpty(Mono.fromSupplier(incoming::nothing)) : limited)
                            .concatMapDelayError(reply -> reply(incoming, reply));
                })
                .onErrorResume(failure -> {
                    if (failure instanceof NotSent) {
                        return Mono.empty();
                    }
                    Message reply = failed(failure, matched.listener(), incoming, answers);
                    return reply == null ? Mono.empty() : reply(reply).onErrorComplete(NotSent.class);
                });
    }

    private static Flux<Message> limit(Flux<Message> replies, AnnotatedListener listener, Work.Stay stay) {
        Duration timeout = listener.timeout();
        return timeout == null
                ? replies
                : replies.takeUntilOther(Mono.delay(timeout)
                                .then(Mono.error(() -> new TimeoutException(
                                        "the ZMTP listener " + listener.id() + " took longer than " + timeout))))
                        .doOnError(TimeoutException.class, late -> stay.interrupt());
    }

    /** A reply was made, but not sent: that is logged already, and no failure of the method. */
    private static final class NotSent extends RuntimeException {

        private static final long serialVersionUID = 1;

        NotSent(Throwable cause) {
            super(cause);
        }
    }

    /** Whether somebody waits for a reply. */
    private boolean answers(Incoming incoming, AnnotatedListener listener) {
        return listener.method().replies() || incoming.isCall(socket.type());
    }

    private ReplyStreams.Answering stream(Incoming incoming) {
        Matched matched = match(incoming);
        if (matched == null) {
            Outcome.Fail how = notFound(incoming.topic(socket.type()));
            return new ReplyStreams.Answering(Flux.error(new IllegalArgumentException("no listener")), failure -> how);
        }
        Work.Stay stay = new Work.Stay();
        return new ReplyStreams.Answering(
                called(incoming, matched, stay, replies -> replies.doOnCancel(stay::interrupt)), failure -> {
                    Outcome outcome = outcome(failure, matched.listener(), incoming);
                    Message value = value(outcome, matched.listener(), incoming);
                    return value == null ? shown(outcome) : new Outcome.Fail(ZmtpCallException.FAILED, value.text());
                });
    }

    /** Sends a reply; it is observed if it carries a trace, which it does if its request did. */
    private Mono<Message> reply(Incoming request, Message reply) {
        return request.trace().isEmpty()
                ? reply(reply)
                : observed.sending(ZmtpObservation.SEND, name, socket.type(), null, () -> reply, this::reply);
    }

    /** On sockets that answer by sending; REP takes what is emitted. */
    private Mono<Message> reply(Message reply) {
        if (!(socket instanceof Sender sender)) {
            return Mono.just(reply);
        }
        return sender.send(reply).then(Mono.<Message>empty()).onErrorResume(failure -> {
            log.warn("reply", "A reply of the ZMTP listeners " + ids() + " was not sent", failure);
            return Mono.error(new NotSent(failure));
        });
    }

    /** Asks the error handler; returns what is to be replied, if anything. */
    private @Nullable Message failed(
            Throwable failure, AnnotatedListener listener, Incoming incoming, boolean answers) {
        Outcome outcome = outcome(failure, listener, incoming);
        Message value = value(outcome, listener, incoming);
        if (value != null) {
            return canReply(socket) ? value : null;
        }
        if (!answers || outcome instanceof Outcome.Continue) {
            return null;
        }
        Outcome.Fail how = shown(outcome);
        return incoming.failure(how.code(), how.text());
    }

    /** The reply that the error handler made in place of the method's; null if it made none, or none that can be converted. */
    private @Nullable Message value(Outcome outcome, AnnotatedListener listener, Incoming incoming) {
        if (outcome instanceof Outcome.Reply reply) {
            try {
                return listener.method().reply(incoming, reply.payload());
            } catch (RuntimeException | Error thrown) {
                log.error(
                        "handler",
                        "What the error handler of the ZMTP listener " + listener.id() + " replies cannot be converted",
                        thrown);
            }
        }
        return null;
    }

    private static Outcome.Fail shown(Outcome outcome) {
        return outcome instanceof Outcome.Fail fail
                ? fail
                : new Outcome.Fail(ZmtpCallException.FAILED, "the listener failed");
    }

    private Outcome outcome(Throwable failure, AnnotatedListener listener, Incoming incoming) {
        Outcome outcome;
        try {
            outcome = listener.errorHandler().handle(failure, incoming.message(), listener.id());
        } catch (RuntimeException | Error thrown) {
            log.error("handler", "The error handler of the ZMTP listener " + listener.id() + " failed", thrown);
            return shown(new Outcome.Stop());
        }
        if (outcome instanceof Outcome.Stop) {
            stop(ListenerState.FAILED, failure).subscribe();
        }
        return outcome;
    }

    static boolean canReply(ZmtpSocket socket) {
        return switch (socket.type()) {
            case REP, ROUTER, SERVER, PEER, DEALER, PAIR, CHANNEL -> true;
            default -> false;
        };
    }
}
