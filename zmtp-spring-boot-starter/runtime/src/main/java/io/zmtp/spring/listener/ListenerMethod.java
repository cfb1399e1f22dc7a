package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.replay.Gap;
import io.zmtp.reactive.replay.Published;
import io.zmtp.reactive.replay.Update;
import io.zmtp.spring.core.Coroutines;
import io.zmtp.spring.core.Observed;
import io.zmtp.spring.core.ZmtpMessageConverter;
import io.zmtp.spring.listener.method.HandledMessage;
import io.zmtp.spring.listener.method.MethodCall;
import io.zmtp.spring.listener.method.PayloadResolver;
import io.zmtp.spring.listener.method.WholeMessageResolver;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.reactive.DestinationVariableMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.reactive.HeaderMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.reactive.HeadersMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.reactive.SyncHandlerMethodArgumentResolver;
import org.springframework.util.MimeType;
import org.springframework.validation.Validator;
import reactor.core.Exceptions;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A method, called with what Spring's argument resolvers make of a message. */
final class ListenerMethod implements ListenerTarget {

    private final Method method;
    private final String socket;
    private final MimeType contentType;
    private final ZmtpMessageConverter converter;
    private final Scheduler blocking;
    private final List<SyncHandlerMethodArgumentResolver> resolvers;
    private final MethodCall call;
    private final ExceptionHandlers exceptionHandlers;
    private final boolean replies;
    private final boolean forGaps;
    private final boolean forUpdates;

    ListenerMethod(
            Object bean,
            Method method,
            String socket,
            MimeType contentType,
            ZmtpMessageConverter converter,
            Scheduler blocking,
            List<Object> advices,
            @Nullable Validator validator,
            @Nullable ConfigurableBeanFactory beans) {
        Coroutines.check(method);
        this.method = method;
        this.socket = socket;
        this.contentType = contentType;
        this.converter = converter;
        this.blocking = blocking;
        ConversionService conversion = DefaultConversionService.getSharedInstance();
        this.resolvers = List.of(
                new WholeMessageResolver(),
                new HeaderMethodArgumentResolver(conversion, beans),
                new HeadersMethodArgumentResolver(),
                new DestinationVariableMethodArgumentResolver(conversion),
                new PayloadResolver(converter, contentType, validator));
        HandledMessage.loadHeaders();
        this.call = new MethodCall(bean, method, resolvers);
        this.replies = replies(method);
        this.forGaps = has(Gap.class);
        this.forUpdates = has(Update.class);
        this.exceptionHandlers = new ExceptionHandlers(bean, advices);
    }

    @Override
    public @Nullable ResolvableType streamOf() {
        ReactiveAdapter adapter = streamAdapter();
        return adapter == null
                ? null
                : ResolvableType.forMethodParameter(method, 0).getGeneric(0);
    }

    /** That of the only parameter, if it is a {@code Flux}, a {@code Flow} of Kotlin, or another type for many values. */
    private @Nullable ReactiveAdapter streamAdapter() {
        ReactiveAdapter adapter = Coroutines.parameters(method) == 1
                ? ReactiveAdapterRegistry.getSharedInstance().getAdapter(method.getParameterTypes()[0])
                : null;
        return adapter != null && adapter.isMultiValue() ? adapter : null;
    }

    @Override
    public boolean replies() {
        return replies;
    }

