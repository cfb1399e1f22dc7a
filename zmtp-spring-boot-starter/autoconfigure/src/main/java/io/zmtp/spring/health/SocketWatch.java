package io.zmtp.spring.health;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.FailureText;
import io.zmtp.spring.core.ZmtpSockets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.health.contributor.Health;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Keeps what the monitors of the sockets last reported of each endpoint. */
final class SocketWatch implements SmartInitializingSingleton, DisposableBean {

    /** The last failure at an endpoint. */
    record Trouble(String error, @Nullable Duration retryIn, Instant at) {}

    private final ZmtpSockets sockets;
    private final Map<String, Map<Endpoint, Trouble>> troubles = new ConcurrentHashMap<>();
    private final Map<String, Map<Endpoint, Boolean>> bound = new ConcurrentHashMap<>();
    private final Set<String> met = ConcurrentHashMap.newKeySet();
    private final Disposable.Composite watching = Disposables.composite();
    private final Instant began = Instant.now();

    SocketWatch(ZmtpSockets sockets) {
        this.sockets = sockets;
    }

    @Override
    public void afterSingletonsInstantiated() {
        sockets.forEach((name, socket) -> {
            Map<Endpoint, Trouble> troubled = new ConcurrentHashMap<>();
            Map<Endpoint, Boolean> listening = new ConcurrentHashMap<>();
            troubles.put(name, troubled);
            bound.put(name, listening);
            watching.add(watch(name, socket, troubled, listening));
        });
        sockets.replays().subscriptions().forEach((name, subscription) -> {
            Map<Endpoint, Trouble> troubled = new ConcurrentHashMap<>();
            troubles.put(name, troubled);
            subscription.watch(socket -> watch(name, socket, troubled, new ConcurrentHashMap<>()));
        });
    }

    private Disposable watch(
            String name, ZmtpSocket socket, Map<Endpoint, Trouble> troubled, Map<Endpoint, Boolean> listening) {
        return socket.monitor().subscribe(event -> {
            if (event instanceof MonitorEvent.Listening) {
                listening.put(event.endpoint(), true);
            } else if (event instanceof MonitorEvent.Retrying retrying && retrying.cause() != null) {
                troubled.put(
                        event.endpoint(),
                        new Trouble(
                                FailureText.of(retrying.cause(), event.endpoint()), retrying.delay(), Instant.now()));
            } else if (event instanceof MonitorEvent.GaveUp gaveUp) {
                troubled.put(
                        event.endpoint(),
                        new Trouble(FailureText.of(gaveUp.cause(), event.endpoint()), null, Instant.now()));
            } else if (event instanceof MonitorEvent.HandshakeFailed failed) {
                troubled.put(
                        event.endpoint(),
                        new Trouble(FailureText.of(failed.cause(), event.endpoint()), null, Instant.now()));
            } else if (event instanceof MonitorEvent.HandshakeSucceeded) {
                troubled.remove(event.endpoint());
                met.add(name);
            } else if (event instanceof MonitorEvent.Disconnected gone
                    && gone.closed().cause() != null) {
                troubled.put(
                        event.endpoint(),
                        new Trouble(FailureText.of(gone.closed().cause(), event.endpoint()), null, Instant.now()));
            } else if (event instanceof MonitorEvent.Ended) {
                troubled.remove(event.endpoint());
                listening.remove(event.endpoint());
            }
        });
    }

    boolean isBound(String socket) {
        return !bound.getOrDefault(socket, Map.of()).isEmpty();
    }

    boolean isBound(String socket, Endpoint endpoint) {
        return bound.getOrDefault(socket, Map.of()).containsKey(endpoint);
    }

    Optional<Trouble> trouble(String socket, Endpoint endpoint) {
        return Optional.ofNullable(troubles.getOrDefault(socket, Map.of()).get(endpoint));
    }

    /** The last failure at one of its endpoints. */
    void describeLastTrouble(String socket, Health.Builder health) {
        troubles.getOrDefault(socket, Map.of()).values().stream()
                .max((one, other) -> one.at().compareTo(other.at()))
                .ifPresent(trouble -> {
                    health.withDetail("lastError", trouble.error());
                    if (trouble.retryIn() != null) {
                        health.withDetail("reconnectIn", trouble.retryIn().toString());
                    }
                });
    }

    /** Whether a first peer may still come: there was none yet, and the time of grace since the start is not over. */
    boolean isGranted(String socket, Duration grace) {
        return !met.contains(socket) && Duration.between(began, Instant.now()).compareTo(grace) < 0;
    }

    @Override
    public void destroy() {
        watching.dispose();
    }
}
