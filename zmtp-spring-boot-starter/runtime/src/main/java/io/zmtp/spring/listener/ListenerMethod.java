package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.spring.core.Observed;
import io.zmtp.spring.core.ZmtpMessageConverter;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
import org.springframework.messaging.handler.invocation.reactive.HandlerMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.reactive.InvocableHandlerMethod;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.util.MimeType;
import org.springframework.validation.Validator;
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
    private final List<HandlerMethodArgumentResolver> resolvers;
    private final InvocableHandlerMethod invocable;
    private final ExceptionHandlers exceptionHandlers;
    private final ReactiveAdapterRegistry adapters = ReactiveAdapterRegistry.getSharedInstance();

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
        new PlainHeaders(Map.of()); // its class draws random numbers when it is loaded, which an event loop must not do
        this.invocable = invocable(bean, method);
        this.exceptionHandlers = new ExceptionHandlers(bean, advices);
    }

    private InvocableHandlerMethod invocable(Object target, Method called) {
        InvocableHandlerMethod made = new InvocableHandlerMethod(target, called);
        made.setArgumentResolvers(resolvers);
        made.setReactiveAdapterRegistry(adapters);
        return made;
    }

    @Override
    public @Nullable ResolvableType streamOf() {
        if (method.getParameterCount() != 1 || !Flux.class.isAssignableFrom(method.getParameterTypes()[0])) {
            return null;
        }
        return ResolvableType.forMethodParameter(method, 0).getGeneric(0);
    }

    @Override
    public boolean replies() {
        ResolvableType type = ResolvableType.forMethodReturnType(method);
        ReactiveAdapter adapter = adapters.getAdapter(method.getReturnType());
        Class<?> value = adapter == null
                ? method.getReturnType()
                : adapter.isNoValue() ? Void.class : type.getGeneric(0).toClass();
        return value != void.class && value != Void.class;
    }

    @Override
    public Mono<Void> stream(Flux<Message> messages) {
        ResolvableType element = streamOf();
        Flux<Object> converted = element == null || element.toClass() == Message.class
                ? messages.cast(Object.class)
                : messages.map(message -> converter.fromMessage(message, element, contentType));
        return call(invocable, headers(Message.of(Bytes.EMPTY), Map.of(), null), new Work.Stay(), converted)
                .then();
    }

    /** Whether a payload of it is to be validated. */
    boolean validates() {
        for (MethodParameter parameter : invocable.getMethodParameters()) {
            if (PayloadResolver.validationOf(parameter) != null) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is called where it may block. */
    boolean blocks() {
        return adapters.getAdapter(method.getReturnType()) == null;
    }

    @Override
    public Flux<Message> handle(Incoming incoming, SocketType type, Map<String, String> variables, Work.Stay stay) {
        Map<String, Object> headers = headers(incoming.message(), variables, incoming.topic(type));
        headers.put(ZmtpHeaders.SOCKET_TYPE, type);
        if (type.addressed()) {
            headers.put(ZmtpHeaders.ROUTING_ID, incoming.message().first());
        }
        return call(invocable, headers, stay)
                .onErrorResume(failure -> {
                    ExceptionHandlers.Handler handler = exceptionHandlers.of(failure);
                    return handler == null
                            ? Flux.error(failure)
                            : call(invocable(handler.bean(), handler.method()), headers, stay, failure);
                })
                .map(result -> reply(incoming, result));
    }

    @Override
    public Message reply(Incoming incoming, Object payload) {
        return incoming.reply(converter.toMessage(payload, contentType));
    }

    private Flux<Object> call(
            InvocableHandlerMethod called, Map<String, Object> headers, Work.Stay stay, Object... provided) {
        return Flux.defer(() -> {
            ReactiveAdapter adapter = adapters.getAdapter(called.getMethod().getReturnType());
            Mono<Object> returned = called.invoke(new GenericMessage<>("", new PlainHeaders(headers)), provided);
            return adapter == null
                    ? Observed.inScope(stay.of(Mono.fromDirect(Guard.of(returned))))
                            .subscribeOn(blocking)
                            .flux()
                    : Flux.from(Guard.of(returned.flatMapMany(value -> adapter.toPublisher(value))));
        });
    }

    private Map<String, Object> headers(Message message, Map<String, String> variables, @Nullable Bytes topic) {
        Map<String, Object> headers = new HashMap<>();
        headers.put(ZmtpHeaders.SOCKET, socket);
        headers.put(ZmtpHeaders.MESSAGE, message);
        headers.put(MessageHeaders.CONTENT_TYPE, contentType);
        headers.put(DestinationVariableMethodArgumentResolver.DESTINATION_TEMPLATE_VARIABLES_HEADER, variables);
        if (topic != null) {
            headers.put(ZmtpHeaders.TOPIC, topic.utf8());
        }
        message.peer().ifPresent(peer -> describe(peer, headers));
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
        for (Class<?> parameter : method.getParameterTypes()) {
            parameters.add(parameter.getSimpleName());
        }
        return method.getDeclaringClass().getSimpleName() + "." + method.getName() + parameters;
    }

    /** Headers without an id and a timestamp of their own, which would cost more than all the rest. */
    private static final class PlainHeaders extends MessageHeaders {

        private static final long serialVersionUID = 1;

        PlainHeaders(Map<String, Object> headers) {
            super(headers, ID_VALUE_NONE, -1L);
        }
    }
}
