package io.zmtp.spring.autoconfigure;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.FailureText;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs when an endpoint that a socket connects to first fails, and when it is there again. One that comes and goes has a
 * line of each kind a minute; each event is in the library's log at DEBUG.
 */
final class EndpointLog {

    private static final Log LOG = LogFactory.getLog(ZmtpAutoConfiguration.class);

    private static final long PAUSE = Duration.ofMinutes(1).toNanos();

    private final String name;
    private final BooleanSupplier stopping;
    private final Map<Endpoint, Long> warnedAt = new HashMap<>();
    private final Set<Endpoint> failing = new HashSet<>();

    private EndpointLog(String name, BooleanSupplier stopping) {
        this.name = name;
        this.stopping = stopping;
    }

    /**
     * Follows a socket until it is closed.
     *
     * @param stopping whether the application stops: then peers may go before their sockets here, which is no failure
     */
    static void follow(String name, ZmtpSocket socket, BooleanSupplier stopping) {
        EndpointLog log = new EndpointLog(name(name, socket), stopping);
        socket.monitor().subscribe(log::on);
    }

    /** Such as {@code ZMTP socket 'orders' (PULL)}. */
    static String name(String name, ZmtpSocket socket) {
        return "ZMTP socket '" + name + "' (" + socket.type() + ")";
    }

    /** One event at a time. */
    private void on(MonitorEvent event) {
        Endpoint endpoint = event.endpoint();
        if (stopping.getAsBoolean()) {
            return;
        }
        if (event instanceof MonitorEvent.Retrying retrying && retrying.cause() != null) {
            failed(endpoint, FailureText.of(retrying.cause(), endpoint));
        } else if (event instanceof MonitorEvent.GaveUp gaveUp) {
            LOG.warn(name + " has no connection to " + endpoint + ", and does not try again: "
                    + FailureText.of(gaveUp.cause(), endpoint));
        } else if (event instanceof MonitorEvent.HandshakeSucceeded && failing.remove(endpoint)) {
            LOG.info(name + " is connected to " + endpoint);
        } else if (event instanceof MonitorEvent.Ended) {
            failing.remove(endpoint);
            warnedAt.remove(endpoint);
        }
    }

    private void failed(Endpoint endpoint, String why) {
        long now = System.nanoTime();
        Long before = warnedAt.get(endpoint);
        if (!failing.contains(endpoint) && (before == null || now - before > PAUSE)) {
            failing.add(endpoint);
            warnedAt.put(endpoint, now);
            LOG.warn(name + " has no connection to " + endpoint + ", and tries again until it has: " + why);
        }
    }
}
