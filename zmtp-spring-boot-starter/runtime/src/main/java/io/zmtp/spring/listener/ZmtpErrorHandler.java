package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;

/**
 * Decides what happens when a listener method, or the conversion for it, failed and no {@code @MessageExceptionHandler} of
 * its class handles it. ZeroMQ does not deliver again: whatever is decided, this message is gone.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ZmtpErrorHandler {

    /**
     * Decides. Called on the thread that the method was called on, which may be an event loop: it must not block.
     *
     * @param failure what the method threw
     * @param message the message; if the method takes the stream itself, one that says {@code (the stream)}
     * @param listener the id of the listener
     */
    Outcome handle(Throwable failure, Message message, String listener);

    /** What happens next. */
    sealed interface Outcome {

        /** The next message is taken. A request stays unanswered. */
        record Continue() implements Outcome {}

        /** The listener stops. */
        record Stop() implements Outcome {}

        /**
         * The sender gets a reply, and the next message is taken. Where the socket cannot reply it is only logged.
         *
         * @param payload converted as a method's result
         */
        record Reply(Object payload) implements Outcome {}
    }

    /**
     * Logs the failure, and goes on. One line at once, and then one a minute for each listener and class of failure, with a
     * count; the stack trace of each at DEBUG. Nothing of the message is logged, nor the text of the failure, which may quote
     * it.
     */
    static ZmtpErrorHandler logging() {
        ListenerFailureLog log = new ListenerFailureLog(ZmtpErrorHandler.class);
        return (failure, message, listener) -> {
            log.failed(listener, " failed", message, failure);
            return new Outcome.Continue();
        };
    }

    /** Logs the failure, as {@link #logging()}, and stops the listener. */
    static ZmtpErrorHandler stopping() {
        ListenerFailureLog log = new ListenerFailureLog(ZmtpErrorHandler.class);
        return (failure, message, listener) -> {
            log.failed(listener, " stops: it failed", message, failure);
            return new Outcome.Stop();
        };
    }

    /** Logs the failure, as {@link #logging()}, and replies with its text. */
    static ZmtpErrorHandler replying() {
        ListenerFailureLog log = new ListenerFailureLog(ZmtpErrorHandler.class);
        return (failure, message, listener) -> {
            log.failed(listener, " failed", message, failure);
            return new Outcome.Reply("error: " + failure.getMessage());
        };
    }
}
