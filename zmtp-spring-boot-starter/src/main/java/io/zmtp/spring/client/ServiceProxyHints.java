package io.zmtp.spring.client;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;

/** Tells a native image of the proxies that {@link ZmtpServices} makes. */
final class ServiceProxyHints implements BeanRegistrationAotProcessor {

    @Override
    public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
        Object type = bean.getMergedBeanDefinition().getAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE);
        if (bean.getBeanClass() != ServiceFactory.class || !(type instanceof Class<?> service)) {
            return null;
        }
        return (generation, code) -> generation.getRuntimeHints().proxies().registerJdkProxy(service);
    }
}
