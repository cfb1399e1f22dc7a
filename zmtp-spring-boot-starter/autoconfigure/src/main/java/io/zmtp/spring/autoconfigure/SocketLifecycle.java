package io.zmtp.spring.autoconfigure;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.autoconfigure.properties.Place;
import io.zmtp.spring.autoconfigure.properties.SocketProperties.ConnectEach;
import io.zmtp.spring.core.FailureText;
import io.zmtp.spring.core.ReplaySubscription;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpReplays;
import io.zmtp.spring.discovery.Followed;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Binds and connects the named sockets before the web server starts, and closes them, within their linger time, after it
 * has stopped. A socket that was closed stays closed: an application context can be stopped once.
 */
final class SocketLifecycle implements SmartLifecycle, DisposableBean {

    /** Before the web server, whose phases are 1,024 and 2,048 below the default one. */
    static final int PHASE = DEFAULT_PHASE - 3072;

    private static final Log LOG = LogFactory.getLog(SocketLifecycle.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);

    private final Map<String, ZmtpSocket> sockets;
    private final ZmtpReplays replays;
    private final Places places;
    private final Followed followed;
    private final @Nullable String unhosted;
    private final ConfigurableEnvironment environment;
    private final ApplicationEventPublisher events;
    private final BooleanSupplier stopping;
    private final Map<String, Object> ports = new LinkedHashMap<>();
    private volatile boolean running;

    /**
     * Makes one that has not started.
     *
     * @param unhosted why nothing can be bound to a path of the application's own web server; null if that can be
     */
    SocketLifecycle(
            Map<String, ZmtpSocket> sockets,
            ZmtpReplays replays,
            Places places,
            Followed followed,
            @Nullable String unhosted,
            ConfigurableEnvironment environment,
            ApplicationEventPublisher events,
            BooleanSupplier stopping) {
        this.sockets = sockets;
        this.replays = replays;
        this.places = places;
        this.followed = followed;
        this.unhosted = unhosted;
        this.environment = environment;
        this.events = events;
        this.stopping = stopping;
    }

    @Override
    public void start() {
        environment.getPropertySources().remove("zmtpPorts");
        environment.getPropertySources().addFirst(new MapPropertySource("zmtpPorts", ports));
        running = true;
        sockets.forEach(this::start);
    }

    private void start(String name, ZmtpSocket socket) {
        EndpointLog.follow(name, socket, stopping);
        Place place = places.of(name);
        List<String> binds = new ArrayList<>();
        List<String> connects = new ArrayList<>();
        for (String endpoint : place.bind()) {
            Endpoint bound = attach(name, "bind", endpoint, socket::bind);
            binds.add(bound.toString());
            if (bound.port() != 0) {
                ports.putIfAbsent("local.zmtp." + name + ".port", bound.port());
            }
            events.publishEvent(new ZmtpSocketBoundEvent(name, socket, bound));
        }
        for (String endpoint : place.connect()) {
            if (Followed.isService(endpoint)) {
                followed.service(name, socket, endpoint);
                connects.add(endpoint);
            } else {
                connects.add(attach(name, "connect", endpoint, socket::connect).toString());
            }
        }
        if (place.connectEach() != null) {
            connectEach(name, socket, place.connectEach());
            connects.add("each address of " + place.connectEach().endpoint());
        }
        if (place.isSilent() && socket.endpoints().isEmpty()) {
            throw new ZmtpConfigurationException(
                    "zmtp.sockets." + name + " has neither bind nor connect: it would reach nobody.",
                    "Set zmtp.sockets." + name
                            + ".bind, as for tcp://*:5555, or .connect, as for tcp://host:5555. If the"
                            + " application binds or connects it in code later than in the making of its beans, say that"
                            + " there is nothing to connect to now: zmtp.sockets." + name + ".connect: [].");
        }
        LOG.info(EndpointLog.name(name, socket) + where(binds, connects, socket));
    }

