package io.zmtp.spring.listener;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds the methods that are annotated with {@link ZmtpListener}. Made by the auto-configuration.
 */
public final class ZmtpListenerProcessor implements BeanPostProcessor {

    /** An annotated method; one for each annotation. */
    record Found(Object bean, String beanName, Method method, ZmtpListener annotation) {}

    private final List<Found> found = new ArrayList<>();

    /** A processor that has found nothing yet. */
    public ZmtpListenerProcessor() {}

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        if (!AnnotationUtils.isCandidateClass(type, ZmtpListener.class)) {
            return bean;
        }
        Map<Method, Set<ZmtpListener>> methods = MethodIntrospector.selectMethods(
                type, (MethodIntrospector.MetadataLookup<Set<ZmtpListener>>) method -> {
                    Set<ZmtpListener> annotations = AnnotatedElementUtils.findMergedRepeatableAnnotations(
                            method, ZmtpListener.class, ZmtpListeners.class);
                    return annotations.isEmpty() ? null : annotations;
                });
        synchronized (found) {
            methods.forEach((method, annotations) -> annotations.forEach(annotation -> found.add(
                    new Found(bean, beanName, AopUtils.selectInvocableMethod(method, bean.getClass()), annotation))));
        }
        return bean;
    }

    List<Found> found() {
        synchronized (found) {
            return List.copyOf(found);
        }
    }
}
