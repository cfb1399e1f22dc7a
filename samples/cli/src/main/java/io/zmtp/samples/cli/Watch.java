package io.zmtp.samples.cli;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.monitor.MonitorEvent.HandshakeFailed;
import io.zmtp.reactive.monitor.MonitorEvent.HandshakeSucceeded;
import io.zmtp.reactive.monitor.MonitorEvent.Retrying;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Follows what happens to a socket's connections: tells it, and finds out when none will ever be there. */
final class Watch {

    private final Where where;
    private final boolean verbose;
    private final PrintStream err;
    private final Set<Endpoint> refused = new HashSet<>();
    private final Sinks.Empty<Void> hopeless = Sinks.empty();
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private volatile String trouble = "";

    Watch(Where where, boolean verbose, PrintStream err) {
        this.where = where;
        this.verbose = verbose;
        this.err = err;
    }

    void follow(ZmtpSocket socket) {
        socket.monitor()
                .publishOn(Schedulers.newSingle("zmtp-events", true))
                .doFinally(signal -> ended.tryEmitEmpty())
                .subscribe(this::see);
    }

    private void see(MonitorEvent event) {
        if (verbose) {
            err.println(Events.line(event));
        }
        if (event instanceof HandshakeSucceeded) {
            trouble = "";
        } else if (event instanceof Retrying retrying && retrying.cause() != null) {
            trouble = "; " + event.endpoint() + ": " + Reasons.of(retrying.cause(), event.endpoint());
        } else if (event instanceof HandshakeFailed failed) {
            trouble = "; " + event.endpoint() + ": " + Reasons.of(failed.cause(), event.endpoint());
            if (isFinal(failed.cause()) && where.connects.contains(event.endpoint())) {
                refused(event.endpoint(), failed.cause());
            }
        }
    }

    /** Whether another attempt would meet the same: unlike a peer that talks rubbish, which may be replaced. */
    private static boolean isFinal(Throwable cause) {
        return cause instanceof ZmtpHandshakeException handshake
                && (handshake.isFatal()
                        || handshake.failure() == ZmtpHandshakeException.Failure.SOCKET_TYPE
                        || handshake.failure() == ZmtpHandshakeException.Failure.MECHANISM);
    }

    private void refused(Endpoint endpoint, Throwable cause) {
        refused.add(endpoint);
        String sentence = endpoint + ": " + Reasons.of(cause, endpoint);
        if (where.binds.isEmpty() && refused.containsAll(where.connects)) {
            hopeless.tryEmitError(Failure.failed(sentence));
        } else {
            err.println("zmtp: " + sentence);
        }
    }

    /** Fails when every endpoint refused us for good, and we wait nowhere. */
    Mono<Void> hopeless() {
        return hopeless.asMono();
    }

    /** What went wrong last, while no peer was had, to be added to a sentence; empty for nothing. */
    String trouble() {
        return trouble;
    }

    /** Waits for the last event, which comes when the socket has been closed. */
    void end() {
        ended.asMono().timeout(Duration.ofSeconds(1), Mono.empty()).block();
    }
}