    private static String where(List<String> binds, List<String> connects, ZmtpSocket socket) {
        if (binds.isEmpty() && connects.isEmpty()) {
            return socket.endpoints().isEmpty()
                    ? " has no endpoint yet"
                    : " is bound or connected in code: "
                            + String.join(
                                    ", ",
                                    socket.endpoints().stream()
                                            .map(Endpoint::toString)
                                            .toList());
        }
        return (binds.isEmpty() ? "" : " is bound to " + String.join(", ", binds))
                + (binds.isEmpty() || connects.isEmpty() ? "" : " and")
                + (connects.isEmpty() ? "" : " connects to " + String.join(", ", connects));
    }

    private void connectEach(String name, ZmtpSocket socket, ConnectEach each) {
        if (each.endpoint() == null) {
            String key = "zmtp.sockets." + name + ".connect-each.endpoint";
            throw new ZmtpConfigurationException(
                    key + " is missing.", "Set " + key + ", such as tcp://workers.svc:5555.");
        }
        Duration interval = Objects.requireNonNullElse(each.interval(), DEFAULT_INTERVAL);
        followed.host(name, socket, each.endpoint(), interval);
    }

    static Endpoint parse(String key, String text) {
        try {
            return Endpoint.parse(text);
        } catch (IllegalArgumentException unreadable) {
            throw new ZmtpConfigurationException(
                    key + ": " + unreadable.getMessage(),
                    "Write it as tcp://host:port, tls+tcp://host:port, ws://host:port/path, wss://host:port/path, ws:/path,"
                            + " ipc:///path, inproc://name, or udp://address:port for RADIO and DISH.",
                    unreadable);
        }
    }

    private Endpoint attach(String name, String how, String text, Function<Endpoint, Mono<Endpoint>> attaching) {
        String key = "zmtp.sockets." + name + "." + how;
        Endpoint endpoint = parse(key, text);
        if (endpoint.isPath() && how.equals("bind") && unhosted != null) {
            throw new ZmtpConfigurationException(
                    key + ": " + endpoint + " is a path of the application's own web server, but " + unhosted + ".",
                    "Add spring-boot-starter-webflux, without spring-boot-starter-webmvc; or give the socket a port of its"
                            + " own, as in ws://*:8081" + endpoint.name() + ".");
        }
        try {
            Endpoint attached = attaching.apply(endpoint).block(TIMEOUT);
            return attached == null ? endpoint : attached;
        } catch (RuntimeException failed) {
            Throwable cause = Exceptions.unwrap(failed);
            throw new ZmtpConfigurationException(
                    key + ": cannot " + how + " " + endpoint + ": " + FailureText.of(cause, endpoint),
                    remedy(endpoint, cause),
                    cause);
        }
    }

    private static String remedy(Endpoint endpoint, Throwable cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (endpoint.isPath()) {
            return cause instanceof BindException
                    ? "Take another path: each is bound once."
                    : "Bind a path without a query; to connect, write the server that it is at: ws://host:port"
                            + endpoint.name() + ".";
        }
        if (endpoint.scheme() == Endpoint.Scheme.IPC && !endpoint.isAbstract()) {
            Path directory = Path.of(endpoint.name()).toAbsolutePath().getParent();
            if (directory != null && !Files.isDirectory(directory)) {
                return "Make the directory " + directory + ", or correct the path.";
            }
        }
        if (text.contains("permission denied")) {
            return "Take what the user of this process may bind: ports from 1024 on, or a directory that it may write to.";
        } else if (text.contains("cannot assign") || cause instanceof UnknownHostException) {
            return "Bind * for all addresses of this machine, or one that it has (ip addr): a host that others connect to"
                    + " by another name or address, as in a container or behind a balancer, is not to be bound.";
        } else if (text.contains("already in use") || (cause instanceof BindException && isInproc(endpoint))) {
            return isInproc(endpoint)
                    ? "Take another name: each is bound once in a process."
                    : "Find the process that has the address (ss -ltnp), stop it or take another port; * as port picks a"
                            + " free one.";
        }
        return "Correct the endpoint, or what it needs: tls+tcp needs ssl.bundle where it is bound.";
    }

