package io.zmtp.spring.listener;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.messaging.handler.annotation.support.AnnotationExceptionHandlerMethodResolver;

/** The exception handlers for the listeners of one class: its own, then those of {@link ZmtpListenerAdvice} beans. */
final class ExceptionHandlers {

    private record Of(Object bean, AnnotationExceptionHandlerMethodResolver methods) {}

    /** A method that takes a failure. */
    record Handler(Object bean, Method method) {}

    private final List<Of> all = new ArrayList<>();

    ExceptionHandlers(Object listener, List<Object> advices) {
        Class<?> type = AopUtils.getTargetClass(listener);
        all.add(new Of(listener, new AnnotationExceptionHandlerMethodResolver(type)));
        for (Object advice : advices) {
            Class<?> adviceType = AopUtils.getTargetClass(advice);
            if (isFor(type, adviceType)) {
                all.add(new Of(advice, new AnnotationExceptionHandlerMethodResolver(adviceType)));
            }
        }
    }

    /** All advice beans, by their order. */
    static List<Object> advices(ListableBeanFactory beans) {
        List<Object> advices = new ArrayList<>(
                beans.getBeansWithAnnotation(ZmtpListenerAdvice.class).values());
        AnnotationAwareOrderComparator.sort(advices);
        return advices;
    }

    private static boolean isFor(Class<?> listener, Class<?> adviceType) {
        ZmtpListenerAdvice advice = AnnotatedElementUtils.findMergedAnnotation(adviceType, ZmtpListenerAdvice.class);
        if (advice == null || advice.assignableTypes().length == 0) {
            return true;
        }
        for (Class<?> each : advice.assignableTypes()) {
            if (each.isAssignableFrom(listener)) {
                return true;
            }
        }
        return false;
    }

    @Nullable
    Handler of(Throwable failure) {
        for (Of each : all) {
            Method method = each.methods().resolveMethod(failure);
            if (method != null) {
                return new Handler(each.bean(), method);
            }
        }
        return null;
    }
}
