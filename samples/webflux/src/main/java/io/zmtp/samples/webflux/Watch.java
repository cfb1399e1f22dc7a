package io.zmtp.samples.webflux;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.monitor.MonitorEvent.Disconnected;
import io.zmtp.reactive.monitor.MonitorEvent.Dropped;
import io.zmtp.reactive.monitor.MonitorEvent.Ended;
import io.zmtp.reactive.monitor.MonitorEvent.HandshakeFailed;
import io.zmtp.reactive.monitor.MonitorEvent.HandshakeSucceeded;
import io.zmtp.reactive.monitor.MonitorEvent.Listening;
import io.zmtp.reactive.monitor.MonitorEvent.Retrying;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** What the monitors of all sockets tell: a log, and how each endpoint is now. */
@Component
class Watch {

    /** Something happened at an endpoint of a socket. */
    record Entry(long time, String socket, String event, String detail) {}

    /** How an endpoint is: by the name of the last event, with the next attempt if it waits for one. */
    record State(String socket, String type, String endpoint, String state, int attempt, long retryIn) {}

    private record Where(String socket, Endpoint endpoint) {}

    private record Seen(MonitorEvent event, long time) {}

    private static final int REMEMBERED = 50;

    private final Map<String, ZmtpSocket> sockets;
    private final Map<Where, Seen> last = new ConcurrentHashMap<>();
    private final Flux<Entry> log;

    Watch(Map<String, ZmtpSocket> sockets) {
        this.sockets = sockets;
        log = Flux.fromIterable(sockets.entrySet())
                .flatMap(each -> each.getValue().monitor().map(event -> seen(each.getKey(), event)), Integer.MAX_VALUE)
                .replay(REMEMBERED)
                .autoConnect(0);
    }

    private Entry seen(String socket, MonitorEvent event) {
        long now = System.currentTimeMillis();
        if (!(event instanceof Dropped)) {
            last.merge(new Where(socket, event.endpoint()), new Seen(event, now), Watch::later);
        }
        return new Entry(now, socket, event.getClass().getSimpleName(), detail(event));
    }

    /** Where a socket is bound many peers come and go, and it goes on listening. */
    private static Seen later(Seen before, Seen now) {
        return before.event() instanceof Listening && !(now.event() instanceof Ended) ? before : now;
    }

    private static String detail(MonitorEvent event) {
        if (event instanceof Retrying retrying) {
            return "attempt %d in %d ms"
                    .formatted(retrying.attempt(), retrying.delay().toMillis());
        } else if (event instanceof HandshakeSucceeded there) {
            return name(there.peer()) + " speaks ZMTP " + there.peer().major() + "."
                    + there.peer().minor();
        } else if (event instanceof Disconnected gone) {
            return name(gone.peer()) + " has gone: " + gone.closed().reason();
        } else if (event instanceof Dropped dropped) {
            return "%s × %,d".formatted(dropped.reason(), dropped.count());
        } else if (event instanceof HandshakeFailed failed) {
            return Printable.of(failed.cause().getMessage());
        }
        return event.endpoint().toString();
    }

    /** Such as {@code SUB 127.0.0.1:53412}. */
    static String name(Peer peer) {
        String address = Printable.of(String.valueOf(peer.address()));
        return peer.socketType() + " " + address.substring(address.indexOf('/') + 1);
    }

    /** What happened last, and what happens from now on. */
    Flux<Entry> log() {
        return log;
    }

    /** In the order of {@code application.yml}. */
    List<State> states() {
        long now = System.currentTimeMillis();
        List<String> names = List.copyOf(sockets.keySet());
        return last.entrySet().stream()
                .map(each -> state(each.getKey(), each.getValue(), now))
                .sorted(Comparator.<State>comparingInt(each -> names.indexOf(each.socket()))
                        .thenComparing(State::endpoint))
                .toList();
    }

    private State state(Where where, Seen seen, long now) {
        int attempt = 0;
        long retryIn = 0;
        if (seen.event() instanceof Retrying retrying) {
            attempt = retrying.attempt();
            retryIn = Math.max(0, seen.time() + retrying.delay().toMillis() - now);
        }
        return new State(
                where.socket(),
                sockets.get(where.socket()).type().name(),
                where.endpoint().toString(),
                seen.event().getClass().getSimpleName(),
                attempt,
                retryIn);
    }
}