    private static boolean isInproc(Endpoint endpoint) {
        return endpoint.scheme() == Endpoint.Scheme.INPROC;
    }

    @Override
    public void stop(Runnable done) {
        running = false;
        close(sockets).doFinally(end -> done.run()).subscribe();
    }

    @Override
    public void stop() {
        running = false;
        close(sockets).block();
    }

    /** Completes when they have drained, or their linger time is over. */
    private static Mono<Void> close(Map<String, ZmtpSocket> sockets) {
        return Flux.fromIterable(sockets.entrySet())
                .flatMap(each -> close(each.getKey(), each.getValue()), Integer.MAX_VALUE)
                .then();
    }

    private static Mono<Closed> close(String name, ZmtpSocket socket) {
        return Mono.defer(() -> {
            long unread =
                    socket.peers().stream().mapToLong(ConnectedPeer::unread).sum();
            if (unread > 0) {
                LOG.warn("The ZMTP socket '" + name + "' is closed with " + unread
                        + " received message(s) that were not taken");
            }
            return socket.close().doOnNext(closed -> report(name, closed)).onErrorComplete();
        });
    }

    private static void report(String name, Closed closed) {
        if (closed.unsentMessages() > 0) {
            LOG.warn("The ZMTP socket '" + name + "' was closed with " + closed.unsentMessages()
                    + " message(s) not sent");
        }
    }

    /** The lifecycle of what is bound to paths of the web server. */
    Hosted hosted() {
        return new Hosted(sockets);
    }

    /**
     * The lifecycle of the sockets that only receive.
     *
     * @param before what is to be done before they are closed
     */
    Receivers receivers(Runnable before) {
        Map<String, ZmtpSocket> receivers = new LinkedHashMap<>(sockets);
        receivers.values().removeIf(socket -> !(socket instanceof Receiver) || socket instanceof Sender);
        return new Receivers(receivers, replays, before);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** A pause, as between tests that share a context, must not close what cannot be opened again. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public void destroy() {
        sockets.values().forEach(ZmtpSocket::dispose);
    }

    /** Has a part of all that end before the web server waits for its requests. */
    private abstract static class Early implements SmartLifecycle {

        /** After the listeners, before the web server. */
        static final int PHASE = DEFAULT_PHASE - 513;

        private volatile boolean running;

        abstract Mono<Void> end();

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop(Runnable done) {
            running = false;
            end().doFinally(end -> done.run()).subscribe();
        }

        @Override
        public void stop() {
            running = false;
            end().block();
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        /** A pause, as between tests that share a context, must not close what cannot be opened again. */
        @Override
        public boolean isPauseable() {
            return false;
        }

        @Override
        public int getPhase() {
            return PHASE;
        }
    }

    /** Closes the sockets that only receive, so that endless responses made of what they receive complete. */
    static final class Receivers extends Early {

        private final Map<String, ZmtpSocket> sockets;
        private final ZmtpReplays replays;
        private final Runnable before;

        Receivers(Map<String, ZmtpSocket> sockets, ZmtpReplays replays, Runnable before) {
            this.sockets = sockets;
            this.replays = replays;
            this.before = before;
        }

        @Override
        Mono<Void> end() {
            before.run();
            replays.subscriptions().values().forEach(ReplaySubscription::end);
            return close(sockets);
        }
    }

    /** Frees the paths of the web server, and closes their connections, which it would take for requests in progress. */
    static final class Hosted extends Early {

        private final Map<String, ZmtpSocket> sockets;

        Hosted(Map<String, ZmtpSocket> sockets) {
            this.sockets = sockets;
        }

        @Override
        Mono<Void> end() {
            return Flux.fromIterable(sockets.values())
                    .flatMap(socket -> Flux.fromIterable(socket.endpoints())
                            .filter(Endpoint::isPath)
                            .flatMap(path -> socket.unbind(path).onErrorComplete()))
                    .then();
        }
    }
}
