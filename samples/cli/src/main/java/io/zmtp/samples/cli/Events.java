package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.monitor.MonitorEvent.AcceptPaused;
import io.zmtp.reactive.monitor.MonitorEvent.Accepted;
import io.zmtp.reactive.monitor.MonitorEvent.BindFailed;
import io.zmtp.reactive.monitor.MonitorEvent.Connected;
import io.zmtp.reactive.monitor.MonitorEvent.Disconnected;
import io.zmtp.reactive.monitor.MonitorEvent.Dropped;
import io.zmtp.reactive.monitor.MonitorEvent.GaveUp;
import io.zmtp.reactive.monitor.MonitorEvent.HandshakeFailed;
import io.zmtp.reactive.monitor.MonitorEvent.HandshakeSucceeded;
import io.zmtp.reactive.monitor.MonitorEvent.Refused;
import io.zmtp.reactive.monitor.MonitorEvent.Retrying;
import io.zmtp.samples.cli.format.Json;
import io.zmtp.samples.cli.format.PeerId;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What happens to connections, as JSON. */
final class Events {

    private Events() {}

    /** One line; the keys are those of the event's parts, those that are not there left out. */
    static String line(MonitorEvent event) {
        Json json = new Json()
                .with("event", name(event))
                .with("endpoint", event.endpoint().toString());
        if (event instanceof BindFailed failed) {
            json.with("reason", Reasons.of(failed.cause(), event.endpoint()));
        } else if (event instanceof Accepted accepted) {
            json.with("peer", text(accepted.address()));
        } else if (event instanceof AcceptPaused paused) {
            json.with("connections", paused.connections()).with("handshakes", paused.handshakes());
            json.with("count", paused.count());
        } else if (event instanceof Connected connected) {
            json.with("peer", text(connected.address()));
        } else if (event instanceof Retrying retrying) {
            json.with("delay_ms", retrying.delay().toMillis()).with("attempt", retrying.attempt());
            json.with("reason", retrying.cause() == null ? null : Reasons.of(retrying.cause(), event.endpoint()));
        } else if (event instanceof GaveUp gaveUp) {
            json.with("reason", Reasons.of(gaveUp.cause(), event.endpoint()));
        } else if (event instanceof HandshakeSucceeded succeeded) {
            who(json, succeeded.peer()).with("took_ms", succeeded.took().toMillis());
        } else if (event instanceof HandshakeFailed failed) {
            json.with("peer", text(failed.address())).with("failure", failure(failed.cause()));
            json.with("reason", Reasons.of(failed.cause(), event.endpoint()));
        } else if (event instanceof Refused refused) {
            who(json, refused.peer()).with("reason", refused.why());
        } else if (event instanceof Disconnected disconnected) {
            who(json, disconnected.peer()).with("reason", reason(disconnected));
            json.with("unsent_messages", disconnected.closed().unsentMessages());
        } else if (event instanceof Dropped dropped) {
            if (dropped.peer() != null) {
                who(json, dropped.peer());
            }
            json.with("reason", lower(dropped.reason())).with("count", dropped.count());
        }
        return json.toString();
    }

    private static String name(MonitorEvent event) {
        return event.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
    }

    private static Json who(Json json, Peer peer) {
        Bytes key = peer.publicKey();
        return json.with("peer", text(peer.address()))
                .with("socket_type", peer.socketType().name())
                .with("identity", peer.routingId().isEmpty() ? null : PeerId.text(peer.routingId()))
                .with("user", peer.userId() == null ? null : Printable.of(peer.userId()))
                .with("public_key", key == null ? null : key.z85());
    }

    private static String reason(Disconnected event) {
        Closed closed = event.closed();
        Throwable cause = closed.cause();
        return lower(closed.reason()) + (cause == null ? "" : ": " + Reasons.of(cause, event.endpoint()));
    }

    private static @Nullable String failure(Throwable cause) {
        return cause instanceof ZmtpHandshakeException refused ? lower(refused.failure()) : null;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String text(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            String host = inet.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
        }
        return address == null || address.toString().isEmpty() ? null : Printable.of(address.toString());
    }
}
