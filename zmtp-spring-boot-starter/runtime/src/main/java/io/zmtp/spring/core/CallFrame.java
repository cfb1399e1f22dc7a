package io.zmtp.spring.core;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Printable;
import org.jspecify.annotations.Nullable;

/**
 * How a request is answered by one reply, and what the reply is: a value, nothing, or a failure. ZMTP knows no calls: these
 * are messages like all others, and any peer can be either side. A reply is one part, whichever it is, behind the envelope of
 * its request.
 *
 * <pre>
 * a value      the payload
 * nothing      an empty part; or, where the id of the request says that it is known,  00 "zmtp-nothing" 0A
 * a failure    00 "zmtp-error" 0A  code 0A  text
 * </pre>
 *
 * <p>The code is for programs, the text for people; both are in UTF-8. A peer that does not know them sees a part that begins
 * with a zero octet, as no JSON and no text does.
 *
 * <p>A DEALER of this starter asks by an id of its own kind, which other programs return as they return any:
 *
 * <pre>
 * asking      00 "zmtp-call" 0A number   (empty)   [route]  payload
 * answering   the same                   (empty)   reply
 *             the same                   (empty)   00 "zmtp-cancellable" 0A     the work may be cancelled; may be left out
 * asking      the same                   (empty)   00 "cancel"  (empty)         the reply is not wanted any more
 * </pre>
 *
 * <p>The number has 16 octets. The asking side chooses it, such that it cannot be guessed. It sends a {@code cancel} only to
 * a peer from which a {@code cancellable} has come, with this call or an earlier one of the connection.
 *
 * @since 0.1
 */
public final class CallFrame {

    /** The reply that is nothing, for an asking side whose id is that of a call. */
    public static final Bytes NOTHING = Bytes.utf8("\0zmtp-nothing\n");

    /** Calls of this connection may be cancelled. */
    public static final Bytes CANCELLABLE = Bytes.utf8("\0zmtp-cancellable\n");

    /** The reply is not wanted any more. */
    public static final Bytes CANCEL = StreamFrame.CANCEL;

    private static final RequestIdKind ID = new RequestIdKind("\0zmtp-call\n");
    private static final Bytes ERROR = Bytes.utf8("\0zmtp-error\n");
    private static final int MAX_TEXT = 1000;

    private CallFrame() {}

    /**
     * The id of a call.
     *
     * @param number of 16 octets
     */
    public static Bytes id(Bytes number) {
        return ID.of(number);
    }

    /** {@return whether an id is that of a call} */
    public static boolean isCall(Bytes id) {
        return ID.is(id);
    }

    /** {@return the reply that is a failure} */
    public static Bytes failure(String code, String text) {
        return Bytes.utf8(ERROR.utf8() + code + "\n" + text);
    }

    /** {@return the failure that a reply is; null if it is a value, or nothing} */
    public static @Nullable ZmtpCallException failureOf(Bytes reply) {
        if (!reply.startsWith(ERROR)) {
            return null;
        }
        String all = reply.slice(ERROR.size(), reply.size()).utf8();
        int end = all.indexOf('\n');
        return end < 0 ? came(ZmtpCallException.FAILED, all) : came(all.substring(0, end), all.substring(end + 1));
    }

    /** {@return a failure that a peer has sent, fit to be shown} */
    public static ZmtpCallException came(String code, String text) {
        String shown = code.isEmpty() ? ZmtpCallException.FAILED : Printable.of(code);
        return new ZmtpCallException(shown, Printable.of(text, MAX_TEXT));
    }

    /** {@return that a reply is not wanted any more} */
    public static Message cancel(Bytes id) {
        return StreamFrame.of(id, CANCEL, Bytes.EMPTY);
    }
}
