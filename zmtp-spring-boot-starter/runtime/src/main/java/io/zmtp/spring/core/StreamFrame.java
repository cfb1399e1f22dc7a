package io.zmtp.spring.core;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;

/**
 * How a request is answered by a stream, between DEALER and ROUTER. ZMTP knows no streams: these are messages like all
 * others, and any peer can be either side. All of a stream carry the id of its request, and an empty part behind it.
 *
 * <pre>
 * asking     00 "zmtp-stream" 0A number   (empty)   route        payload
 * answering  the same                     (empty)   "S"          (empty)     it begins; may be left out
 *            the same                     (empty)   "N"          payload     the next element
 *            the same                     (empty)   "C"          (empty)     it is complete
 *            the same                     (empty)   "E"   code   text        it has failed; the code may be left out
 * asking     the same                     (empty)   00 "more"    number      so many elements more, in decimal digits
 *            the same                     (empty)   00 "cancel"  (empty)     no more, and no end either
 * </pre>
 *
 * <p>The number has 16 octets. The asking side chooses it, such that it cannot be guessed. At first {@link #WINDOW}
 * elements may be sent, then as many as were asked for; a further one fails the stream. What comes with an id that the
 * asking side does not know, or no longer, it answers with a {@code cancel}.
 *
 * @since 0.1
 */
public final class StreamFrame {

    /** How many elements may be under way. */
    public static final int WINDOW = 256;

    /** The stream begins. */
    public static final Bytes STARTED = Bytes.utf8("S");
    /** An element. */
    public static final Bytes NEXT = Bytes.utf8("N");
    /** The end. */
    public static final Bytes COMPLETE = Bytes.utf8("C");
    /** The end by a failure. */
    public static final Bytes ERROR = Bytes.utf8("E");
    /** More elements may be sent. */
    public static final Bytes MORE = Bytes.utf8("\0more");
    /** No more elements are wanted. */
    public static final Bytes CANCEL = Bytes.utf8("\0cancel");

    private static final RequestIdKind ID = new RequestIdKind("\0zmtp-stream\n");

    private StreamFrame() {}

    /**
     * The id of a request that is answered by a stream.
     *
     * @param number of 16 octets
     */
    public static Bytes id(Bytes number) {
        return ID.of(number);
    }

    /** {@return whether an id is that of a stream} */
    public static boolean isStream(Bytes id) {
        return ID.is(id);
    }

    /** {@return a message about a stream, as the other side gets it} */
    public static Message of(Bytes id, Bytes flag, Bytes body) {
        return Message.of(id, Bytes.EMPTY, flag, body);
    }

    /** {@return that so many more elements may be sent} */
    public static Message more(Bytes id, int count) {
        return of(id, MORE, Bytes.utf8(Integer.toString(count)));
    }
}
