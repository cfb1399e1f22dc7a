package io.zmtp.spring.listener;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.spring.core.UnreadablePayloadException;
import io.zmtp.spring.core.ZmtpCallException;
import io.zmtp.spring.core.ZmtpConfigurationException;

/**
 * Logs failures of listeners: the listener, the size of the message, its peer and the class of the failure. Nothing of the
 * message is logged. The text of a failure may quote it, so that only the texts of our own exceptions are shown.
 */
final class ListenerFailureLog {

    private final PacedLog log;

    ListenerFailureLog(Class<?> owner) {
        log = new PacedLog(owner);
    }

    /** A method failed, or the conversion for it. */
    void failed(String listener, String how, Message message, Throwable failure) {
        String on = message.equals(ListenerContainer.STREAM_PLACEHOLDER) ? "" : " on " + describe(message);
        log.error(listener, "The ZMTP listener " + listener + how + on, failure, describe(failure));
    }

    /** A method has chosen what its caller gets. */
    void chosen(String listener, Message message, ZmtpCallException failure) {
        log.info(
                listener + " " + failure.code(),
                "The ZMTP listener " + listener + " failed with the code '" + Printable.of(failure.code()) + "' on "
                        + describe(message));
    }

    void error(String kind, String line, Throwable failure) {
        log.error(kind, line, failure, describe(failure));
    }

    void warn(String kind, String line, Throwable failure) {
        log.warn(kind, line, failure, describe(failure));
    }

    void warn(String kind, String line) {
        log.warn(kind, line);
    }

    private static String describe(Message message) {
        int parts = message.size();
        String from = message.peer()
                .map(Peer::address)
                .map(address -> " from " + Printable.of(address.toString()))
                .orElse("");
        return "a message of " + parts + (parts == 1 ? " part" : " parts") + from;
    }

    private static String describe(Throwable failure) {
        boolean ours = failure instanceof UnreadablePayloadException || failure instanceof ZmtpConfigurationException;
        return ours ? Printable.of(failure.getMessage()) : Printable.of(failure);
    }
}
