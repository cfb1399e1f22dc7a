package io.zmtp.spring.core;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpException;

/**
 * Failures at an endpoint in words, for a line that names the endpoint already.
 *
 * @since 0.1
 */
public final class FailureText {

    private FailureText() {}

    /** {@return what failed, printable, without the endpoint and without its address} */
    public static String of(Throwable failure, Endpoint endpoint) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        String prefix = endpoint + ": ";
        String rest = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
        return Printable.of(withoutAddress(rest, endpoint), ZmtpException.MAX_CHARACTERS);
    }

    /** The JDK and Netty end with the address, as in {@code Connection refused: localhost/127.0.0.1:5555}. */
    private static String withoutAddress(String text, Endpoint endpoint) {
        int colon = text.lastIndexOf(": ");
        String last = colon < 0 ? "" : text.substring(colon + 2);
        boolean isAddress = last.endsWith(":" + endpoint.port()) && last.indexOf('/') >= 0 && last.indexOf(' ') < 0;
        return isAddress || (!last.isEmpty() && last.equals(endpoint.name())) ? text.substring(0, colon) : text;
    }
}
