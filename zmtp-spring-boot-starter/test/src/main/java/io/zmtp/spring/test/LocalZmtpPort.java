package io.zmtp.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The port that a socket of the application is bound to, as a field of a test or as a parameter of a test method, of type
 * {@code int}. It is what {@code local.zmtp.<name>.port} says.
 *
 * @since 0.1
 */
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(LocalZmtpPortExtension.class)
public @interface LocalZmtpPort {

    /** The name of the socket. */
    String value();
}
