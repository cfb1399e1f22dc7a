package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.spring.core.Observed;
import io.zmtp.spring.core.ZmtpMessageConverter;
import java.lang.reflect.Method;
import java.util.ArrayList;
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
import org.springframework.messaging.handler.annotation.reactive.DestinationVariableMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.reactive.HeaderMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.reactive.HeadersMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.reactive.SyncHandlerMethodArgumentResolver;
import org.springframework.util.MimeType;
import org.springframework.validation.Validator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A method, called with what Spring's argument resolvers make of a message. */
final class ListenerMethod implements ListenerTarget {

    private final Method method;
    private final HandledMessage.Origin origin;
    private final MimeType contentType;
    private final ZmtpMessageConverter converter;
    private final Scheduler blocking;
    private final List<SyncHandlerMethodArgumentResolver> resolvers;
    private final MethodCall call;
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
        this.origin = new HandledMessage.Origin(socket, contentType);
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
        this.exceptionHandlers = new ExceptionHandlers(bean, advices);
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
                : messages.map(converter.reader(element, contentType));
        HandledMessage none = new HandledMessage(origin, Message.of(Bytes.EMPTY), Map.of(), null, null);
        return call(call, none, new Work.Stay(), converted).then();
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

    /** Whether it is called where it may block. */
    boolean blocks() {
        return adapters.getAdapter(method.getReturnType()) == null;
    }

    @Override
    public Flux<Message> handle(Incoming incoming, SocketType type, Map<String, String> variables, Work.Stay stay) {
        HandledMessage message = new HandledMessage(origin, incoming.message(), variables, incoming.topic(type), type);
        return call(call, message, stay, null)
                .onErrorResume(failure -> {
                    ExceptionHandlers.Handler handler = exceptionHandlers.of(failure);
                    return handler == null
                            ? Flux.error(failure)
                            : call(new MethodCall(handler.bean(), handler.method(), resolvers), message, stay, failure);
                })
                .map(result -> reply(incoming, result));
    }

    @Override
    public Message reply(Incoming incoming, Object payload) {
        return incoming.reply(converter.toMessage(payload, contentType));
    }

    private Flux<Object> call(MethodCall called, HandledMessage message, Work.Stay stay, @Nullable Object provided) {
        ReactiveAdapter adapter = adapters.getAdapter(called.getMethod().getReturnType());
        Mono<Object> returned = Mono.defer(() -> {
            try {
                return Mono.justOrEmpty(called.invoke(message, provided));
            } catch (Throwable thrown) {
                return Mono.error(thrown);
            }
        });
        return adapter == null
                ? Observed.inScope(stay.of(returned)).subscribeOn(blocking).flux()
                : Flux.from(Guard.of(returned.flatMapMany(value -> adapter.toPublisher(value))));
    }

    @Override
    public String toString() {
        List<String> parameters = new ArrayList<>();
        for (Class<?> parameter : method.getParameterTypes()) {
            parameters.add(parameter.getSimpleName());
        }
        return method.getDeclaringClass().getSimpleName() + "." + method.getName() + parameters;
    }
}
