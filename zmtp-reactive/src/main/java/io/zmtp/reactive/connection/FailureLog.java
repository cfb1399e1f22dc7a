package io.zmtp.reactive.connection;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.monitor.PacedLog;
import java.net.SocketAddress;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Warns of what happens where nobody's {@code connect()} hears of it: handshakes that failed, and peers that are not accepted.
 * One line a minute for each reason, with a count, so that a port scanner cannot fill the log. Internal: made for sockets,
 * not for their users.
 */
public final class FailureLog {

    private final PacedLog log;

    /**
     * Makes a log.
     *
     * @param owner the class that gives the logger its name
     */
    public FailureLog(Class<?> owner) {
        this.log = new PacedLog(owner);
    }

    /** A handshake failed, whose failure says which peer it was. */
    public void note(Endpoint endpoint, Throwable failure) {
        note(endpoint.toString(), failure);
    }

    /** A request failed before there was a connection. */
    void note(Endpoint endpoint, @Nullable SocketAddress peer, Throwable failure) {
        note(where(endpoint, peer), failure);
    }

    private void note(String where, Throwable failure) {
        String reason = reason(failure);
        if (!reason.isEmpty()) { // else the peer left, or the network did: the connection's life, logged at DEBUG
            log.warn(reason, where + ": a handshake failed with " + reason + ": " + failure.getMessage());
        }
    }

    /** No more is accepted for now, which happened so often. */
    void paused(Endpoint endpoint, int connections, int handshakes, long count) {
        log.warn(
                "paused",
                endpoint + ": accepting has paused" + (count == 1 ? "" : " " + count + " times")
                        + ": there are as many peers as there may be, " + connections + ", of which " + handshakes
                        + " are in their handshakes, and others wait until one ends; see maxConnections, maxHandshakes,"
                        + " and heartbeat, which finds those that are dead");
    }

    /** What texts begin with. The address may be one that a header of the peer says, such as X-Forwarded-For. */
    static String where(Endpoint endpoint, @Nullable SocketAddress peer) {
        return endpoint + (peer == null ? "" : " (peer " + Printable.of(peer.toString()) + ")");
    }

    private static String reason(Throwable failure) {
        if (failure instanceof ZmtpHandshakeException handshake) {
            return handshake.failure().name();
        }
        return failure instanceof SSLException ? "TLS" : "";
    }
}
