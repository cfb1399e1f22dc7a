package io.zmtp.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.PropertyMapping;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of what an application does with its sockets, and of nothing else: only the beans that it imports, codecs,
 * listeners and templates. All sockets are bound to {@code inproc} endpoints of the test's own, without security, unless
 * {@link #transport()} says otherwise; {@link ZmtpTestPeers} has the opposite end of each.
 *
 * @since 0.1
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(ZmtpTestBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(ZmtpTypeExcludeFilter.class)
@AutoConfigureZmtp
@PropertyMapping("zmtp-test")
public @interface ZmtpTest {

    /** Properties in the form {@code key=value}, before all others. */
    String[] properties() default {};

    /** Which endpoints the sockets have. */
    @PropertyMapping("transport")
    Transport transport() default Transport.INPROC;

    /** Where the sockets of a test are. */
    enum Transport {
        /** On {@code inproc} endpoints of the test's own, without security. */
        INPROC,
        /** Where the properties say, and as they say. The opposite end takes the first endpoint. */
        CONFIGURED
    }

    /** Whether what a component scan finds is left out, unless a filter includes it. */
    boolean useDefaultFilters() default true;

    /** What is not left out. */
    Filter[] includeFilters() default {};

    /** What is left out in any case. */
    Filter[] excludeFilters() default {};
}
