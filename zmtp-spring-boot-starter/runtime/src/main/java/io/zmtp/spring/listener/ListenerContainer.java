package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpGapException;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.Observed;
import io.zmtp.spring.listener.ZmtpErrorHandler.Outcome;
import io.zmtp.spring.listener.source.ListenerSource;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Runs the listeners of one socket: starts, stops and pauses them. On a SUB socket a listener with topics has a container of its
 * own.
 */
final class ListenerContainer {

    /** What an error handler gets in place of a message when a stream failed. */
    static final Message STREAM_PLACEHOLDER = Message.of("(the stream)");

    private final ListenerFailureLog log = new ListenerFailureLog(ListenerContainer.class);
    private final String name;
    private final ListenerSource source;
    private final List<AnnotatedListener> listeners;
    private final Observed observed;
    private final ReplyStreams streams;
    private final ListenerDispatcher dispatcher;
    private final Scheduler blocking;
    private final int maxWaiting;
    private final int maxWaitingPerPeer;
    private @Nullable ListenerConsumer consumer;
    /** The one that was stopped last, or runs now: what it has not finished at the end is given up. */
    private @Nullable ListenerConsumer last;

    /** The subscription to the messages, renewed after each failure; null while the listeners do not run. */
    private Disposable.@Nullable Swap taking;

    private ListenerState state = ListenerState.STOPPED;
    private @Nullable Throwable failure;

    ListenerContainer(
            String name, ListenerSource source, List<AnnotatedListener> listeners, ListenerSettings settings) {
        this.name = name;
        this.source = source;
        this.listeners = listeners;
        this.observed = settings.observed();
        this.blocking = settings.blocking();
        this.maxWaiting = settings.maxWaiting();
        this.maxWaitingPerPeer = settings.maxWaitingPerPeer();
        this.streams =
                new ReplyStreams(source, new ReplyStreams.Quota(settings.maxStreams(), settings.maxStreamsPerPeer()));
        this.dispatcher = new ListenerDispatcher(
                name,
                source,
                listeners,
                settings,
                streams,
                failed -> stop(ListenerState.FAILED, failed).subscribe());
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
                && !(source.hasSubscriptions() && !listeners.get(0).topics().isEmpty());
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
            ResolvableType element = only.streamOf();
            if (element != null) {
                Flux<Object> elements = Flux.defer(
                        () -> source.stream(topics(), element.toClass()).cast(Object.class));
                messages = Guard.between(elements.map(this::received), only::stream);
            } else {
                IdentityHashMap<AnnotatedListener, Lane> lanes = new IdentityHashMap<>();
                for (AnnotatedListener each : listeners) {
                    lanes.put(
                            each,
                            new Lane(
                                    each.concurrency(),
                                    maxWaiting,
                                    each.method().blocks() ? blocking : null));
                }
                ZmtpSocket socket = source.socket();
                Callers callers = socket != null && source.type() == SocketType.ROUTER ? new Callers(socket) : null;
                ListenerConsumer next = new ListenerConsumer(
                        lanes.values(),
                        callers != null,
                        new ReadAhead(source.canReply() ? 0 : Math.min(maxWaiting, ReadAhead.MOST), System::nanoTime),
                        maxWaitingPerPeer,
                        (message, arrival) -> dispatcher.route(message, arrival, lanes, callers));
                last = consumer == null ? last : consumer;
                consumer = next;
                messages = next.consume(source, topics());
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
        boolean isStream = listeners.get(0).method().streamOf() != null;
        if (failed instanceof ZmtpGapException || (isStream && !continues(failed, listeners.get(0)))) {
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
        if (held == null || source.type() != SocketType.REP) {
            taken.dispose();
        }
        // a REP whose subscription is gone could not answer the requests that it has taken
        return held == null ? Mono.empty() : held.stop().doFinally(end -> taken.dispose());
    }

    /** Whether the senders of its messages wait for what becomes of them. */
    boolean acknowledges() {
        return source.acknowledges();
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

    private Object received(Object element) {
        return element instanceof Message message ? observed.received(message) : element;
    }

    /** What is subscribed to where each listener has a subscription. */
    private List<String> topics() {
        return source.hasSubscriptions()
                ? listeners.get(0).topics().stream()
                        .map(Topic::prefix)
                        .distinct()
                        .toList()
                : List.of();
    }
}
