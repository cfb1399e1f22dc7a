package io.zmtp.spring.listener;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import io.zmtp.spring.listener.ZmtpObservation.High;
import io.zmtp.spring.listener.ZmtpObservation.Low;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Observes what is sent and handled: timers and traces, if anybody listens.
 *
 * @since 0.1
 */
public final class Observed {

    private final ObservationRegistry registry;
    private final boolean propagation;

    /**
     * For those who send and those who receive.
     *
     * @param registry hears of it; {@code ObservationRegistry.NOOP} for none
     * @param propagation whether traces go with messages, as one more part, where the type of the socket allows several
     */
    public Observed(ObservationRegistry registry, boolean propagation) {
        this.registry = registry;
        this.propagation = propagation;
    }

    /**
     * Observes one send.
     *
     * @param what {@code SEND} or {@code REQUEST}
     * @param sending sends the message it is given, which carries the trace if that is wanted
     */
    public <T> Mono<T> sending(
            ZmtpObservation what,
            String socket,
            SocketType type,
            @Nullable String topic,
            Message message,
            Function<Message, Mono<T>> sending) {
        if (registry.isNoop()) {
            return sending.apply(message);
        }
        return Mono.deferContextual(view -> {
            SenderContext<Map<String, String>> context = new SenderContext<>(
                    (carrier, key, value) -> {
                        if (carrier != null) {
                            carrier.put(key, value);
                        }
                    },
                    what == ZmtpObservation.REQUEST ? Kind.CLIENT : Kind.PRODUCER);
            Map<String, String> trace = new HashMap<>();
            context.setCarrier(trace);
            Observation observation = start(
                    Observation.createNotStarted(what.getName(), () -> context, registry),
                    what,
                    socket,
                    type,
                    "none",
                    topic,
                    view.getOrDefault(ObservationThreadLocalAccessor.KEY, null));
            return sending.apply(propagation && !type.singlePart() ? TraceFrame.putOn(message, trace) : message)
                    .doOnError(observation::error)
                    .doFinally(end -> observation.stop())
                    .contextWrite(ctx -> ctx.put(ObservationThreadLocalAccessor.KEY, observation));
        });
    }

    /** {@return a message without the part that has its trace, if traces go with messages} */
    public Message received(Message message) {
        return propagation ? TraceFrame.takeOff(message) : message;
    }

    Incoming incoming(SocketType type, Message message) {
        return propagation ? TraceFrame.read(type, message) : Incoming.of(type, message);
    }

    /** Observes a reply if it carries a trace: if what it answers did. */
    Mono<Message> replying(
            String socket, SocketType type, Incoming request, Message reply, Function<Message, Mono<Message>> sending) {
        return request.trace().isEmpty()
                ? sending.apply(reply)
                : sending(ZmtpObservation.SEND, socket, type, null, reply, sending);
    }

    /** Observes a listener; what it emits, and what is made of that, belongs to the observation. */
    Flux<Message> listening(
            Listener listener, String socket, SocketType type, Incoming incoming, Flux<Message> handling) {
        if (registry.isNoop()) {
            return handling;
        }
        return Flux.defer(() -> {
            ReceiverContext<Map<String, String>> context =
                    new ReceiverContext<>((carrier, key) -> carrier.get(key), Kind.CONSUMER);
            context.setCarrier(incoming.trace());
            Observation observation =
                    Observation.createNotStarted(ZmtpObservation.LISTENER.getName(), () -> context, registry);
            incoming.message().peer().ifPresent(peer -> {
                if (peer.address() != null) {
                    observation.highCardinalityKeyValue(
                            High.PEER.asString(), Printable.of(peer.address().toString()));
                }
            });
            Bytes topic = incoming.topic(type);
            String shown = topic == null || topic.size() > Topic.MAX_OCTETS ? null : topic.utf8();
            start(observation, ZmtpObservation.LISTENER, socket, type, listener.id(), shown, null);
            return handling.doOnError(observation::error)
                    .doFinally(end -> observation.stop())
                    .contextWrite(ctx -> ctx.put(ObservationThreadLocalAccessor.KEY, observation));
        });
    }

    /** Subscribes with the observation as the current one of the thread, which is where code that blocks looks for it. */
    static <T> Mono<T> inScope(Mono<T> blocking) {
        return Mono.deferContextual(view -> {
            Observation observation = view.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
            return observation == null
                    ? blocking
                    : Mono.fromDirect(subscriber -> observation.scoped(() -> blocking.subscribe(subscriber)));
        });
    }

    private static Observation start(
            Observation observation,
            ZmtpObservation what,
            String socket,
            SocketType type,
            String listener,
            @Nullable String topic,
            @Nullable Observation parent) {
        observation
                .contextualName(what.getContextualName() + " " + socket)
                .lowCardinalityKeyValue(KeyValue.of(Low.SOCKET, socket))
                .lowCardinalityKeyValue(KeyValue.of(Low.SOCKET_TYPE, type.name()))
                .lowCardinalityKeyValue(KeyValue.of(Low.LISTENER_ID, listener));
        if (topic != null) {
            observation.highCardinalityKeyValue(KeyValue.of(High.TOPIC, Printable.of(topic)));
        }
        if (parent != null) {
            observation.parentObservation(parent);
        }
        return observation.start();
    }
}
