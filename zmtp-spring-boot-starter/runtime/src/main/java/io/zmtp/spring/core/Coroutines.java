package io.zmtp.spring.core;

import java.lang.reflect.Method;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlinx.coroutines.reactor.MonoKt;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Mono;

/**
 * Suspending functions of Kotlin: methods with one more parameter, the {@code Continuation}, whose type is that of the value.
 *
 * @since 0.1
 */
public final class Coroutines {

    private Coroutines() {}

    /**
     * Checks that a method can be called.
     *
     * @throws ZmtpConfigurationException if it is a suspending function, but what that needs is not on the class path
     */
    public static void check(Method method) {
        if (isSuspending(method)
                && !(KotlinDetector.isKotlinReflectPresent()
                        && ClassUtils.isPresent("kotlinx.coroutines.reactor.MonoKt", null))) {
            throw new ZmtpConfigurationException(
                    method.getDeclaringClass().getName() + "." + method.getName()
                            + " is a suspending function, but coroutines and Reactor cannot be joined.",
                    "Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor and org.jetbrains.kotlin:kotlin-reflect.");
        }
    }

    /** {@return whether a method is a suspending function} */
    public static boolean isSuspending(Method method) {
        return KotlinDetector.isSuspendingFunction(method);
    }

    /** {@return how many parameters a method has, without the continuation} */
    public static int parameters(Method method) {
        return method.getParameterCount() - (isSuspending(method) ? 1 : 0);
    }

    /** {@return what a method returns; of a suspending function its value, {@code void} for {@code Unit}} */
    public static ResolvableType returned(Method method) {
        if (!isSuspending(method)) {
            return ResolvableType.forMethodReturnType(method);
        }
        ResolvableType value = ResolvableType.forMethodParameter(method, method.getParameterCount() - 1)
                .getGeneric(0);
        return value.toClass().getName().equals("kotlin.Unit") ? ResolvableType.forClass(void.class) : value;
    }

    /** {@return whether the value of a suspending function may be null} */
    public static boolean isNullable(Method method) {
        return new MethodParameter(method, -1).isOptional();
    }

    /**
     * Suspends a function until a value is there; if it is cancelled meanwhile, so is the publisher.
     *
     * @param continuation the last argument of the function
     * @param isUnit whether the value is {@code Unit}, and not what the publisher emits
     * @return what the function has to return
     */
    @SuppressWarnings("unchecked")
    public static @Nullable Object await(Mono<?> value, Object continuation, boolean isUnit) {
        Mono<?> awaited = isUnit ? value.then(Mono.just(Unit.INSTANCE)) : value;
        return MonoKt.awaitSingleOrNull((Mono<Object>) awaited, (Continuation<Object>) continuation);
    }
}
