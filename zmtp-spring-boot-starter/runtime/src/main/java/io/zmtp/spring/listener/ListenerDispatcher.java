package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.spring.core.Observed;
import io.zmtp.spring.core.ObservedListener;
import io.zmtp.spring.core.ZmtpCallException;
import io.zmtp.spring.core.ZmtpObservation;
import io.zmtp.spring.listener.ZmtpErrorHandler.Outcome;
import io.zmtp.spring.listener.source.Arrival;
import io.zmtp.spring.listener.source.ListenerSource;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Fuseable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Hands each message of a socket to the listener that wants its topic, and sends the replies. */
final class ListenerDispatcher {

    private static final Log LOG = LogFactory.getLog(ListenerContainer.class);

    private final ListenerFailureLog log = new ListenerFailureLog(ListenerContainer.class);
    private final String name;
    private final ListenerSource source;
    private final List<AnnotatedListener> listeners;
    private final Observed observed;
    private final IdentityHashMap<AnnotatedListener, ObservedListener> names = new IdentityHashMap<>();
    private final Scheduler blocking;
    private final ReplyStreams streams;
    private final Consumer<Throwable> stop;

    /**
     * Hands out nothing yet.
     *
     * @param streams of the replies that are streams
     * @param stop called with the failure after which an error handler wants no more messages
     */
    ListenerDispatcher(
            String name,
            ListenerSource source,
            List<AnnotatedListener> listeners,
            ListenerSettings settings,
            ReplyStreams streams,
            Consumer<Throwable> stop) {
        this.name = name;
        this.source = source;
        this.listeners = listeners;
        this.observed = settings.observed();
        this.blocking = settings.blocking();
        this.streams = streams;
        this.stop = stop;
        listeners.forEach(each -> names.put(each, new ObservedListener(each.id(), name, source.type())));
    }

