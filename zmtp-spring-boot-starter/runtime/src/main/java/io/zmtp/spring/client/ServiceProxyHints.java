package io.zmtp.spring.client;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;

/** Hints for a native image: the interfaces that {@link ServiceRegistrar} registers, and their proxies. */
final class ServiceProxyHints implements BeanRegistrationAotProcessor {

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
        if (bean.getMergedBeanDefinition().getSource() != ServiceRegistrar.class) {
            return null;
        }
        Class<?> service = bean.getBeanClass();
        return (generation, code) -> {
            RuntimeHints hints = generation.getRuntimeHints();
            hints.proxies().registerJdkProxy(service);
            hints.reflection().registerType(service, MemberCategory.INVOKE_PUBLIC_METHODS);
        };
    }
}
