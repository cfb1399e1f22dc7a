package io.zmtp.spring.client;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.AnnotationMetadata;

/** Registers what {@link ImportZmtpServices} names. */
final class ServiceRegistrar implements ImportBeanDefinitionRegistrar {

    @Override
    public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
        MergedAnnotation<ImportZmtpServices> services =
                metadata.getAnnotations().get(ImportZmtpServices.class);
        for (Class<?> type : services.getClassArray("types")) {
            RootBeanDefinition service = new RootBeanDefinition(ServiceFactory.class);
            service.setTargetType(ResolvableType.forClassWithGenerics(ServiceFactory.class, type));
            service.setAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE, type);
            service.getConstructorArgumentValues().addGenericArgumentValue(type);
            service.getConstructorArgumentValues().addGenericArgumentValue(services.getString("socket"));
            registry.registerBeanDefinition(type.getName(), service); // a short name may be that of a socket
        }
    }
}
