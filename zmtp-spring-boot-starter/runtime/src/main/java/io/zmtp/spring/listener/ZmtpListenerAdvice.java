package io.zmtp.spring.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

/**
 * A bean whose {@code @MessageExceptionHandler} methods take the failures of all listeners, or of those in some classes, as
 * {@code @ControllerAdvice} does for the web. The handlers of the listener's own class come first, then those of these beans by
 * their {@code @Order}.
 *
 * @since 0.1
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
public @interface ZmtpListenerAdvice {

    /** The name of the bean. */
    @AliasFor(annotation = Component.class, attribute = "value")
    String name() default "";

    /** The classes whose listeners it is for, and their subclasses; by default all. */
    Class<?>[] assignableTypes() default {};
}
