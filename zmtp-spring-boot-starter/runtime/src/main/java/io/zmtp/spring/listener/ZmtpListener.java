package io.zmtp.spring.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Calls a method for the messages of a socket.
 *
 * <p>Parameters: {@code Message}, {@code Bytes} (the last part), {@code Peer}; {@code Principal} or a type of it, the user at
 * the other end, null if there is none; {@code @Payload} or no annotation for the
 * last part converted; {@code @Header}, see {@link ZmtpHeaders}; {@code @DestinationVariable} for a variable of the topic;
 * on a subscription with a replay {@code Published}, {@code Gap}, which makes it a method for gaps only, or {@code Update} for both;
 * or one {@code Flux} alone, or a {@code Flow} of Kotlin, for the whole stream, paced by what the method asks for.
 *
 * <p>What is returned is the reply: on REP, ROUTER, SERVER, PEER, DEALER, PAIR and CHANNEL, to the peer that sent the
 * message. On sockets that cannot reply a method returns nothing, or completes.
 *
 * <p>A method that returns a {@code Mono}, {@code Flux} or another reactive type, or suspends, is called on the event loop,
 * and must not block. Any other one is called on a virtual thread where the JVM has them, else on {@code boundedElastic}, and may.
 *
 * <p>A caller that gives up, or goes, ends the work for it: what the method returned is cancelled, or the method interrupted. So
 * it is for calls of this starter through DEALER, and for what a REQ asks a ROUTER.
 *
 * <p>Several listeners of one socket do not wait for each other. Where one is slow, up to {@code zmtp.listener.max-waiting}
 * messages wait for it, so many more for each further 16 KiB that they have, and of these up to
 * {@code zmtp.listener.max-waiting-per-peer} are calls of one peer; further calls fail as {@code busy}. Messages that nobody waits
 * for a reply to, and requests that have equal envelopes, are not refused: beyond the limit no more is read from the
 * socket until there is room. A listener that is alone leaves what it cannot handle yet in the socket's queues, except on ROUTER.
 *
 * <p>ZeroMQ does not deliver again: a message whose method failed is gone. On a socket with {@code delivery: done} the end of the
 * method acknowledges the message, and its failure says that the work was not done, so that the sender may send it again; a
 * {@code ZmtpNackException} says why. See {@link ZmtpErrorHandler}. The listener goes
 * on, also after an error of the JVM. If a stream fails, or the socket has another subscriber, the listener is started again
 * after 100 ms, then after twice as long each time, up to 30 s. Until then it is {@link ListenerState#RETRYING}, which health
 * shows as well.
 *
 * @since 0.1
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(ListenerReflection.class)
@Repeatable(ZmtpListeners.class)
public @interface ZmtpListener {

    /** The name of the socket. */
    @AliasFor("socket")
    String value() default "";

    /** The name of the socket. */
    @AliasFor("value")
    String socket() default "";

    /** The id of the listener in the registry; by default the names of the bean and the method with a dot between. */
    String id() default "";

    /**
     * Which messages, by their topic: the first of two or more parts, behind the envelope; of a published message always
     * the first part. A topic without wildcards is a prefix, as in ZeroMQ. With {@code *} (one word between dots),
     * {@code **} (any number) or {@code {variable}} (one word, of any characters but dots) it is a pattern for the whole topic, of at most 255 octets: a longer one
     * matches no pattern. Between two dots a pattern has at most two wildcards and variables without an expression of their
     * own, such as {@code {day:[0-9]+}}. On a SUB socket they are subscribed to while the listener runs; empty is for what
     * the socket subscribes to itself, or for all if that is nothing; and for all elsewhere.
     *
     * <p>Where topics of several listeners overlap, each listener of a SUB gets the message; of other sockets the one whose topic
     * has the longest beginning without wildcards.
     *
     * <p>What no listener of the socket wants is dropped, and counted as {@code NO_RECEIVER}.
     */
    String[] topics() default {};

    /** The media type of payloads and replies; by default the socket's {@code content-type}. */
    String contentType() default "";

    /**
     * How many messages are handled at a time, a number or a placeholder; by default {@code zmtp.listener.concurrency}, or 256
     * where the method replies, 64 if it blocks a thread that is not virtual, and 1 elsewhere. Listeners do not share it. Messages
     * with equal envelopes are handled one after another: the peer could not know which reply is which.
     */
    String concurrency() default "";

    /**
     * How long the method may take for a message, such as {@code 2s}, or a placeholder; by default {@code zmtp.listener.timeout}.
     * Then it is cancelled, or interrupted, and has failed by a {@code TimeoutException}. Streams have no such limit.
     */
    String timeout() default "";

    /** Whether it starts with the application; by default {@code zmtp.listener.auto-startup}. */
    String autoStartup() default "";

    /** The bean name of its {@link ZmtpErrorHandler}; by default the only such bean, or {@code zmtp.listener.on-error}. */
    String errorHandler() default "";
}
