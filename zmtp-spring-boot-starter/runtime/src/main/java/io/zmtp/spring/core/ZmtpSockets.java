package io.zmtp.spring.core;

import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of the application by name: those that are beans, made from properties or not, and those that were added while
 * it runs.
 *
 * @since 0.1
 */
public final class ZmtpSockets {

    private final Supplier<? extends Map<String, ZmtpSocket>> own;
    private final ZmtpReplays replays;
    /** Those of the beans that were asked for: to look through all beans takes long. */
    private final Map<String, ZmtpSocket> found = new ConcurrentHashMap<>();

    private final Map<String, ZmtpSocket> added = new ConcurrentHashMap<>();
    private final List<BiConsumer<String, ZmtpSocket>> watching = new CopyOnWriteArrayList<>();

    /**
     * Sockets by name.
     *
     * @param beans asked until a name is found, and again when its socket is closed
     */
    public ZmtpSockets(Supplier<? extends Map<String, ZmtpSocket>> beans) {
        this(beans, ZmtpReplays.none());
    }

    /** As {@link #ZmtpSockets(Supplier)}, with those of publications that have a history. */
    public ZmtpSockets(Supplier<? extends Map<String, ZmtpSocket>> beans, ZmtpReplays replays) {
        this.own = beans;
        this.replays = replays;
    }

    private Map<String, ZmtpSocket> beans() {
        Map<String, ZmtpSocket> beans = replays.sockets();
        beans.putAll(own.get());
        return beans;
    }

    /** {@return the publications with a history, and the subscriptions to such} */
    public ZmtpReplays replays() {
        return replays;
    }

    /** {@return all sockets, by name} */
    public Map<String, ZmtpSocket> all() {
        Map<String, ZmtpSocket> all = new TreeMap<>(beans());
        all.putAll(added);
        return all;
    }

    /** {@return the socket of a name, if there is one} */
    public Optional<ZmtpSocket> find(String name) {
        ZmtpSocket known = added.get(name);
        return Optional.ofNullable(known == null ? bean(name) : known);
    }

    private @Nullable ZmtpSocket bean(String name) {
        ZmtpSocket known = found.get(name);
        if (known != null && !known.isDisposed()) {
            return known;
        }
        ZmtpSocket bean = beans().get(name);
        if (bean != null) {
            found.put(name, bean);
        }
        return bean;
    }

    /**
     * Adds a socket that is no bean, so that it has health, meters and a place in the endpoint as all others. Who adds it
     * closes it.
     *
     * @throws ZmtpConfigurationException if the name is taken
     */
    public void add(String name, ZmtpSocket socket) {
        if (beans().containsKey(name) || added.putIfAbsent(name, socket) != null) {
            throw new ZmtpConfigurationException(
                    "There are two ZMTP sockets named '" + name + "'.", "Rename zmtp.sockets." + name + ".");
        }
        watching.forEach(each -> each.accept(name, socket));
    }

    /** Forgets a socket that was added. */
    public void remove(String name) {
        added.remove(name);
    }

    /** Calls for each socket, and later for each that is added. */
    public void forEach(BiConsumer<String, ZmtpSocket> watcher) {
        watching.add(watcher);
        all().forEach(watcher);
    }

    /**
     * Finds a socket.
     *
     * @param name its name
     * @throws ZmtpConfigurationException if there is none of that name
     */
    public ZmtpSocket get(String name) {
        return find(name)
                .orElseThrow(() -> replays.subscription(name).isPresent()
                        ? withReplay(name)
                        : new ZmtpConfigurationException(
                                "There is no ZMTP socket named '" + name + "'; there are " + all().keySet() + ".",
                                "Declare it under zmtp.sockets." + name + ", or correct the name."));
    }

    private static ZmtpConfigurationException withReplay(String name) {
        return new ZmtpConfigurationException(
                "The ZMTP socket '" + name
                        + "' has a replay: it is a subscription, each of whose subscribers has sockets of its"
                        + " own.",
                "Take its messages by a @ZmtpListener, by ZmtpTemplate.receive(\"" + name
                        + "\", …), or by the bean of type ReplaySubscriber.");
    }

    /**
     * Finds what can send, or a socket that can receive. What sends by a publication with a history is no socket.
     *
     * @param name its name
     * @param ability such as {@code Sender.class} or {@code Receiver.class}
     * @throws ZmtpConfigurationException if there is none of that name, or it cannot do that
     */
    public <T> T get(String name, Class<T> ability) {
        ZmtpSocket socket = get(name);
        ReplayPublisher history = replays.historyOf(socket, name);
        if (history != null && ability == Sender.class) {
            return ability.cast(new NumberingSender(history));
        }
        if (!ability.isInstance(socket)) {
            throw new ZmtpConfigurationException(
                    "The ZMTP socket '" + name + "' is of type " + socket.type() + ", which " + can(socket)
                            + ", but does not " + needed(ability) + ".",
                    "Use a socket of such a type, or change zmtp.sockets." + name + ".type.");
        }
        return ability.cast(socket);
    }

    private static String can(ZmtpSocket socket) {
        if (socket instanceof ReqSocket) {
            return "sends requests";
        } else if (socket instanceof RepSocket) {
            return "answers requests";
        }
        boolean receives = socket instanceof Receiver;
        return socket instanceof Sender ? (receives ? "sends and receives" : "sends") : "receives";
    }

    /** An ability in words, and which types have it: a caller at run time does not see the remedy. */
    private static String needed(Class<?> ability) {
        if (ability == Sender.class) {
            return "send, as PUSH, PUB, DEALER, ROUTER, PAIR and others do";
        } else if (ability == Receiver.class) {
            return "receive, as PULL, SUB, DEALER, ROUTER, PAIR and others do";
        } else if (ability == ReqSocket.class) {
            return "send requests, as REQ and DEALER do";
        } else if (ability == DealerSocket.class) {
            return "ask for streams, as DEALER does";
        }
        return "do what " + ability.getSimpleName().replace("Socket", "").toUpperCase(Locale.ROOT) + " does";
    }
}