    private static boolean replies(Method method) {
        ResolvableType type = Coroutines.returned(method);
        ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type.toClass());
        Class<?> value = adapter == null
                ? type.toClass()
                : adapter.isNoValue() ? Void.class : type.getGeneric(0).toClass();
        return value != void.class && value != Void.class;
    }

    @Override
    @SuppressWarnings("unchecked") // a source emits messages where it has no other elements
    public Mono<Void> stream(Flux<?> elements) {
        ReactiveAdapter adapter = Objects.requireNonNull(streamAdapter());
        ResolvableType element = ResolvableType.forMethodParameter(method, 0).getGeneric(0);
        boolean asTheyAre = element.toClass() == Message.class
                || element.toClass() == io.zmtp.reactive.delivery.Work.class
                || Update.class.isAssignableFrom(element.toClass());
        Flux<?> converted =
                asTheyAre ? elements : ((Flux<Message>) elements).map(converter.reader(element, contentType));
        HandledMessage none = message(Incoming.of(SocketType.PAIR, Message.of(Bytes.EMPTY), Map.of()), Map.of(), null);
        return later(call, none, new Work.Stay(), adapter.fromPublisher(converted))
                .then();
    }

    @Override
    public boolean takes(@Nullable Update update) {
        return forGaps ? update instanceof Gap : forUpdates || !(update instanceof Gap);
    }

    @Override
    public boolean isForGaps() {
        return forGaps;
    }

    @Override
    public boolean takesGaps() {
        return forGaps || forUpdates;
    }

    /** Whether it takes something of this type, as it is or as elements of the stream. */
    boolean has(Class<?> type) {
        ResolvableType element = streamOf();
        if (element != null) {
            return element.toClass() == type;
        }
        return Arrays.stream(call.getMethodParameters()).anyMatch(parameter -> parameter.getParameterType() == type);
    }

    /** Whether it takes the payload of a message. */
    boolean hasPayload() {
        return call.hasPayload();
    }

    /** Whether a payload of it is to be validated. */
    boolean validates() {
        for (MethodParameter parameter : call.getMethodParameters()) {
            if (PayloadResolver.validationOf(parameter) != null) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean blocks() {
        return call.adapter() == null;
    }

    @Override
    public @Nullable Flux<Message> handle(
            Incoming incoming, SocketType type, Map<String, String> variables, Work.Stay stay) throws Throwable {
        HandledMessage message = message(incoming, variables, type);
        Flux<Object> results;
        try {
            results = now(call, message, stay, null);
        } catch (Throwable failure) {
            MethodCall handler = handler(failure);
            if (handler == null) {
                throw failure;
            }
            return replies(
                    incoming, blocks() ? now(handler, message, stay, failure) : later(handler, message, stay, failure));
        }
        return results == null || results instanceof Fuseable.ScalarCallable
                ? replies(incoming, results)
                : replies(incoming, results.onErrorResume(failure -> {
                    MethodCall handler = handler(failure);
                    return handler == null ? Flux.error(failure) : later(handler, message, stay, failure);
                }));
    }

    private @Nullable MethodCall handler(Throwable failure) {
        ExceptionHandlers.Handler handler = exceptionHandlers.of(failure);
        return handler == null ? null : new MethodCall(handler.bean(), handler.method(), resolvers);
    }

    private @Nullable Flux<Message> replies(Incoming incoming, @Nullable Flux<Object> results) throws Exception {
        if (results instanceof Fuseable.ScalarCallable<?> one) {
            return Flux.just(reply(incoming, Objects.requireNonNull(one.call())));
        }
        return results == null ? null : results.map(result -> reply(incoming, result));
    }

    @Override
    public Message reply(Incoming incoming, Object payload) {
        return incoming.reply(converter.toMessage(payload, contentType));
    }

    /**
     * Calls a method here.
     *
     * @return what it returns, or emits; null if that is nothing
     */
    private @Nullable Flux<Object> now(
            MethodCall called, HandledMessage message, Work.Stay stay, @Nullable Object provided) throws Throwable {
        ReactiveAdapter adapter = called.adapter();
        if (adapter == null) {
            if (!stay.begin()) {
                return null;
            }
            Object value;
            try {
                value = called.invoke(message, provided);
            } finally {
                stay.end();
            }
            return value == null ? null : Flux.just(value);
        }
        Object returned = called.invoke(message, provided);
        if (returned == null) {
            return null;
        }
        Publisher<?> emitted = adapter.toPublisher(returned);
        if (emitted instanceof Fuseable.ScalarCallable<?> known) { // such as Mono.empty()
            Object value = value(known);
            return value == null ? null : Flux.just(value);
        }
        return Flux.<Object>from(Guard.of(emitted));
    }

    private static @Nullable Object value(Fuseable.ScalarCallable<?> known) throws Throwable {
        try {
            return known.call();
        } catch (Throwable failure) {
            throw Exceptions.unwrap(failure);
        }
    }

    /** Calls a method when that is subscribed to, where it may block if it does. */
    private Flux<Object> later(MethodCall called, HandledMessage message, Work.Stay stay, @Nullable Object provided) {
        Flux<Object> calling = Flux.defer(() -> {
            try {
                Flux<Object> results = now(called, message, stay, provided);
                return results == null ? Flux.empty() : results;
            } catch (Throwable thrown) {
                return Flux.error(thrown);
            }
        });
        return called.adapter() == null ? Observed.inScope(calling).subscribeOn(blocking) : calling;
    }

    private HandledMessage message(Incoming incoming, Map<String, String> variables, @Nullable SocketType type) {
        return new HandledMessage(incoming.message(), incoming.update(), () -> headers(incoming, variables, type));
    }

    private Map<String, Object> headers(Incoming incoming, Map<String, String> variables, @Nullable SocketType type) {
        Message whole = incoming.message();
        Map<String, Object> headers = new HashMap<>();
        headers.put(ZmtpHeaders.SOCKET, socket);
        headers.put(ZmtpHeaders.MESSAGE, whole);
        headers.put(MessageHeaders.CONTENT_TYPE, contentType);
        headers.put(DestinationVariableMethodArgumentResolver.DESTINATION_TEMPLATE_VARIABLES_HEADER, variables);
        whole.peer().ifPresent(peer -> describe(peer, headers));
        if (type != null) {
            Bytes topic = incoming.topic(type);
            if (topic != null) {
                headers.put(ZmtpHeaders.TOPIC, topic.utf8());
            }
            headers.put(ZmtpHeaders.SOCKET_TYPE, type);
            if (type.addressed()) {
                headers.put(ZmtpHeaders.ROUTING_ID, whole.first());
            }
        }
        Update update = incoming.update();
        if (update != null) {
            headers.put(ZmtpHeaders.NUMBER, update.last());
            headers.put(ZmtpHeaders.EPOCH, update.epoch());
            headers.put(ZmtpHeaders.REPLAYED, update instanceof Published published && published.replayed());
        }
        return headers;
    }

    private static void describe(Peer peer, Map<String, Object> headers) {
        if (peer.address() != null) {
            headers.put(ZmtpHeaders.PEER_ADDRESS, peer.address());
        }
        if (peer.userId() != null) {
            headers.put(ZmtpHeaders.USER_ID, peer.userId());
        }
        if (!peer.routingId().isEmpty()) {
            headers.put(ZmtpHeaders.ROUTING_ID, peer.routingId());
        }
    }

    @Override
    public String toString() {
        List<String> parameters = new ArrayList<>();
        for (int i = 0; i < Coroutines.parameters(method); i++) {
            parameters.add(method.getParameterTypes()[i].getSimpleName());
        }
        return method.getDeclaringClass().getSimpleName() + "." + method.getName() + parameters;
    }
}
