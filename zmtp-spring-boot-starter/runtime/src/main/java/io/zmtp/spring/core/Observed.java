package io.zmtp.spring.core;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ConcurrentReferenceHashMap;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.ContextView;

/**
 * Observes what is sent and handled: timers and traces, if the application has a registry for them.
 *
 * @since 0.1
 */
public final class Observed {

    /** A longer topic is left out: it may be a whole payload. */
    private static final int MAX_TOPIC_OCTETS = 255;

    private static final ZmtpSendObservationConvention SEND = new ZmtpSendObservationConvention() {};
    private static final ZmtpRequestObservationConvention REQUEST = new ZmtpRequestObservationConvention() {};
    private static final ZmtpListenerObservationConvention LISTENER = new ZmtpListenerObservationConvention() {};

    /**
     * The conventions of the application; null for the default.
     *
     * @param send of what is sent
     * @param request of requests
     * @param listener of what listeners do
     */
    public record Conventions(
            @Nullable ZmtpSendObservationConvention send,
            @Nullable ZmtpRequestObservationConvention request,
            @Nullable ZmtpListenerObservationConvention listener) {

        /** {@return the default ones} */
        public static Conventions defaults() {
            return new Conventions(null, null, null);
        }
    }

    private final ObservationRegistry registry;
    private final boolean propagation;
    private final Conventions conventions;

    private record Sending(ZmtpObservation what, String socket, SocketType type) {}

    /** Those that have few values: made once, since they are sorted. Given up when memory is short. */
    private final Map<Sending, KeyValues> keys = new ConcurrentReferenceHashMap<>();

    /**
     * Observes with a registry.
     *
     * @param registry gets the observations; {@code ObservationRegistry.NOOP} for none
     * @param propagation whether traces go with messages, as one more part, where the type of the socket allows several
     */
    public Observed(ObservationRegistry registry, boolean propagation) {
        this(registry, propagation, Conventions.defaults());
    }

    /** As {@link #Observed(ObservationRegistry, boolean)}, with the conventions of the application. */
    public Observed(ObservationRegistry registry, boolean propagation, Conventions conventions) {
        this.registry = registry;
        this.propagation = propagation;
        this.conventions = conventions;
    }

    /** {@return whether nothing is observed} */
    public boolean isNoop() {
        return registry.isNoop();
    }

    /**
     * Observes one send. The observation ends as the caller sees it end: with the failure of the conversion, of sending, of
     * what comes back; and with a {@code CancellationException} if the caller gives up, as by a timeout of its own.
     *
     * @param what {@code SEND} or {@code REQUEST}
     * @param message makes the message
     * @param sending sends the message it is given, which carries the trace if that is wanted
     */
    public <T> Mono<T> sending(
            ZmtpObservation what,
            String socket,
            SocketType type,
            @Nullable String topic,
            Supplier<Message> message,
            Function<Message, Mono<T>> sending) {
        if (registry.isNoop()) {
            return Mono.defer(() -> sending.apply(message.get()));
        }
        Sending sent = new Sending(what, socket, type);
        boolean carries = propagation && !type.singlePart();
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                ZmtpSenderContext context = new ZmtpSenderContext(what, socket, type, topic, keys(sent));
                Observation observation = start(context, actual.currentContext());
                Map<String, String> trace = Objects.requireNonNull(context.getCarrier());
                Mono.defer(() -> sending.apply(carries ? TraceFrame.putOn(message.get(), trace) : message.get()))
                        .subscribe(new ObservedSubscriber<>(actual, observation, true));
            }
        };
    }

    private Observation start(ZmtpSenderContext context, ContextView view) {
        Observation observation = context.what() == ZmtpObservation.REQUEST
                ? Observation.createNotStarted(conventions.request(), REQUEST, () -> context, registry)
                : Observation.createNotStarted(conventions.send(), SEND, () -> context, registry);
        Observation parent = view.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
        if (parent != null) {
            observation.parentObservation(parent);
        }
        return observation.start();
    }

    private KeyValues keys(Sending sending) {
        KeyValues known = keys.get(sending);
        if (known != null) {
            return known;
        }
        KeyValues made = Keys.low(sending.what(), sending.socket(), sending.type(), "none");
        keys.put(sending, made);
        return made;
    }

    /** {@return a message without the part that has its trace, if traces go with messages} */
    public Message received(Message message) {
        return propagation ? TraceFrame.takeOff(message) : message;
    }

    /** {@return the trace that a message carries; empty if it has none, or if traces do not go with messages} */
    public Map<String, String> trace(Message message) {
        return propagation ? TraceFrame.read(message) : Map.of();
    }

    /** What a listener does with a message. */
    public interface Handling {

        /**
         * Begins.
         *
         * @return the replies; null if there are none and all is done
         * @throws Throwable what the application throws
         */
        @Nullable
        Flux<Message> begin() throws Throwable;
    }

    /**
     * Observes how a listener handles one message, which begins here.
     *
     * @param topic the topic of the message, if it has one
     * @param trace what {@link #trace} found in the message
     * @param blocks whether it begins with code that may block, and looks for the observation by its thread
     * @param handling emits the replies; what is made of them downstream belongs to the observation too
     */
    public @Nullable Flux<Message> listening(
            ObservedListener listener,
            Message message,
            @Nullable Bytes topic,
            Map<String, String> trace,
            boolean blocks,
            Handling handling)
            throws Throwable {
        if (registry.isNoop()) {
            return handling.begin();
        }
        String shown = topic == null || topic.size() > MAX_TOPIC_OCTETS ? null : topic.utf8();
        ZmtpReceiverContext context =
                new ZmtpReceiverContext(listener, shown, message.peer().orElse(null), trace);
        Observation observation = Observation.start(conventions.listener(), LISTENER, () -> context, registry);
        Flux<Message> replies;
        try {
            replies = blocks ? inScope(observation, handling) : handling.begin();
        } catch (Throwable failure) {
            observation.error(failure);
            observation.stop();
            throw failure;
        }
        if (replies == null) {
            observation.stop();
            return null;
        }
        return Flux.from(subscriber -> replies.subscribe(
                new ObservedSubscriber<>(Operators.toCoreSubscriber(subscriber), observation, false)));
    }

    private static @Nullable Flux<Message> inScope(Observation observation, Handling handling) throws Throwable {
        Observation.Scope scope = observation.openScope();
        try {
            return handling.begin();
        } finally {
            scope.close();
        }
    }

    /** {@return the same, subscribed to with the observation as the current one of the thread, where blocking code looks for it} */
    public static <T> Flux<T> inScope(Flux<T> blocking) {
        return Flux.deferContextual(view -> {
            Observation observation = view.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
            return observation == null
                    ? blocking
                    : Flux.from(subscriber -> observation.scoped(() -> blocking.subscribe(subscriber)));
        });
    }
}
