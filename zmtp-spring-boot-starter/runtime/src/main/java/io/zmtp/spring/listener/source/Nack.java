package io.zmtp.spring.listener.source;

import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.spring.core.UnreadablePayloadException;
import io.zmtp.spring.core.ZmtpCallException;
import io.zmtp.spring.listener.method.HandledMessage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.springframework.messaging.MessagingException;

/**
 * What the sender of a message learns of a failure here: what the application chose by a {@link ZmtpNackException} or a
 * {@link ZmtpCallException}; else a code and a general text, as the failure's own may quote the message.
 *
 * @param code as those of {@link ZmtpNackException}: the sender tries again if its highest bit is set
 */
record Nack(int code, String text) {

    /** Another peer, or the same one when it is back, may do the work. */
    static ZmtpNackException givenUp() {
        return new ZmtpNackException(
                ZmtpNackException.OVERLOADED, "the listener was stopped before it had done the work");
    }

    static Nack of(Throwable thrown) {
        Throwable failure = cause(thrown);
        if (failure instanceof ZmtpNackException chosen) {
            return new Nack(chosen.code(), chosen.text());
        }
        if (failure instanceof ZmtpCallException chosen) {
            return new Nack(codeOf(chosen.code()), chosen.code() + ": " + chosen.text());
        }
        if (failure instanceof UnreadablePayloadException
                || isOfArgument(failure)
                || failure instanceof IllegalArgumentException) {
            return new Nack(ZmtpNackException.BAD_INPUT, "the message makes no sense to the listener");
        }
        if (failure instanceof TimeoutException) {
            return new Nack(ZmtpNackException.TIMEOUT, "the listener took too long");
        }
        if (failure instanceof RejectedExecutionException) {
            return new Nack(ZmtpNackException.OVERLOADED, "the listener has too much to do");
        }
        return new Nack(ZmtpNackException.INTERNAL, "the listener failed");
    }

    /** Flows and functions of Spring's throw a failure of their own around that of the application. */
    private static Throwable cause(Throwable thrown) {
        Throwable failure = thrown;
        while (failure instanceof MessagingException && failure.getCause() != null && !isOfArgument(failure)) {
            failure = failure.getCause();
        }
        return failure;
    }

    /** Whether an argument of the method could not be made of its message, or is not valid. */
    private static boolean isOfArgument(Throwable failure) {
        return failure instanceof MessagingException unfit && unfit.getFailedMessage() instanceof HandledMessage;
    }

    private static int codeOf(String code) {
        return switch (code) {
            case ZmtpCallException.TIMEOUT -> ZmtpNackException.TIMEOUT;
            case ZmtpCallException.BUSY -> ZmtpNackException.OVERLOADED;
            case ZmtpCallException.INVALID, ZmtpCallException.NOT_FOUND -> ZmtpNackException.BAD_INPUT;
            case ZmtpCallException.FAILED -> ZmtpNackException.INTERNAL;
            default -> ZmtpNackException.REJECTED;
        };
    }
}
