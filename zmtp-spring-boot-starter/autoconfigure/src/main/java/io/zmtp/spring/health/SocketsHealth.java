package io.zmtp.spring.health;

import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.ZmtpSockets;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthContributors;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;

/** The health of each socket there is when it is asked for. */
final class SocketsHealth implements CompositeReactiveHealthContributor {

    private final ZmtpSockets sockets;
    private final BiPredicate<String, ZmtpSocket> shown;
    private final BiFunction<String, ZmtpSocket, ReactiveHealthIndicator> indicators;

    SocketsHealth(
            ZmtpSockets sockets,
            BiPredicate<String, ZmtpSocket> shown,
            BiFunction<String, ZmtpSocket, ReactiveHealthIndicator> indicators) {
        this.sockets = sockets;
        this.shown = shown;
        this.indicators = indicators;
    }

    @Override
    public @Nullable ReactiveHealthContributor getContributor(String name) {
        return sockets.find(name)
                .filter(socket -> shown.test(name, socket))
                .map(socket -> indicators.apply(name, socket))
                .orElse(null);
    }

    @Override
    public Stream<ReactiveHealthContributors.Entry> stream() {
        Map<String, ZmtpSocket> all = sockets.all();
        return all.entrySet().stream()
                .filter(each -> shown.test(each.getKey(), each.getValue()))
                .map(each -> new ReactiveHealthContributors.Entry(
                        each.getKey(), indicators.apply(each.getKey(), each.getValue())));
    }
}
