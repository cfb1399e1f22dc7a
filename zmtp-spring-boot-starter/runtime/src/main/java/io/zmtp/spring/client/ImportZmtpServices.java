package io.zmtp.spring.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Makes beans of interfaces with {@link ZmtpExchange} methods.
 *
 * @since 0.1
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Import(ServiceRegistrar.class)
public @interface ImportZmtpServices {

    /** The name of the REQ or DEALER socket that requests go through. */
    String socket();

    /** The interfaces that become beans, each by the name of its class. */
    Class<?>[] types();
}
