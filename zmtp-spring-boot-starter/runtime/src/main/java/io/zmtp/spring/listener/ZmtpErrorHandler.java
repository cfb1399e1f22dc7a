package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import io.zmtp.spring.core.CallFrame;
import io.zmtp.spring.core.UnreadablePayloadException;
import io.zmtp.spring.core.ZmtpCallException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.validation.BindingResult;

/**
 * Decides what happens when a listener method, or the conversion for it, failed and no {@code @MessageExceptionHandler} of
 * its class handles it. ZeroMQ does not deliver again: whatever is decided, this message is gone; except on a socket with
 * {@code delivery: done}, whose sender gets a negative acknowledgement, whatever is decided, and may send it again.
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

        /** The next message is taken. A request stays unanswered: its caller waits until its time is over. */
        record Continue() implements Outcome {}

        /** The listener stops. A caller gets a failure. */
        record Stop() implements Outcome {}

        /**
         * The sender gets a reply in place of the one that the method did not make, and the next message is taken. Nothing is
         * sent where the socket cannot reply.
         *
         * @param payload converted as a method's result
         */
        record Reply(Object payload) implements Outcome {

            /** A reply that is there. */
            public Reply {
                if (payload == null) {
                    throw new IllegalArgumentException(
                            "Outcome.Reply: expected a payload, but it is null: Bytes.EMPTY is an empty one");
                }
            }
        }

        /**
         * A caller gets a failure, as {@link CallFrame} says, and the next message is taken. Nothing is sent where nobody waits
         * for a reply.
         *
         * @param code for programs: a word without line breaks
         * @param text for people
         */
        record Fail(String code, String text) implements Outcome {

            /**
             * What a caller may know of a failure: code and text of a {@link ZmtpCallException}; else that the payload cannot be
             * read, that there was no time left, or that the method failed, and none of the failure's own text.
             */
            public static Fail of(Throwable failure) {
                if (failure instanceof ZmtpCallException chosen) {
                    return new Fail(chosen.code(), chosen.text());
                }
                if (failure instanceof UnreadablePayloadException) {
                    return new Fail(ZmtpCallException.INVALID, "the payload cannot be read");
                }
                if (failure instanceof MethodArgumentNotValidException invalid) {
                    return new Fail(ZmtpCallException.INVALID, "the payload is not valid" + fields(invalid));
                }
                if (failure instanceof TimeoutException) {
                    return new Fail(ZmtpCallException.TIMEOUT, "the listener took too long");
                }
                return new Fail(ZmtpCallException.FAILED, "the listener failed");
            }

            /** Which fields, and what is wrong with them; not what they are. */
            private static String fields(MethodArgumentNotValidException invalid) {
                BindingResult result = invalid.getBindingResult();
                return result == null
                        ? ""
                        : result.getFieldErrors().stream()
                                .map(each -> each.getField() + " " + each.getDefaultMessage())
                                .collect(Collectors.joining("; ", ": ", ""));
            }
        }
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

    /**
     * Logs the failure, as {@link #logging()}, and answers a caller by {@link Outcome.Fail#of}. A {@link ZmtpCallException},
     * by which a method chooses what its caller gets, is no error: its code is logged at INFO.
     */
    static ZmtpErrorHandler replying() {
        ListenerFailureLog log = new ListenerFailureLog(ZmtpErrorHandler.class);
        return (failure, message, listener) -> {
            if (failure instanceof ZmtpCallException chosen) {
                log.chosen(listener, message, chosen);
            } else {
                log.failed(listener, " failed", message, failure);
            }
            return Outcome.Fail.of(failure);
        };
    }
}
