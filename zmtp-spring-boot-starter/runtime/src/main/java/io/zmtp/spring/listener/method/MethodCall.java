package io.zmtp.spring.listener.method;

import io.zmtp.spring.core.Coroutines;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.CoroutinesUtils;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.messaging.handler.HandlerMethod;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;
import org.springframework.messaging.handler.invocation.reactive.SyncHandlerMethodArgumentResolver;

/**
 * A method of a bean, with the resolver of each parameter, which is looked up once. Unlike Spring's own for reactive methods it
 * calls at once, on the thread of its caller: none of our resolvers waits for anything.
 */
public final class MethodCall extends HandlerMethod {

    private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

    private final MethodParameter[] parameters = getMethodParameters();
    private final @Nullable SyncHandlerMethodArgumentResolver[] resolvers =
            new @Nullable SyncHandlerMethodArgumentResolver[parameters.length];

    private final @Nullable ReactiveAdapter adapter;
    private final boolean suspends;

    /** How many parameters are resolved: all, except for the continuation of a suspending function. */
    private final int resolved;

    /**
     * A call that is not made yet.
     *
     * @param known of them the first that supports a parameter is asked for it
     */
    public MethodCall(Object bean, Method method, List<SyncHandlerMethodArgumentResolver> known) {
        super(bean, method);
        this.suspends = Coroutines.isSuspending(method);
        this.adapter = ReactiveAdapterRegistry.getSharedInstance()
                .getAdapter(suspends ? Publisher.class : method.getReturnType());
        this.resolved = Coroutines.parameters(method);
        for (int i = 0; i < resolved; i++) {
            parameters[i].initParameterNameDiscovery(NAMES);
            MethodParameter parameter = parameters[i];
            resolvers[i] = known.stream()
                    .filter(each -> each.supportsParameter(parameter))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** {@return for what it returns; null if it returns a value itself, and so may block} */
    public @Nullable ReactiveAdapter adapter() {
        return adapter;
    }

    /** {@return whether one of its parameters is the payload} */
    public boolean hasPayload() {
        return Arrays.stream(resolvers).anyMatch(PayloadResolver.class::isInstance);
    }

    /**
     * Calls it.
     *
     * @param provided goes to the parameters of its type, before any resolver is asked; of a failure also its causes, by which
     *     an exception handler may have been found; null for nothing
     * @return what it returns; of a suspending function a publisher
     * @throws Throwable what a resolver or the method throws
     */
    public @Nullable Object invoke(org.springframework.messaging.Message<?> message, @Nullable Object provided)
            throws Throwable {
        @Nullable Object[] arguments = new @Nullable Object[parameters.length];
        for (int i = 0; i < resolved; i++) {
            Object given = given(parameters[i].getParameterType(), provided);
            arguments[i] = given == null ? resolve(parameters[i], resolvers[i], message) : given;
        }
        try {
            return suspends
                    ? CoroutinesUtils.invokeSuspendingFunction(getBridgedMethod(), getBean(), arguments)
                    : getBridgedMethod().invoke(getBean(), arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getTargetException();
        } catch (IllegalArgumentException wrong) {
            assertTargetBean(getBridgedMethod(), getBean(), arguments);
            String text = wrong.getMessage() == null ? "Illegal argument" : wrong.getMessage();
            throw new IllegalStateException(formatInvokeError(text, arguments), wrong);
        }
    }

    private static @Nullable Object given(Class<?> type, @Nullable Object provided) {
        Object given = provided;
        while (given instanceof Throwable failure
                && Throwable.class.isAssignableFrom(type)
                && !type.isInstance(given)) {
            given = failure.getCause();
        }
        return type.isInstance(given) ? given : null;
    }

    private static @Nullable Object resolve(
            MethodParameter parameter,
            @Nullable SyncHandlerMethodArgumentResolver resolver,
            org.springframework.messaging.Message<?> message) {
        if (resolver == null) {
            throw new MethodArgumentResolutionException(
                    message, parameter, formatArgumentError(parameter, "No suitable resolver"));
        }
        return resolver.resolveArgumentValue(parameter, message);
    }
}
