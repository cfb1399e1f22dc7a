package io.zmtp.spring.listener;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
final class MethodCall extends HandlerMethod {

    private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

    private final MethodParameter[] parameters = getMethodParameters();
    private final @Nullable SyncHandlerMethodArgumentResolver[] resolvers =
            new @Nullable SyncHandlerMethodArgumentResolver[parameters.length];

    private final @Nullable ReactiveAdapter adapter;

    MethodCall(Object bean, Method method, List<SyncHandlerMethodArgumentResolver> known) {
        super(bean, method);
        this.adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(method.getReturnType());
        for (int i = 0; i < parameters.length; i++) {
            parameters[i].initParameterNameDiscovery(NAMES);
            MethodParameter parameter = parameters[i];
            resolvers[i] = known.stream()
                    .filter(each -> each.supportsParameter(parameter))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** For what it returns; null if it returns a value itself, and so may block. */
    @Nullable
    ReactiveAdapter adapter() {
        return adapter;
    }

    /**
     * Calls it.
     *
     * @param provided goes to the parameters of its type, before any resolver is asked; null for nothing
     * @return what it returns
     * @throws Throwable what a resolver or the method throws
     */
    @Nullable
    Object invoke(org.springframework.messaging.Message<?> message, @Nullable Object provided) throws Throwable {
        @Nullable Object[] arguments = new @Nullable Object[parameters.length];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = parameters[i].getParameterType().isInstance(provided)
                    ? provided
                    : resolve(parameters[i], resolvers[i], message);
        }
        try {
            return getBridgedMethod().invoke(getBean(), arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getTargetException();
        } catch (IllegalArgumentException wrong) {
            assertTargetBean(getBridgedMethod(), getBean(), arguments);
            String text = wrong.getMessage() == null ? "Illegal argument" : wrong.getMessage();
            throw new IllegalStateException(formatInvokeError(text, arguments), wrong);
        }
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
