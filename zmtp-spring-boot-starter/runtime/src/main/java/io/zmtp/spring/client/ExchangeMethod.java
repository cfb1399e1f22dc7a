package io.zmtp.spring.client;

import io.zmtp.reactive.Bytes;
import io.zmtp.spring.core.Coroutines;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.template.ZmtpBlockingTemplate;
import io.zmtp.spring.template.ZmtpTemplate;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import reactor.core.publisher.Mono;

/**
 * A method of an interface as a request: its route, where its payload is, and what its reply becomes.
 *
 * @param name of interface and method, for failures
 * @param parameters the names of the parameters
 * @param variables the names of the variables, by the place of the parameter
 * @param payload the place of the payload; -1 for none
 * @param reply what a reply, or an element of a stream, is converted to
 * @param adapter makes what is returned of a publisher; null for the reply itself
 * @param suspends whether it is a suspending function of Kotlin
 * @param isNullable whether that may return null
 */
record ExchangeMethod(
        String name,
        List<String> parameters,
        String socket,
        String route,
        Map<Integer, String> variables,
        int payload,
        Type reply,
        @Nullable ReactiveAdapter adapter,
        boolean suspends,
        boolean isNullable,
        Duration timeout) {

    static ExchangeMethod of(Class<?> type, Method method, String socket, boolean streamable, Duration timeout) {
        ZmtpExchange annotation = AnnotatedElementUtils.findMergedAnnotation(method, ZmtpExchange.class);
        if (annotation == null) {
            throw wrong(method, "it is not annotated with @ZmtpExchange");
        }
        ZmtpExchange common = AnnotatedElementUtils.findMergedAnnotation(type, ZmtpExchange.class);
        Coroutines.check(method);
        boolean suspends = Coroutines.isSuspending(method);
        Map<Integer, String> variables = new LinkedHashMap<>();
        List<String> parameters = new ArrayList<>();
        int payload = -1;
        String route = join(common == null ? "" : common.value(), annotation.value());
        @Nullable
        String @Nullable [] names = new DefaultParameterNameDiscoverer().getParameterNames(method); // Kotlin's too
        for (int i = 0; i < Coroutines.parameters(method); i++) {
            Parameter parameter = method.getParameters()[i];
            String known = names == null || i >= names.length ? null : names[i];
            String name = known == null ? parameter.getName() : known;
            parameters.add(name);
            DestinationVariable variable = parameter.getAnnotation(DestinationVariable.class);
            if (variable != null) {
                String called = variable.value().isEmpty() ? name : variable.value();
                if (!route.contains("{" + called + "}")) {
                    throw wrong(
                            method,
                            "its route '" + route + "' has no variable {" + called + "}: say which one, as in"
                                    + " @DestinationVariable(\"symbol\"), or compile with -parameters");
                }
                variables.put(i, called);
            } else if (payload >= 0) {
                throw wrong(method, "more than one parameter is without @DestinationVariable");
            } else {
                payload = i;
            }
        }
        ResolvableType returned = Coroutines.returned(method);
        ReactiveAdapter adapter = adapter(returned.toClass());
        if (adapter != null && adapter.isMultiValue() && !streamable) {
            throw wrong(
                    method,
                    "it returns a " + returned.toClass().getSimpleName() + ", but the socket '" + socket
                            + "' is no DEALER: a request has one reply");
        }
        return new ExchangeMethod(
                type.getSimpleName() + "." + method.getName(),
                List.copyOf(parameters),
                socket,
                route,
                Map.copyOf(variables),
                payload,
                (adapter == null ? returned : returned.getGeneric(0)).getType(),
                adapter,
                suspends && adapter == null,
                suspends && Coroutines.isNullable(method),
                timeout);
    }

    /** A future of any kind is a {@code CompletableFuture}. */
    private static @Nullable ReactiveAdapter adapter(Class<?> returned) {
        boolean isFuture = returned != Object.class && returned.isAssignableFrom(CompletableFuture.class);
        return ReactiveAdapterRegistry.getSharedInstance().getAdapter(isFuture ? CompletableFuture.class : returned);
    }

    private static String join(String one, String other) {
        return one.isEmpty() || other.isEmpty() ? one + other : one + "." + other;
    }

    private static ZmtpConfigurationException wrong(Method method, String why) {
        return new ZmtpConfigurationException(
                method.getDeclaringClass().getName() + "." + method.getName() + " cannot be a ZMTP request: " + why
                        + ".",
                "A request has a route by @ZmtpExchange, at most one payload, and returns a Mono, a CompletableFuture or its reply; through a"
                        + " DEALER socket also a Flux. In Kotlin it may suspend, and return a Flow in place of a Flux.");
    }

    @Nullable
    Object invoke(ZmtpTemplate template, Object[] arguments) {
        String topic = topic(arguments);
        Object body = body(arguments);
        if (adapter != null && adapter.isMultiValue()) {
            return adapter.fromPublisher(
                    template.requestStream(socket, topic, body, ParameterizedTypeReference.forType(reply), timeout));
        }
        boolean ignored = reply == void.class || reply == Void.class;
        ParameterizedTypeReference<?> wanted = ParameterizedTypeReference.forType(ignored ? Bytes.class : reply);
        if (adapter == null && !suspends) {
            Object answer = new ZmtpBlockingTemplate(template, timeout).request(socket, topic, body, wanted);
            return ignored ? null : answer;
        }
        Mono<?> asked = template.request(socket, topic, body, wanted, timeout);
        if (adapter != null) {
            return adapter.fromPublisher(ignored ? asked.then() : asked);
        }
        Mono<?> value = ignored || isNullable ? asked : asked.switchIfEmpty(Mono.error(this::nothing));
        return Coroutines.await(value, arguments[arguments.length - 1], ignored);
    }

    private NoSuchElementException nothing() {
        return new NoSuchElementException(name + ": expected a reply through the ZMTP socket '" + socket
                + "', but it is nothing, and the function cannot return null");
    }

    private String topic(Object[] arguments) {
        String topic = route;
        for (Map.Entry<Integer, String> variable : variables.entrySet()) {
            Object value = given(arguments, variable.getKey(), "the variable {" + variable.getValue() + "}");
            topic = topic.replace("{" + variable.getValue() + "}", value.toString());
        }
        return topic;
    }

    private Object body(Object[] arguments) {
        return payload < 0 ? Bytes.EMPTY : given(arguments, payload, "the payload");
    }

    private Object given(@Nullable Object[] arguments, int place, String what) {
        Object argument = arguments[place];
        if (argument == null) {
            throw new IllegalArgumentException(
                    name + ": expected " + what + " in the parameter '" + parameters.get(place) + "', but it is null");
        }
        return argument;
    }
}
