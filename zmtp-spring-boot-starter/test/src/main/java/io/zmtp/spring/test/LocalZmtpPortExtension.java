package io.zmtp.spring.test;

import java.lang.reflect.Field;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.test.context.junit.jupiter.SpringExtension;
import org.springframework.util.ReflectionUtils;

/** Sets what is annotated with {@link LocalZmtpPort}. */
final class LocalZmtpPortExtension implements BeforeEachCallback, ParameterResolver {

    LocalZmtpPortExtension() {}

    @Override
    public void beforeEach(ExtensionContext context) {
        for (Object test : context.getRequiredTestInstances().getAllInstances()) {
            ReflectionUtils.doWithFields(
                    test.getClass(),
                    field -> set(field, test, context),
                    field -> field.isAnnotationPresent(LocalZmtpPort.class));
        }
    }

    private static void set(Field field, Object test, ExtensionContext context) {
        ReflectionUtils.makeAccessible(field);
        ReflectionUtils.setField(field, test, port(field.getAnnotation(LocalZmtpPort.class), context));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.isAnnotated(LocalZmtpPort.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return port(parameter.findAnnotation(LocalZmtpPort.class).orElseThrow(), context);
    }

    private static int port(LocalZmtpPort annotation, ExtensionContext context) {
        String key = "local.zmtp." + annotation.value() + ".port";
        Integer port =
                SpringExtension.getApplicationContext(context).getEnvironment().getProperty(key, Integer.class);
        if (port == null) {
            throw new IllegalStateException("@LocalZmtpPort(\"" + annotation.value() + "\"): expected the property "
                    + key + ", but there is none: the socket is not bound, or has no port, as over inproc");
        }
        return port;
    }
}
