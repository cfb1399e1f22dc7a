package io.zmtp.reactive.transport.ws;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * What an end is called in a CLOSE (RFC 6455, section 7.4). The reason is for people who look at the other side; it says
 * nothing that only this side should know.
 */
record CloseStatus(int code, String reason) {

    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    static final int UNACCEPTABLE = 1003;
    static final int BAD_DATA = 1007;
    static final int POLICY = 1008;
    static final int TOO_BIG = 1009;
    static final int INTERNAL_ERROR = 1011;
    static final int TRY_AGAIN = 1013;

    /** The last of those that RFC 6455 and its registry define; from 3000 on they are for libraries and applications. */
    private static final int LAST_DEFINED = 1014;

    private static final int FIRST_FREE = 3000;
    private static final int LAST_FREE = 4999;

    /** The most octets of a reason. */
    static final int MAX_REASON = FrameReader.MAX_CONTROL - 2;

    /** Keeps the reason to what fits, in ASCII. */
    CloseStatus {
        StringBuilder text = new StringBuilder();
        reason.chars()
                .limit(MAX_REASON)
                .forEach(character -> text.append(character < 0x7f && character >= ' ' ? (char) character : '?'));
        reason = text.toString();
    }

    /**
     * How a connection's end is called.
     *
     * @param isClient whether this side connected; a side that accepts goes away when it closes
     */
    static CloseStatus of(Closed.Reason reason, @Nullable Throwable cause, boolean isClient) {
        return switch (reason) {
            case LOCAL -> isClient ? new CloseStatus(NORMAL, "") : new CloseStatus(GOING_AWAY, "closed");
            case PEER -> new CloseStatus(NORMAL, "");
            case IDLE -> new CloseStatus(GOING_AWAY, "no traffic within the idle timeout");
            case HEARTBEAT -> new CloseStatus(GOING_AWAY, "no sign of life within the heartbeat timeout");
            case HANDSHAKE -> ofHandshake(cause);
            case PROTOCOL -> new CloseStatus(PROTOCOL_ERROR, "a rule of ZMTP was broken");
            case TOO_LARGE -> new CloseStatus(TOO_BIG, "more than the limits of this side allow");
            case TLS, IO -> new CloseStatus(INTERNAL_ERROR, "the transport failed");
        };
    }

    /** Whether a status may be in a CLOSE: some stand for what no CLOSE says, such as that there was none. */
    static boolean maySay(int code) {
        boolean isDefined = code >= NORMAL && code <= LAST_DEFINED && (code < 1004 || code > 1006);
        return isDefined || (code >= FIRST_FREE && code <= LAST_FREE);
    }

    /** Whether it says no more than that a peer has gone. */
    boolean isOrderly() {
        return code == NORMAL || code == GOING_AWAY;
    }

    private static CloseStatus ofHandshake(@Nullable Throwable cause) {
        if (!(cause instanceof ZmtpHandshakeException failed)) {
            return new CloseStatus(INTERNAL_ERROR, "the handshake failed");
        }
        return switch (failed.failure()) {
            case REFUSED -> new CloseStatus(TRY_AGAIN, "no place now");
            case CREDENTIALS ->
                failed.isFatal()
                        ? new CloseStatus(POLICY, "credentials refused")
                        : new CloseStatus(TRY_AGAIN, "try again later");
            case SOCKET_TYPE -> new CloseStatus(POLICY, "these socket types do not talk to each other");
            case TIMEOUT -> new CloseStatus(POLICY, "the handshake took too long");
            case PEER_ERROR -> new CloseStatus(NORMAL, "");
            case VERSION, MECHANISM, MALFORMED, CRYPTO -> new CloseStatus(PROTOCOL_ERROR, "the handshake failed");
        };
    }

    @Override
    public String toString() {
        return code + (reason.isEmpty() ? "" : " \"" + Printable.of(reason) + "\"");
    }
}
