package io.zmtp.spring.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * Makes a method of an interface a request, through a REQ or a DEALER socket; and, on the interface, names what its routes
 * begin with.
 *
 * <pre>
 *            through REQ         through DEALER
 * request    route   payload     id   (empty)   route   payload     the payload is empty if there is no such parameter
 * reply      payload             id   (empty)   payload             the last part
 * </pre>
 *
 * <p>Any REP or ROUTER peer can answer; here a listener with {@code topics = "quote.{symbol}"} does. With
 * {@code correlate} on the REQ socket, and always through DEALER, any number of requests may be under way, else they wait
 * for each other. A stream, {@code Flux}, goes through DEALER to a ROUTER, as
 * {@link io.zmtp.spring.core.StreamFrame} says.
 *
 * <p>Parameters: {@code @DestinationVariable} for a variable of the route, and one more for the payload. An argument that is
 * null is refused with an {@code IllegalArgumentException}. Returned is a {@code Mono} or a {@code CompletableFuture} of the
 * reply; or the reply itself, for which the thread waits, which must not be an event loop's. A suspending function of Kotlin
 * returns it too, and may be cancelled; a {@code Flow} is a stream.
 *
 * <p>A request fails after {@code zmtp.rpc.timeout}, and so does a stream of which nothing has come by then, with a
 * {@code TimeoutException}; where a thread waits, with a {@link io.zmtp.reactive.ZmtpTimeoutException}. A reply that comes
 * later is dropped.
 *
 * @since 0.1
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(ExchangeReflection.class)
public @interface ZmtpExchange {

    /** The route; that of the interface and that of the method are joined by a dot. Variables are in braces. */
    String value() default "";
}
