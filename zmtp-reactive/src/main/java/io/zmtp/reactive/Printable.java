package io.zmtp.reactive;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes texts fit to be shown in one line of a log, on a terminal or on a page, although a peer may have chosen them. A peer
 * cannot forge a line by them, nor steer a terminal, turn the direction of writing, or fill a disk.
 *
 * @since 0.1
 */
public final class Printable {

    /** How many characters of a text are shown: 200. */
    public static final int MAX_CHARACTERS = 200;

    private static final int MAX_CAUSES = 8;

    private Printable() {}

    /** As {@link #of(String, int)}, with {@link #MAX_CHARACTERS} characters. */
    public static String of(@Nullable String text) {
        return of(text, MAX_CHARACTERS);
    }

    /**
     * Escapes and cuts a text. Control characters, line separators, invisible characters such as those that turn the
     * direction of writing, halves of pairs, and what Unicode does not define, become <code>&#92;u</code> and four
     * hexadecimal digits. What is printable stays, so that escaping a text twice changes nothing.
     *
     * @param text the text; null is shown as such
     * @param most how many characters are shown, escapes included; a text that is cut ends with its whole length
     * @return the text in one line
     */
    public static String of(@Nullable String text, int most) {
        if (text == null) {
            return "null";
        }
        if (text.length() <= most && isAscii(text)) {
            return text; // as nearly all are, also those that nobody ever looks at
        }
        StringBuilder shown = new StringBuilder(Math.min(text.length(), most));
        int at = 0;
        while (at < text.length()) {
            int character = text.codePointAt(at);
            int next = at + Character.charCount(character);
            int before = shown.length();
            if (isPrintable(character)) {
                shown.appendCodePoint(character);
            } else {
                for (int i = at; i < next; i++) {
                    shown.append(String.format(Locale.ROOT, "\\u%04x", (int) text.charAt(i)));
                }
            }
            if (shown.length() > most) {
                shown.setLength(before);
                return shown.append("… (")
                        .append(text.length())
                        .append(" characters)")
                        .toString();
            }
            at = next;
        }
        return shown.toString();
    }

    private static boolean isAscii(String text) {
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character < ' ' || character > '~') {
                return false;
            }
        }
        return true;
    }

    /** {@return whether a text can be shown as it is} */
    public static boolean isPrintable(String text) {
        return text.codePoints().allMatch(Printable::isPrintable);
    }

    /** {@return whether a character, by its code point, can be shown as it is} */
    public static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /**
     * Describes a failure of any code: its class, where it was thrown, and the class of its first cause. Its text is left
     * out, since such texts quote what could not be used, and that may be a payload. Only the text of a
     * {@link ZmtpException} is shown, as it quotes no payload.
     *
     * @param failure the failure
     * @return such as {@code java.lang.NumberFormatException at app.Orders.place(Orders.java:31)}
     */
    public static String of(Throwable failure) {
        if (failure instanceof ZmtpException ours) {
            return ours.getClass().getSimpleName() + ": " + ours.getMessage();
        }
        String where = place(failure.getStackTrace());
        Throwable root = failure;
        for (int depth = 0; depth < MAX_CAUSES && root.getCause() != null; depth++) {
            root = root.getCause();
        }
        return failure.getClass().getName()
                + (where.isEmpty() ? "" : " at " + where)
                + (root == failure ? "" : ", caused by " + root.getClass().getName());
    }

    /** The first frame outside the JDK, as the JDK's own frames say little of what was asked of it. */
    private static String place(StackTraceElement[] trace) {
        for (StackTraceElement frame : trace) {
            if (!frame.getClassName().startsWith("java.")
                    && !frame.getClassName().startsWith("jdk.")) {
                return frame.toString();
            }
        }
        return trace.length == 0 ? "" : trace[0].toString();
    }

    /**
     * Makes a stack trace for a log: the classes and frames of a failure and of its causes, without their texts, for the
     * reason given at {@link #of(Throwable)}.
     *
     * @param failure the failure
     * @return to be logged in its place
     */
    public static Throwable trace(Throwable failure) {
        return trace(failure, MAX_CAUSES);
    }

    private static Throwable trace(Throwable failure, int depth) {
        Throwable cause = failure.getCause();
        Throwable shown = new Trace(
                failure instanceof ZmtpException
                        ? of(failure)
                        : failure.getClass().getName(),
                cause == null || depth == 0 ? null : trace(cause, depth - 1));
        shown.setStackTrace(failure.getStackTrace());
        return shown;
    }

    /** Is logged, and never thrown. */
    private static final class Trace extends Throwable {
        private static final long serialVersionUID = 1L;

        Trace(String text, @Nullable Throwable cause) {
            super(text, cause, false, true);
        }
    }
}
