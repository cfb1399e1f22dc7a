package io.zmtp.reactive.connection;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.ZmtpClosedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Why a connection ends: noted once, told once. Written on the event loop, read by anyone. */
final class Ending {

    private final Sinks.One<Closed> closed = Sinks.one();
    private volatile @Nullable Reason reason;
    private volatile @Nullable Throwable cause;

    /** Notes who ends the connection and why; false if that is known already. */
    boolean begin(Reason why, @Nullable Throwable because) {
        if (reason != null) {
            return false;
        }
        cause = because;
        reason = why;
        return true;
    }

    @Nullable
    Reason reason() {
        return reason;
    }

    @Nullable
    Throwable cause() {
        return cause;
    }

    /** Tells those who wait for the end. */
    void tell(Closed end) {
        closed.tryEmitValue(end);
    }

    Mono<Closed> told() {
        return Shield.each(closed.asMono());
    }

    /** What those get who would still send. */
    static ZmtpClosedException toSenders(String where, Closed end) {
        return new ZmtpClosedException(
                where + "closed: " + end.reason()
                        + (end.cause() == null ? "" : ", " + end.cause().getMessage())
                        + (end.unsentMessages() == 0 ? "" : ", " + end.unsentMessages() + " messages were not sent"),
                end);
    }

    /** What receivers get after what came whole: null for an end in order. */
    static @Nullable Throwable toReceivers(Closed end, ZmtpClosedException ended) {
        return switch (end.reason()) {
            case LOCAL -> null;
            case PEER -> end.cause();
            case IDLE, HEARTBEAT -> ended;
            case HANDSHAKE, TLS, PROTOCOL, TOO_LARGE, IO -> end.cause() == null ? ended : end.cause();
        };
    }
}
