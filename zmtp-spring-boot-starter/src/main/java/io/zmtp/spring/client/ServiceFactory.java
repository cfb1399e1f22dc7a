package io.zmtp.spring.client;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;

/** Makes the bean of one interface. */
final class ServiceFactory<T> implements FactoryBean<T>, BeanFactoryAware {

    private final Class<T> type;
    private final String socket;
    private @Nullable BeanFactory beans;

    ServiceFactory(Class<T> type, String socket) {
        this.type = type;
        this.socket = socket;
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        beans = beanFactory;
    }

    @Override
    public T getObject() {
        if (beans == null) {
            throw new IllegalStateException("not initialized");
        }
        return beans.getBean(ZmtpServices.class).create(type, socket);
    }

    @Override
    public Class<T> getObjectType() {
        return type;
    }
}
