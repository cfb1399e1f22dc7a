package io.zmtp.spring.client;

import io.zmtp.spring.template.ZmtpTemplate;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.util.ReflectionUtils;

/**
 * Implements interfaces with {@link ZmtpExchange} methods.
 *
 * @since 0.1
 */
public final class ZmtpServices {

    private final ZmtpTemplate template;
    private final Duration timeout;

    /**
     * Makes clients that send by a template.
     *
     * @param template by which requests are sent
     * @param timeout how long a reply may take
     */
    public ZmtpServices(ZmtpTemplate template, Duration timeout) {
        this.template = template;
        this.timeout = timeout;
    }

    /** {@return the same with another timeout} */
    public ZmtpServices withTimeout(Duration other) {
        return new ZmtpServices(template, other);
    }

    /**
     * Implements an interface.
     *
     * @param type the interface, all of whose abstract methods are requests
     * @param socket the name of a REQ or DEALER socket
     * @throws io.zmtp.spring.core.ZmtpConfigurationException if a method cannot be one
     */
    public <T> T create(Class<T> type, String socket) {
        boolean streamable = template.canStream(socket);
        Map<Method, ExchangeMethod> methods = new HashMap<>();
        for (Method method : type.getMethods()) {
            if (Modifier.isAbstract(method.getModifiers()) && !ReflectionUtils.isObjectMethod(method)) {
                methods.put(method, ExchangeMethod.of(type, method, socket, streamable, timeout));
            }
        }
        InvocationHandler handler = (proxy, method, arguments) -> {
            ExchangeMethod exchange = methods.get(method);
            Object[] given = arguments == null ? new Object[0] : arguments;
            if (exchange != null) {
                return exchange.invoke(template, given);
            }
            if (method.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, method, given);
            }
            return switch (method.getName()) {
                case "equals" -> proxy == given[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> type.getSimpleName() + " through " + socket;
            };
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