    /** Finds what is to be done for a message; null if nothing is. */
    @Nullable
    Work route(
            Message message,
            @Nullable Arrival arrival,
            IdentityHashMap<AnnotatedListener, Lane> lanes,
            @Nullable Callers callers) {
        Incoming incoming = Incoming.of(source.type(), observed.received(message), observed.trace(message))
                .with(arrival == null ? null : arrival.update());
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
            if (arrival != null) {
                Outcome.Fail how = notFound(incoming.topic(source.type()));
                arrival.failed(new ZmtpCallException(how.code(), how.text()));
            }
            return incoming.isCall(source.type())
                    ? new Work(Lane.unlimited(), message, null, null, id, stay -> refused(notFound(incoming)), null)
                    : null;
        }
        AnnotatedListener listener = matched.listener();
        boolean keepsOrder = listener.keepsOrder() && source.type() != SocketType.REP && !incoming.canBeGivenUp();
        return new Work(
                Objects.requireNonNull(lanes.get(listener)),
                message,
                keepsOrder ? message.parts().subList(0, incoming.envelope()) : null,
                caller,
                id,
                stay -> handle(incoming, matched, arrival, stay),
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
        Outcome.Fail how = notFound(incoming.topic(source.type()));
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
        Bytes topic = incoming.topic(source.type());
        for (AnnotatedListener listener : listeners) {
            Map<String, String> variables =
                    listener.method().takes(incoming.update()) ? listener.match(incoming.update(), topic) : null;
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
        boolean isSub = source.hasSubscriptions(); // a prefix may let through what the pattern does not match
        if (topic != null && isLong) { // the event would hold all of it
            source.drop(
                    Message.received(
                            topic.slice(0, Topic.MAX_OCTETS), message.peer().orElse(null)),
                    DropReason.NO_RECEIVER);
        } else if (!isSub) {
            source.drop(message, DropReason.NO_RECEIVER);
        }
        if (!isSub) {
            boolean isAll = message.size() - incoming.envelope() == 1; // then it is the payload, which is not logged
            log.warn(
                    "topic",
                    "No listener of the ZMTP socket '" + name + "' wants "
                            + (isAll ? "a message of one part" : "the topic " + topic) + ": dropped");
        }
    }

    private @Nullable Flux<Message> observed(Incoming incoming, AnnotatedListener listener, Observed.Handling handling)
            throws Throwable {
        return observed.listening(
                Objects.requireNonNull(names.get(listener)),
                incoming.message(),
                incoming.topic(source.type()),
                incoming.trace(),
                listener.method().blocks(),
                handling);
    }

    private @Nullable Flux<Message> call(Incoming incoming, Matched matched, Work.Stay stay) throws Throwable {
        return matched.listener().method().handle(incoming, source.type(), matched.variables(), stay);
    }

    /** The call, made when that is subscribed to. */
    private Flux<Message> called(Incoming incoming, Matched matched, Work.Stay stay) {
        Flux<Message> replies = deferred(() -> call(incoming, matched, stay));
        return matched.listener().method().blocks() ? Observed.inScope(replies) : replies;
    }

    private static Flux<Message> deferred(Observed.Handling handling) {
        return Flux.defer(() -> {
            try {
                return orEmpty(handling.begin());
            } catch (Throwable thrown) {
                return Flux.error(thrown);
            }
        });
    }

    private static Flux<Message> orEmpty(@Nullable Flux<Message> replies) {
        return replies == null ? Flux.empty() : replies;
    }

    /** Null if it is done, without a reply. */
    private @Nullable Flux<Message> handle(
            Incoming incoming, Matched matched, @Nullable Arrival arrival, Work.Stay stay) {
        AnnotatedListener listener = matched.listener();
        boolean answers = answers(incoming, listener);
        boolean endIsReply =
                answers && !(source.sender() != null && listener.method().mayReplyLater());
        try {
            Flux<Message> sent = observed(incoming, listener, () -> {
                Flux<Message> replies = listener.timeout() == null
                        ? call(incoming, matched, stay)
                        : limit(called(incoming, matched, stay), listener, listener.timeout(), stay);
                return send(incoming, replies, endIsReply, stay);
            });
            return sent == null
                    ? null
                    : sent.onErrorResume(
                            failure -> orEmpty(afterFailure(failure, listener, incoming, arrival, answers)));
        } catch (Throwable failure) {
            if (stay.isOver()) { // the caller gave up, and the method was interrupted: it did not fail
                LOG.debug("what was given up has failed", failure);
                return null;
            }
            return afterFailure(failure, listener, incoming, arrival, answers);
        }
    }

    private @Nullable Flux<Message> send(
            Incoming incoming, @Nullable Flux<Message> replies, boolean endIsReply, Work.Stay stay) throws Throwable {
        if (replies == null) {
            return endIsReply ? send(incoming, incoming.nothing(), stay) : null;
        }
        if (replies instanceof Fuseable.ScalarCallable<?> one) {
            return send(incoming, (Message) Objects.requireNonNull(one.call()), stay);
        }
        return (endIsReply ? replies.switchIfEmpty(Mono.fromSupplier(incoming::nothing)) : replies)
                .concatMapDelayError(reply -> reply(incoming, reply));
    }

    /** Sends a reply that is known already; null if that is over. */
    private @Nullable Flux<Message> send(Incoming incoming, Message reply, Work.Stay stay) {
        if (source.sender() == null || !incoming.trace().isEmpty()) {
            return reply(incoming, reply).flux();
        }
        return stay.isOver() ? null : new SendingReply().send(reply(reply));
    }

    private @Nullable Flux<Message> afterFailure(
            Throwable failure,
            AnnotatedListener listener,
            Incoming incoming,
            @Nullable Arrival arrival,
            boolean answers) {
        if (failure instanceof NotSent) {
            return null;
        }
        if (arrival != null) {
            arrival.failed(failure);
        }
        Message reply = failed(failure, listener, incoming, answers);
        return reply == null
                ? null
                : reply(reply).onErrorComplete(NotSent.class).flux();
    }

    private static Flux<Message> limit(
            Flux<Message> replies, AnnotatedListener listener, Duration timeout, Work.Stay stay) {
        Mono<Message> late = Mono.<Message>error(() ->
                        new TimeoutException("the ZMTP listener " + listener.id() + " took longer than " + timeout))
                .doOnError(failure -> stay.interrupt());
        return Flux.defer(() -> {
            AtomicBoolean isLate = new AtomicBoolean();
            // a trigger that emits cancels the replies; one that fails would not
            return replies.takeUntilOther(Mono.delay(timeout).doOnNext(tick -> isLate.set(true)))
                    .concatWith(Mono.defer(() -> isLate.get() ? late : Mono.empty()));
        });
    }

    /** The sending of one reply, which has mostly ended when it was subscribed to. */
    static final class SendingReply extends BaseSubscriber<Message> {

        private boolean isOver;
        private @Nullable RuntimeException failure;

        /** Of what waits for the end. */
        private Sinks.@Nullable Empty<Message> end;

        /**
         * Sends it.
         *
         * @param sending emits nothing, and fails with a {@code RuntimeException}
         * @return the end, if that is not there yet: a cancel takes the reply back; else null
         */
        @Nullable
        Flux<Message> send(Mono<Message> sending) {
            sending.subscribe(this);
            synchronized (this) {
                if (failure != null) {
                    throw failure;
                }
                if (isOver) {
                    return null;
                }
                end = Sinks.empty();
                return end.asMono().doOnCancel(this::cancel).flux();
            }
        }

        @Override
        protected void hookOnComplete() {
            Sinks.Empty<Message> waited;
            synchronized (this) {
                isOver = true;
                waited = end;
            }
            if (waited != null) {
                waited.tryEmitEmpty();
            }
        }

        @Override
        protected void hookOnError(Throwable why) {
            Sinks.Empty<Message> waited;
            synchronized (this) {
                isOver = true;
                failure = (RuntimeException) why;
                waited = end;
            }
            if (waited != null) {
                waited.tryEmitError(why);
            }
        }
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
        return listener.method().replies() || incoming.isCall(source.type());
    }

    private ReplyStreams.Answering stream(Incoming incoming) {
        Matched matched = match(incoming);
        if (matched == null) {
            Outcome.Fail how = notFound(incoming.topic(source.type()));
            return new ReplyStreams.Answering(Flux.error(new IllegalArgumentException("no listener")), failure -> how);
        }
        AnnotatedListener listener = matched.listener();
        Work.Stay stay = new Work.Stay();
        Flux<Message> replies = called(incoming, matched, stay);
        Flux<Message> elements =
                (listener.method().blocks() ? replies.subscribeOn(blocking) : replies).doOnCancel(stay::interrupt);
        return new ReplyStreams.Answering(deferred(() -> observed(incoming, listener, () -> elements)), failure -> {
            Outcome outcome = outcome(failure, listener, incoming);
            Message value = value(outcome, listener, incoming);
            return value == null ? shown(outcome) : new Outcome.Fail(ZmtpCallException.FAILED, value.text());
        });
    }

    /** Sends a reply; it is observed if it carries a trace, which it does if its request did. */
    private Mono<Message> reply(Incoming request, Message reply) {
        return request.trace().isEmpty()
                ? reply(reply)
                : observed.sending(ZmtpObservation.SEND, name, source.type(), null, () -> reply, this::reply);
    }

    /** On sockets that answer by sending; REP takes what is emitted. */
    private Mono<Message> reply(Message reply) {
        Sender sender = source.sender();
        if (sender == null) {
            return Mono.just(reply);
        }
        return sender.send(reply).then(Mono.<Message>empty()).onErrorResume(failure -> {
            log.warn(
                    "reply",
                    "A reply of the ZMTP listeners "
                            + listeners.stream().map(AnnotatedListener::id).toList() + " was not sent",
                    failure);
            return Mono.error(new NotSent(failure));
        });
    }

    /** Asks the error handler; returns what is to be replied, if anything. */
    private @Nullable Message failed(
            Throwable failure, AnnotatedListener listener, Incoming incoming, boolean answers) {
        Outcome outcome = outcome(failure, listener, incoming);
        Message value = value(outcome, listener, incoming);
        if (value != null) {
            return source.canReply() ? value : null;
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
            stop.accept(failure);
        }
        return outcome;
    }
}
