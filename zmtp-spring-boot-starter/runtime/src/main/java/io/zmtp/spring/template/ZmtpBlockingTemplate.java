package io.zmtp.spring.template;

import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * {@link ZmtpTemplate} for code that waits: on virtual threads, or threads of its own. Never call it on an event loop.
 *
 * <p>What takes longer than the timeout is given up with an {@code IllegalStateException}; a message that was not accepted
 * by then is taken back.
 *
 * @since 0.1
 */
public final class ZmtpBlockingTemplate {

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
        await(template.send(socket, payload));
    }

    /** As {@link ZmtpTemplate#send(String, String, Object)}, and waits until the message was accepted. */
    public void send(String socket, String topic, Object payload) {
        await(template.send(socket, topic, payload));
    }

    /** As {@link ZmtpTemplate#request(String, Object, Class)}, and waits for the reply. */
    public <T> T request(String socket, Object payload, Class<T> reply) {
        return await(template.request(socket, payload, reply))
                .orElseThrow(() ->
                        new IllegalStateException("the socket '" + socket + "': expected a reply, but none came"));
    }

    /** The next message of a socket, converted; empty if none came within the timeout. One that comes later is not lost. */
    public <T> Optional<T> receive(String socket, Class<T> payload) {
        return template.receive(socket, payload, timeout).blockOptional();
    }

    private <T> Optional<T> await(Mono<T> mono) {
        return mono.blockOptional(timeout.plusMillis(100));
    }
}
