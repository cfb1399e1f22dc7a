package io.zmtp.spring.health;

import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.discovery.Followed;
import io.zmtp.spring.listener.ListenerState;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import reactor.core.publisher.Mono;

/**
 * Whether a socket can exchange messages. A bound socket is up, whatever its peers. One that only connects is up with a
 * peer. Until its first peer it is unknown during the time of grace after the start; in all other cases it is down.
 * A socket with a failed listener is out of service; while the listener is to be started again the socket is down.
 */
final class ZmtpHealthIndicator implements ReactiveHealthIndicator {

    private final String name;
    private final ZmtpSocket socket;
    private final SocketWatch watch;
    private final Followed followed;
    private final Duration grace;
    private final @Nullable ZmtpListenerRegistry registry;

    ZmtpHealthIndicator(
            String name,
            ZmtpSocket socket,
            SocketWatch watch,
            Followed followed,
            Duration grace,
            @Nullable ZmtpListenerRegistry registry) {
        this.name = name;
        this.socket = socket;
        this.watch = watch;
        this.followed = followed;
        this.grace = grace;
        this.registry = registry;
    }

    @Override
    public Mono<Health> health() {
        return Mono.fromSupplier(() -> {
            Map<String, ListenerState> states = registry == null ? Map.of() : registry.statesOf(name);
            Health.Builder health = new Health.Builder(status(states.values()))
                    .withDetail("type", socket.type().name())
                    .withDetail(
                            "endpoints",
                            socket.endpoints().stream().map(Object::toString).toList())
                    .withDetail("peers", socket.peers().size());
            Map<String, String> follows = followed.of(name);
            if (!follows.isEmpty()) {
                health.withDetail("follows", follows);
            }
            if (!states.isEmpty()) {
                health.withDetail("listeners", shown(states));
            }
            watch.lastTrouble(name).ifPresent(trouble -> {
                health.withDetail("lastError", trouble.error());
                if (trouble.retryIn() != null) {
                    health.withDetail("reconnectIn", trouble.retryIn().toString());
                }
            });
            return health.build();
        });
    }

    /** The states, and of what failed the kind of failure; its text may be a peer's. */
    private Map<String, String> shown(Map<String, ListenerState> states) {
        Map<String, String> shown = new LinkedHashMap<>();
        states.forEach((id, state) -> shown.put(
                id,
                state
                        + (registry == null
                                ? ""
                                : registry.failure(id)
                                        .map(why -> ", " + why.getClass().getName())
                                        .orElse(""))));
        return shown;
    }

    private Status status(Collection<ListenerState> listeners) {
        if (socket.isDisposed() || listeners.contains(ListenerState.FAILED)) {
            return Status.OUT_OF_SERVICE;
        }
        if (listeners.contains(ListenerState.RETRYING)) {
            return Status.DOWN;
        }
        if (watch.isBound(name) || !socket.peers().isEmpty()) {
            return Status.UP;
        }
        boolean isNowhere = socket.endpoints().isEmpty() && followed.of(name).isEmpty();
        return isNowhere || watch.isGranted(name, grace) ? Status.UNKNOWN : Status.DOWN;
    }
}
