package io.zmtp.spring.health;

import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import reactor.core.publisher.Mono;

/**
 * Whether a socket has somebody to talk to. A bound one is up, whatever its peers: it waits for them. One that only
 * connects is up with a peer; without one it is unknown until the first has come or the time of grace since the start is
 * over, and then down.
 */
final class ZmtpHealthIndicator implements ReactiveHealthIndicator {

    private final String name;
    private final ZmtpSocket socket;
    private final SocketWatch watch;
    private final Duration grace;

    ZmtpHealthIndicator(String name, ZmtpSocket socket, SocketWatch watch, Duration grace) {
        this.name = name;
        this.socket = socket;
        this.watch = watch;
        this.grace = grace;
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
            watch.lastTrouble(name).ifPresent(trouble -> {
                health.withDetail("lastError", trouble.error());
                if (trouble.retryIn() != null) {
                    health.withDetail("reconnectIn", trouble.retryIn().toString());
                }
            });
            return health.build();
        });
    }

    private Status status() {
        if (socket.isDisposed()) {
            return Status.OUT_OF_SERVICE;
        }
        if (watch.isBound(name) || !socket.peers().isEmpty()) {
            return Status.UP;
        }
        return socket.endpoints().isEmpty() || watch.isGranted(name, grace) ? Status.UNKNOWN : Status.DOWN;
    }
}
