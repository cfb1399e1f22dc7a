package io.zmtp.spring.client;

import io.zmtp.reactive.Bytes;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.template.ZmtpTemplate;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A method of an interface as a request: its route, where its payload is, and what its reply becomes. */
record ExchangeMethod(
        String socket,
        String route,
        Map<Integer, String> variables,
        int payload,
        Type reply,
        boolean waits,
        boolean streams,
        boolean promises,
        Duration timeout) {

    static ExchangeMethod of(Class<?> type, Method method, String socket, boolean streamable, Duration timeout) {
        ZmtpExchange annotation = AnnotatedElementUtils.findMergedAnnotation(method, ZmtpExchange.class);
        if (annotation == null) {
            throw wrong(method, "it is not annotated with @ZmtpExchange");
        }
        ZmtpExchange common = AnnotatedElementUtils.findMergedAnnotation(type, ZmtpExchange.class);
        Map<Integer, String> variables = new LinkedHashMap<>();
        int payload = -1;
        Parameter[] parameters = method.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            DestinationVariable variable = parameters[i].getAnnotation(DestinationVariable.class);
            if (variable != null) {
                variables.put(i, variable.value().isEmpty() ? parameters[i].getName() : variable.value());
            } else if (payload >= 0) {
                throw wrong(method, "more than one parameter is without @DestinationVariable");
            } else {
                payload = i;
            }
        }
        boolean streams = Flux.class.isAssignableFrom(method.getReturnType());
        if (streams && !streamable) {
            throw wrong(
                    method, "it returns a Flux, but the socket '" + socket + "' is no DEALER: a request has one reply");
        }
        boolean promises = method.getReturnType().isAssignableFrom(CompletableFuture.class)
                && method.getReturnType() != Object.class;
        boolean waits = !streams && !promises && !Mono.class.isAssignableFrom(method.getReturnType());
        ResolvableType returned = ResolvableType.forMethodReturnType(method);
        return new ExchangeMethod(
                socket,
                join(common == null ? "" : common.value(), annotation.value()),
                Map.copyOf(variables),
                payload,
                (waits ? returned : returned.getGeneric(0)).getType(),
                waits,
                streams,
                promises,
                timeout);
    }

    private static String join(String one, String other) {
        return one.isEmpty() || other.isEmpty() ? one + other : one + "." + other;
    }

    private static ZmtpConfigurationException wrong(Method method, String why) {
        return new ZmtpConfigurationException(
                method.getDeclaringClass().getName() + "." + method.getName() + " cannot be a ZMTP request: " + why
                        + ".",
                "A request has a route by @ZmtpExchange, at most one payload, and returns a Mono, a CompletableFuture or its reply; through a"
                        + " DEALER socket also a Flux.");
    }

    @Nullable
    Object invoke(ZmtpTemplate template, Object[] arguments) {
        if (streams) {
            return template.requestStream(
                    socket, topic(arguments), body(arguments), ParameterizedTypeReference.forType(reply), timeout);
        }
        boolean ignored = reply == void.class || reply == Void.class;
        Mono<?> asked = template.request(
                socket,
                topic(arguments),
                body(arguments),
                ParameterizedTypeReference.forType(ignored ? Bytes.class : reply),
                timeout);
        if (ignored) {
            asked = asked.then();
        }
        return waits ? asked.block() : promises ? asked.toFuture() : asked;
    }

    private String topic(Object[] arguments) {
        String topic = route;
        for (Map.Entry<Integer, String> variable : variables.entrySet()) {
            topic = topic.replace("{" + variable.getValue() + "}", String.valueOf(arguments[variable.getKey()]));
        }
        return topic;
    }

    private Object body(Object[] arguments) {
        return payload < 0 ? Bytes.EMPTY : arguments[payload];
    }
}
