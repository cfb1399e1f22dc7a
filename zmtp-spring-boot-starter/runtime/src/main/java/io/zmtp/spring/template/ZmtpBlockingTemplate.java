package io.zmtp.spring.template;

import io.zmtp.reactive.ZmtpTimeoutException;
import io.zmtp.reactive.blocking.BlockingSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;

/**
 * {@link ZmtpTemplate} for code that waits: on virtual threads, or threads of its own. It does so by a
 * {@link BlockingSocket}, and under its rules: any number of threads may call; an interrupt ends a call with a
 * {@code ZmtpInterruptedException}; calls on event loops are refused with an {@code IllegalStateException}.
 *
 * <p>What takes longer than the timeout is given up with a {@link ZmtpTimeoutException}; a message that was not accepted
 * by then is not sent.
 *
 * @since 0.1
 */
public final class ZmtpBlockingTemplate {

    /** For what has an end in time by itself. */
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final ZmtpTemplate template;
    private final Duration timeout;

    /**
     * A template that waits.
     *
     * @param timeout for how long at most
     */
    public ZmtpBlockingTemplate(ZmtpTemplate template, Duration timeout) {
        this.template = template;
        this.timeout = timeout;
    }

    /** {@return the same with another timeout} */
    public ZmtpBlockingTemplate withTimeout(Duration other) {
        return new ZmtpBlockingTemplate(template, other);
    }

    /** As {@link ZmtpTemplate#send(String, Object)}, and waits until the message was accepted. */
    public void send(String socket, Object payload) {
        send(socket, null, payload);
    }

    /** As {@link ZmtpTemplate#send(String, String, Object)}, and waits until the message was accepted. */
    public void send(String socket, @Nullable String topic, Object payload) {
        template.sendNow(socket, topic, payload, timeout);
    }

    /**
     * As {@link ZmtpTemplate#request(String, Object, Class)}, and waits for the reply.
     *
     * @return null if the reply is nothing
     */
    public <T> @Nullable T request(String socket, Object payload, Class<T> reply) {
        return request(socket, null, payload, reply);
    }

    /**
     * As {@link ZmtpTemplate#request(String, String, Object, Class)}, and waits for the reply.
     *
     * @return null if the reply is nothing
     */
    public <T> @Nullable T request(String socket, @Nullable String topic, Object payload, Class<T> reply) {
        return request(socket, topic, payload, ParameterizedTypeReference.forType(reply));
    }

    /**
     * As {@link ZmtpTemplate#request(String, String, Object, ParameterizedTypeReference)}, and waits for the reply.
     *
     * @return null if the reply is nothing
     */
    public <T> @Nullable T request(
            String socket, @Nullable String topic, Object payload, ParameterizedTypeReference<T> reply) {
        return BlockingSocket.await(
                        template.request(socket, topic, payload, reply, timeout)
                                .onErrorMap(
                                        TimeoutException.class,
                                        late -> new ZmtpTimeoutException(
                                                String.valueOf(late.getMessage()), timeout, late)),
                        FOREVER)
                .orElse(null);
    }

    /**
     * The next message of a socket, converted; empty if none came within the timeout. One that comes later is not lost.
     * Fails with a {@code ZmtpClosedException} if the socket is closed.
     */
    public <T> Optional<T> receive(String socket, Class<T> payload) {
        return template.receiveNow(socket, payload, timeout);
    }
}
