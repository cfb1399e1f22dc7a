package io.zmtp.spring.listener;

import io.zmtp.spring.core.OnGap;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpMessageConverter;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.listener.source.ListenerSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The listeners of the application, to be started, stopped and paused by their ids while it runs.
 *
 * <p>Listeners of one socket share its messages, and start, stop and pause together, except on a SUB socket, where each
 * listener with topics has a subscription of its own. All start after the web server. They stop before it, and finish the
 * messages that they had taken.
 *
 * @since 0.1
 */
public final class ZmtpListenerRegistry implements SmartLifecycle, SmartInitializingSingleton, DisposableBean {

    /** After the web server at start, before its graceful shutdown at the end. */
    static final int PHASE = DEFAULT_PHASE - 512;

    private final ZmtpListenerProcessor processor;
    private final ZmtpSockets sockets;
    private final ListenerSettings settings;
    private final ZmtpMessageConverter converter;
    private final ConfigurableListableBeanFactory beans;
    /** By the ids of the listeners; replaced when one is added or removed. */
    private volatile Map<String, ListenerContainer> containers = Map.of();

    private volatile boolean running;

    /** A registry of the listeners that the processor finds. Made by the auto-configuration. */
    public ZmtpListenerRegistry(
            ZmtpListenerProcessor processor,
            ZmtpSockets sockets,
            ZmtpMessageConverter converter,
            ListenerSettings settings,
            ConfigurableListableBeanFactory beans) {
        this.processor = processor;
        this.sockets = sockets;
        this.settings = settings;
        this.converter = converter;
        this.beans = beans;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<AnnotatedListener> found = new ArrayList<>();
        Set<String> ids = new LinkedHashSet<>();
        ListenerFactory factory = new ListenerFactory(sockets, converter, settings, beans);
        for (ZmtpListenerProcessor.Found each : processor.found()) {
            AnnotatedListener listener = factory.make(each);
            if (!ids.add(listener.id())) {
                throw new ZmtpConfigurationException(
                        "There are two ZMTP listeners with the id '" + listener.id() + "'.",
                        "Give them ids of their own: @ZmtpListener(id = …).");
            }
            found.add(listener);
        }
        byContainer(found).forEach(this::add);
    }

    /** Those that share a subscription, or all of a socket that has none. */
    private List<List<AnnotatedListener>> byContainer(List<AnnotatedListener> all) {
        Map<String, List<AnnotatedListener>> shared = new LinkedHashMap<>();
        for (AnnotatedListener each : all) {
            boolean own = !each.topics().isEmpty()
                    && ListenerSource.of(sockets, each.socket()).hasSubscriptions();
            if (!each.method().isForGaps()) {
                shared.computeIfAbsent(
                                own ? "listener " + each.id() : "socket " + each.socket(), key -> new ArrayList<>())
                        .add(each);
            }
        }
        for (AnnotatedListener each : all) {
            if (each.method().isForGaps()) {
                shared.values().stream()
                        .filter(others -> isOf(others.get(0), each))
                        .findFirst()
                        .orElseThrow(
                                () -> new ZmtpConfigurationException(
                                        "The ZMTP listener '" + each.id() + "' takes the gaps of the socket '"
                                                + each.socket()
                                                + "', but no listener takes its messages with the same topics.",
                                        "Give it the topics of the listener whose gaps it is to take, or none if that has none."))
                        .add(each);
            }
        }
        return List.copyOf(shared.values());
    }

    private static boolean isOf(AnnotatedListener one, AnnotatedListener other) {
        return one.socket().equals(other.socket())
                && one.topics().stream()
                        .map(Topic::toString)
                        .toList()
                        .equals(other.topics().stream().map(Topic::toString).toList());
    }

