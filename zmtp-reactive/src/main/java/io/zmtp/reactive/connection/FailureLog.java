package io.zmtp.reactive.connection;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpHandshakeException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Warns of handshakes that failed at a server, where nobody's {@code connect()} hears of them: one line a minute for
 * each reason, with a count, so that a port scanner cannot fill the log.
 */
final class FailureLog {

    private static final Logger LOG = Loggers.getLogger(ZmtpServer.class);
    private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

    private static final class Line {
        long writtenAt;
        int held;
    }

    private final Map<String, Line> lines = new HashMap<>();

    void note(Endpoint endpoint, Throwable failure) {
        String reason = reason(failure);
        if (reason.isEmpty()) {
            return; // the peer left, or the network did: the connection's life, told at DEBUG
        }
        int held;
        synchronized (lines) {
            Line line = lines.get(reason);
            long now = System.nanoTime();
            if (line != null && now - line.writtenAt < PAUSE) {
                line.held++;
                return;
            }
            held = line == null ? 0 : line.held;
            Line fresh = new Line();
            fresh.writtenAt = now;
            lines.put(reason, fresh);
        }
        LOG.warn(
                "{}: a handshake failed with {}{}: {}",
                endpoint,
                reason,
                held == 0 ? "" : " (and " + held + " more since the last warning)",
                failure.getMessage());
    }

    private static String reason(Throwable failure) {
        if (failure instanceof ZmtpHandshakeException handshake) {
            return handshake.failure().name();
        }
        return failure instanceof SSLException ? "TLS" : "";
    }
}
