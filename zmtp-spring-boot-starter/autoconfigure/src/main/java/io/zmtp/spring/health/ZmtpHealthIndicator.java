package io.zmtp.spring.health;

import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.discovery.Followed;
import java.time.Duration;
import java.util.Map;
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
    private final ListenersHealth listeners;

    ZmtpHealthIndicator(
            String name,
            ZmtpSocket socket,
            SocketWatch watch,
            Followed followed,
            Duration grace,
            ListenersHealth listeners) {
        this.name = name;
        this.socket = socket;
        this.watch = watch;
        this.followed = followed;
        this.grace = grace;
        this.listeners = listeners;
    }

    @Override
    public Mono<Health> health() {
        return Mono.fromSupplier(() -> {
            Health.Builder health = new Health.Builder(status())
                    .withDetail("type", socket.type().name())
                    .withDetail(
                            "endpoints",
                            socket.endpoints().stream().map(Object::toString).toList())
                    .withDetail("peers", socket.peers().size());
            Map<String, String> follows = followed.of(name);
            if (!follows.isEmpty()) {
                health.withDetail("follows", follows);
            }
            listeners.describe(health);
            watch.describeLastTrouble(name, health);
            return health.build();
        });
    }

    private Status status() {
        Status listening = listeners.status();
        if (socket.isDisposed()) {
            return Status.OUT_OF_SERVICE;
        }
        if (listening != null) {
            return listening;
        }
        if (watch.isBound(name) || !socket.peers().isEmpty()) {
            return Status.UP;
        }
        boolean isNowhere = socket.endpoints().isEmpty() && followed.of(name).isEmpty();
        return isNowhere || watch.isGranted(name, grace) ? Status.UNKNOWN : Status.DOWN;
    }
}
