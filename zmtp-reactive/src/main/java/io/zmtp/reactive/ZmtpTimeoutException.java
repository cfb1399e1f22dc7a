package io.zmtp.reactive;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A thread has waited as long as it may. What it waited for has not happened: a message was not sent, and a reply is not
 * wanted any more. Publishers fail with a {@link java.util.concurrent.TimeoutException} instead, as Reactor's do.
 *
 * @since 0.1
 */
public final class ZmtpTimeoutException extends ZmtpException {
    private static final long serialVersionUID = 1L;

    private final Duration timeout;

    /**
     * Makes one.
     *
     * @param message where, what was waited for, and how long
     * @param timeout how long the thread has waited
     * @param cause the failure of a publisher that was waited for, if there was one
     */
    public ZmtpTimeoutException(String message, Duration timeout, @Nullable Throwable cause) {
        super(message, cause);
        this.timeout = timeout;
    }

    /** {@return how long the thread has waited} */
    public Duration timeout() {
        return timeout;
    }
}
