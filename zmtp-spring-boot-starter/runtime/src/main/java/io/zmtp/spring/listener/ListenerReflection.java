package io.zmtp.spring.listener;

import io.zmtp.spring.core.Coroutines;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.security.Principal;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;

/** What a native image must keep for a listener method: itself, and the types that payloads and replies convert to. */
final class ListenerReflection implements ReflectiveProcessor {

    private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

    @Override
    public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
        if (element instanceof Method method) {
            hints.registerMethod(method, ExecutableMode.INVOKE);
            for (int i = 0; i < Coroutines.parameters(method); i++) {
                if (isPayload(method.getParameters()[i])) {
                    register(hints, ResolvableType.forMethodParameter(method, i));
                }
            }
            register(hints, Coroutines.returned(method));
        }
    }

    private static boolean isPayload(Parameter parameter) {
        return !parameter.getType().getName().startsWith("io.zmtp.reactive.")
                && parameter.getType() != Principal.class
                && !AnnotatedElementUtils.hasAnnotation(parameter, Header.class)
                && !AnnotatedElementUtils.hasAnnotation(parameter, Headers.class)
                && !AnnotatedElementUtils.hasAnnotation(parameter, DestinationVariable.class);
    }

    private void register(ReflectionHints hints, ResolvableType type) {
        boolean reactive = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type.toClass()) != null;
        Type value = reactive ? type.getGeneric(0).getType() : type.getType();
        if (!type.toClass().isPrimitive()
                && !ResolvableType.forType(value).toClass().isPrimitive()) {
            binding.registerReflectionHints(hints, value);
        }
    }
}
