package io.zmtp.samples.cli;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Errors in words. */
final class Reasons {

    private Reasons() {}

    /** Without saying again where that was. */
    static String of(Throwable error, Endpoint endpoint) {
        return of(error).replaceFirst("^" + Pattern.quote(endpoint.toString()) + "( \\(peer [^)]*\\))?: ", "");
    }

    static String of(Throwable error) {
        String message = error.getMessage();
        if (message == null || message.isBlank()) {
            Throwable cause = error.getCause();
            return cause == null ? words(error) : of(cause);
        }
        String lower = message.toLowerCase(Locale.ROOT);
        if (error instanceof ConnectException && lower.contains("refused")) {
            return "connection refused";
        }
        if (error instanceof UnknownHostException) {
            return "no such host: " + Printable.of(message);
        }
        if (lower.contains("address already in use")) {
            return "address already in use";
        }
        if (lower.contains("cannot assign requested address")) {
            return "no such address on this machine";
        }
        return Printable.of(message, ZmtpException.MAX_CHARACTERS);
    }

    /** {@code ClosedChannelException} becomes "closed channel". */
    private static String words(Throwable error) {
        return error.getClass()
                .getSimpleName()
                .replaceAll("Exception$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }
}
