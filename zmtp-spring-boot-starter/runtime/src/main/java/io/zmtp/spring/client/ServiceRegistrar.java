package io.zmtp.spring.client;

import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.context.annotation.ImportAware;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the interfaces that {@link ImportZmtpServices} names as beans. Public for the code that Spring generates
 * ahead of time, in the package of the annotated class.
 */
public final class ServiceRegistrar implements BeanRegistrar, ImportAware {

    private MergedAnnotation<ImportZmtpServices> services = MergedAnnotation.missing();

    /** Made by Spring. */
    public ServiceRegistrar() {}

    @Override
    public void setImportMetadata(AnnotationMetadata metadata) {
        services = metadata.getAnnotations().get(ImportZmtpServices.class);
    }

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        String socket = services.getString("socket");
        for (Class<?> type : services.getClassArray("types")) {
            register(registry, type, socket);
        }
    }

    /** By the name of the class, for a short name may be that of a socket. */
    private static <T> void register(BeanRegistry registry, Class<T> type, String socket) {
        registry.registerBean(
                type.getName(),
                type,
                spec -> spec.description("requests through zmtp.sockets." + socket)
                        .supplier(context -> context.bean(ZmtpServices.class).create(type, socket)));
    }
}
