package io.zmtp.spring.health;

import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.ReplaySubscription;
import io.zmtp.spring.core.ZmtpSockets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthContributors;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;

/** The health of each socket there is when it is asked for. */
final class SocketsHealth implements CompositeReactiveHealthContributor {

    private final ZmtpSockets sockets;
    private final Predicate<String> shown;
    private final BiFunction<String, ZmtpSocket, ReactiveHealthIndicator> indicators;
    private final Function<ReplaySubscription, ReactiveHealthIndicator> subscriptions;

    /**
     * The health of those that are shown.
     *
     * @param shown asked with the name of each
     * @param indicators makes the one of a socket
     * @param subscriptions makes the one of a subscription with a replay
     */
    SocketsHealth(
            ZmtpSockets sockets,
            Predicate<String> shown,
            BiFunction<String, ZmtpSocket, ReactiveHealthIndicator> indicators,
            Function<ReplaySubscription, ReactiveHealthIndicator> subscriptions) {
        this.sockets = sockets;
        this.shown = shown;
        this.indicators = indicators;
        this.subscriptions = subscriptions;
    }

    @Override
    public @Nullable ReactiveHealthContributor getContributor(String name) {
        if (!shown.test(name)) {
            return null;
        }
        return sockets.find(name)
                .map(socket -> indicators.apply(name, socket))
                .or(() -> sockets.replays().subscription(name).map(subscriptions))
                .orElse(null);
    }

    @Override
    public Stream<ReactiveHealthContributors.Entry> stream() {
        Map<String, ReactiveHealthIndicator> all = new TreeMap<>();
        sockets.all().forEach((name, socket) -> all.put(name, indicators.apply(name, socket)));
        sockets.replays().subscriptions().forEach((name, each) -> all.put(name, subscriptions.apply(each)));
        return all.entrySet().stream()
                .filter(each -> shown.test(each.getKey()))
                .map(each -> new ReactiveHealthContributors.Entry(each.getKey(), each.getValue()));
    }
}
