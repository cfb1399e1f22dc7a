package io.zmtp.spring.stream;

import io.zmtp.spring.autoconfigure.SocketFactory;
import io.zmtp.spring.core.ZmtpMessageConverter;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import io.zmtp.spring.template.ZmtpTemplate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The binder, in the context of its own that Cloud Stream makes for it; {@code META-INF/spring.binders} names this class. The
 * sockets are those of the application.
 *
 * @since 0.1
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ZmtpExtendedBindingProperties.class)
public class ZmtpBinderConfiguration {

    ZmtpBinderConfiguration() {}

    @Bean
    ZmtpBinder zmtpBinder(ApplicationContext context, ZmtpExtendedBindingProperties extended) {
        ApplicationContext application = application(context);
        return new ZmtpBinder(
                application.getBean(ZmtpSockets.class),
                application.getBean(SocketFactory.class),
                application.getBean(ZmtpListenerRegistry.class),
                application.getBean(ZmtpTemplate.class),
                application.getBean(ZmtpMessageConverter.class),
                extended);
    }

    /** A binder with an environment of its own has no parent; Cloud Stream gives it the application's context by this name. */
    private static ApplicationContext application(ApplicationContext context) {
        return context.containsBean("outerContext")
                ? context.getBean("outerContext", ApplicationContext.class)
                : context;
    }

    /** The worst health of the sockets that bindings use. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class HealthConfiguration {

        private static final String SOCKETS = "zmtpHealthContributor";

        @Bean
        HealthIndicator zmtpBinderHealthIndicator(ApplicationContext context, ZmtpBinder binder) {
            ApplicationContext application = application(context);
            return () -> {
                Map<String, Status> states = new LinkedHashMap<>();
                if (application.containsBean(SOCKETS)) {
                    CompositeReactiveHealthContributor sockets =
                            application.getBean(SOCKETS, CompositeReactiveHealthContributor.class);
                    for (String name : new TreeSet<>(binder.used())) {
                        if (sockets.getContributor(name) instanceof ReactiveHealthIndicator indicator) {
                            Health health = indicator.health().block();
                            states.put(name, health == null ? Status.UNKNOWN : health.getStatus());
                        }
                    }
                }
                return Health.status(worst(states))
                        .withDetail("sockets", states)
                        .build();
            };
        }

        private static Status worst(Map<String, Status> states) {
            for (Status bad : new Status[] {Status.DOWN, Status.OUT_OF_SERVICE, Status.UNKNOWN}) {
                if (states.containsValue(bad)) {
                    return bad;
                }
            }
            return states.isEmpty() ? Status.UNKNOWN : Status.UP;
        }
    }
}
