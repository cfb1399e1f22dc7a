package io.zmtp.spring.health;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.replay.ReplayCounts;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.ReplaySubscription;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import reactor.core.publisher.Mono;

/**
 * Whether a subscription with a replay has all that is published. It is down while messages are missing for longer than the limit,
 * and without a publisher once the time of grace is over; unknown while nobody subscribes; out of service if its listener has
 * failed, as it does when messages are lost for good and that is to be a failure.
 */
final class ReplayHealthIndicator implements ReactiveHealthIndicator {

    private final ReplaySubscription subscription;
    private final SocketWatch watch;
    private final Duration grace;
    private final Duration maxGap;
    private final ListenersHealth listeners;

    ReplayHealthIndicator(
            ReplaySubscription subscription,
            SocketWatch watch,
            Duration grace,
            Duration maxGap,
            ListenersHealth listeners) {
        this.subscription = subscription;
        this.watch = watch;
        this.grace = grace;
        this.maxGap = maxGap;
        this.listeners = listeners;
    }

    @Override
    public Mono<Health> health() {
        return Mono.fromSupplier(() -> {
            List<ZmtpSocket> sockets = subscription.sockets();
            ReplayCounts counts = subscription.subscriber().counts();
            Health.Builder health = new Health.Builder(status(sockets, counts))
                    .withDetail("type", SocketType.SUB.name())
                    .withDetail(
                            "endpoints",
                            sockets.stream()
                                    .flatMap(socket -> socket.endpoints().stream())
                                    .map(Object::toString)
                                    .distinct()
                                    .toList())
                    .withDetail("peers", publishers(sockets))
                    .withDetail("gaps", counts.gaps())
                    .withDetail("lost", counts.lost());
            counts.openFor().ifPresent(open -> health.withDetail("openGap", open.toString()));
            listeners.describe(health);
            watch.describeLastTrouble(subscription.name(), health);
            return health.build();
        });
    }

    private static int publishers(List<ZmtpSocket> sockets) {
        return sockets.stream()
                .filter(socket -> socket.type() == SocketType.SUB)
                .mapToInt(socket -> socket.peers().size())
                .sum();
    }

    private Status status(List<ZmtpSocket> sockets, ReplayCounts counts) {
        Status listening = listeners.status();
        if (listening != null) {
            return listening;
        }
        if (counts.openFor().filter(open -> open.compareTo(maxGap) > 0).isPresent()) {
            return Status.DOWN;
        }
        if (publishers(sockets) > 0) {
            return Status.UP;
        }
        return sockets.isEmpty() || watch.isGranted(subscription.name(), grace) ? Status.UNKNOWN : Status.DOWN;
    }
}