    private void add(List<AnnotatedListener> listeners) {
        String name = listeners.get(0).socket();
        List<AnnotatedListener> taking =
                listeners.stream().filter(each -> !each.method().isForGaps()).toList();
        long greedy = taking.stream()
                .filter(each -> each.topics().isEmpty() || each.method().streamOf() != null)
                .count();
        if (taking.size() > 1
                && (greedy > 1 || taking.stream().anyMatch(each -> each.method().streamOf() != null))) {
            throw new ZmtpConfigurationException(
                    "Several ZMTP listeners want all messages of the socket '" + name + "': "
                            + taking.stream().map(AnnotatedListener::id).toList() + ".",
                    "Give them different topics, or make one listener of them.");
        }
        ListenerSource source = ListenerSource.of(sockets, name);
        checkGaps(name, source, listeners);
        ListenerContainer container =
                new ListenerContainer(name, source, ListenerFactory.mostSpecificFirst(listeners), settings);
        listeners.forEach(each -> put(each.id(), container));
    }

    private static void checkGaps(String name, ListenerSource source, List<AnnotatedListener> listeners) {
        List<String> ids = listeners.stream().map(AnnotatedListener::id).toList();
        if (source.onGap() == OnGap.EMIT
                && listeners.stream().noneMatch(each -> each.method().takesGaps())) {
            throw new ZmtpConfigurationException(
                    "zmtp.sockets." + name + ".replay.on-gap is emit, but no method takes the gaps of " + ids + ".",
                    "Take an Update, or add a method of the same topics that takes a Gap; or set on-gap to fail or log.");
        }
        if (listeners.size() > 1
                && listeners.stream().anyMatch(each -> each.method().isForGaps())
                && listeners.stream().anyMatch(each -> each.method().streamOf() != null)) {
            throw new ZmtpConfigurationException(
                    "One of the ZMTP listeners " + ids + " takes a stream, and so the gaps in it too.",
                    "Take a Flux<Update>, without a method for gaps.");
        }
    }

    private synchronized void put(String id, ListenerContainer container) {
        Map<String, ListenerContainer> more = new LinkedHashMap<>(containers);
        more.put(id, container);
        containers = more;
    }

    /**
     * Adds a listener that is no annotated method. It is started by {@link #start(String)}, and has all else in common with
     * annotated ones: pauses, restarts, observations, health.
     *
     * @param id to be steered by
     * @param socket the name of a socket that receives, and whose messages no other listener takes; on SUB there may be
     *     several with topics
     * @param topics as those of {@link ZmtpListener#topics()}; none for all messages
     * @param concurrency how many messages are handled at a time
     * @throws ZmtpConfigurationException if the id is taken, or the socket or a topic will not do
     */
    public synchronized void register(
            String id, String socket, List<String> topics, int concurrency, ZmtpMessageListener listener) {
        ListenerSource receiving = ListenerSource.of(sockets, socket);
        boolean own = receiving.hasSubscriptions() && !topics.isEmpty();
        if (containers.containsKey(id)) {
            throw new ZmtpConfigurationException(
                    "There are two ZMTP listeners with the id '" + id + "'.", "Give them ids of their own.");
        }
        List<String> others = containers.entrySet().stream()
                .filter(each -> each.getValue().takesAllOf(socket))
                .map(Map.Entry::getKey)
                .toList();
        if (!own && !others.isEmpty()) {
            throw new ZmtpConfigurationException(
                    "'" + id + "' is to take the messages of the ZMTP socket '" + socket + "', but those go to "
                            + others + ".",
                    "Let one of them take the messages, or use a socket of its own for each.");
        }
        AnnotatedListener added = new AnnotatedListener(
                id,
                socket,
                topics.stream().map(text -> topic(id, text)).toList(),
                concurrency,
                false,
                settings.timeout(),
                false,
                settings.errorHandler(),
                new RegisteredTarget(listener, converter, settings.contentType().apply(socket)));
        put(id, new ListenerContainer(socket, receiving, List.of(added), settings));
    }

    private static Topic topic(String id, String text) {
        try {
            return new Topic(text);
        } catch (IllegalArgumentException wrong) {
            throw new ZmtpConfigurationException(
                    "The topic '" + text + "' of '" + id + "' does not fit: " + wrong.getMessage() + ".",
                    "Put words between dots, such as md.{symbol}.*.",
                    wrong);
        }
    }

