package io.zmtp.spring.client;

import io.zmtp.spring.core.Coroutines;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.handler.annotation.DestinationVariable;

/** What a native image must keep for a request: the method, and the types that payload and reply convert to. */
final class ExchangeReflection implements ReflectiveProcessor {

    private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

    @Override
    public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
        if (element instanceof Method method) {
            hints.registerMethod(method, ExecutableMode.INVOKE);
            ResolvableType reply = Coroutines.returned(method);
            boolean wraps = ReactiveAdapterRegistry.getSharedInstance().getAdapter(reply.toClass()) != null;
            register(hints, wraps ? reply.getGeneric(0) : reply);
            for (int i = 0; i < Coroutines.parameters(method); i++) {
                if (!method.getParameters()[i].isAnnotationPresent(DestinationVariable.class)) {
                    register(hints, ResolvableType.forMethodParameter(method, i));
                }
            }
        }
    }

    private void register(ReflectionHints hints, ResolvableType type) {
        if (!type.toClass().isPrimitive()) {
            binding.registerReflectionHints(hints, type.getType());
        }
    }
}