    /**
     * Removes a listener that was registered. What it has not handled by now is given up, and logged: it is stopped before.
     */
    public void unregister(String id) {
        ListenerContainer removed;
        synchronized (this) {
            Map<String, ListenerContainer> fewer = new LinkedHashMap<>(containers);
            removed = fewer.remove(id);
            containers = fewer;
        }
        if (removed != null) {
            removed.stop().subscribe();
            removed.giveUp();
        }
    }

    // ---- at run time

    /** {@return the ids of all listeners} */
    public Set<String> ids() {
        return Set.copyOf(containers.keySet());
    }

    /** Starts a listener, and those that share its socket's messages; does nothing if it runs. */
    public void start(String id) {
        container(id).start();
    }

    /**
     * Stops a listener, and those that share its socket's messages.
     *
     * @return completes when the messages that were taken have been handled; nothing stops before it is subscribed to
     */
    public Mono<Void> stop(String id) {
        ListenerContainer container = container(id);
        return Mono.defer(container::stop);
    }

    /** Takes no more messages until {@link #resume}; what was asked for is kept, and subscriptions stand. */
    public void pause(String id) {
        container(id).pause();
    }

    /** Ends a pause. */
    public void resume(String id) {
        container(id).resume();
    }

    /** {@return the state of the listener} */
    public ListenerState state(String id) {
        return container(id).state();
    }

    /** {@return why the listener is in the state {@code RETRYING} or {@code FAILED}; empty in others} */
    public Optional<Throwable> failure(String id) {
        return container(id).failure();
    }

    /** {@return whether the listener was started, and has not stopped: it takes messages, or will again} */
    public boolean isRunning(String id) {
        return container(id).isRunning();
    }

    /** {@return whether the listener is paused} */
    public boolean isPaused(String id) {
        return container(id).isPaused();
    }

    /** {@return the name of the socket whose messages a listener takes} */
    public String socketOf(String id) {
        return container(id).socketName();
    }

    /** {@return the ids of the listeners that take the messages of a socket} */
    public List<String> idsOf(String socket) {
        return containers.entrySet().stream()
                .filter(each -> each.getValue().socketName().equals(socket))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** {@return the states of the listeners that take the messages of a socket, by their ids} */
    public Map<String, ListenerState> statesOf(String socket) {
        Map<String, ListenerState> states = new LinkedHashMap<>();
        idsOf(socket).forEach(id -> states.put(id, state(id)));
        return states;
    }

    private ListenerContainer container(String id) {
        ListenerContainer container = containers.get(id);
        if (container == null) {
            throw new IllegalArgumentException(
                    "id of a ZMTP listener: expected one of " + containers.keySet() + ", but it is '" + id + "'");
        }
        return container;
    }

    // ---- with the application

    @Override
    public void start() {
        running = true;
        containers.values().stream()
                .distinct()
                .filter(ListenerContainer::autoStartup)
                .forEach(ListenerContainer::start);
    }

    @Override
    public void stop(Runnable done) {
        running = false;
        stopAll().doFinally(end -> done.run()).subscribe();
    }

    @Override
    public void stop() {
        running = false;
        stopAll().block();
    }

    private Mono<Void> stopAll() {
        return Flux.fromIterable(Set.copyOf(containers.values()))
                .flatMap(ListenerContainer::stop, Integer.MAX_VALUE)
                .then();
    }

    /**
     * Ends the work that its senders wait for, and that was not done while the listeners were stopped: they learn that it was given
     * up, as long as their connections are there.
     */
    public void giveUpAcknowledged() {
        Set.copyOf(containers.values()).stream()
                .filter(ListenerContainer::acknowledges)
                .forEach(ListenerContainer::giveUp);
    }

    /** Ends what is not handled yet, and logs how much that is. */
    @Override
    public void destroy() {
        Set.copyOf(containers.values()).forEach(ListenerContainer::giveUp);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
