package io.zmtp.spring.core;

import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The publications with a history, and the subscriptions to such, by the names of their sockets.
 *
 * <p>A publication has two sockets, which are among {@link ZmtpSockets}: one of its own name, and the one that answers
 * subscribers that missed something, whose name ends in {@value #SUFFIX}.
 *
 * @since 0.1
 */
public final class ZmtpReplays {

    /** What is behind the name of a socket in that of the one for its replay. */
    public static final String SUFFIX = ".replay";

    private final Supplier<? extends Map<String, ReplayPublisher>> publishers;
    private final Supplier<? extends Map<String, ReplaySubscription>> subscriptions;

    /** Those that were looked for: to look through all beans takes long. */
    private final Map<String, Optional<ReplayPublisher>> found = new ConcurrentHashMap<>();

    /**
     * Publications and subscriptions by name.
     *
     * @param publishers asked once for each name
     * @param subscriptions asked each time
     */
    public ZmtpReplays(
            Supplier<? extends Map<String, ReplayPublisher>> publishers,
            Supplier<? extends Map<String, ReplaySubscription>> subscriptions) {
        this.publishers = publishers;
        this.subscriptions = subscriptions;
    }

    /** {@return none} */
    public static ZmtpReplays none() {
        return new ZmtpReplays(Map::of, Map::of);
    }

    /** {@return the name of the socket for the replay of another one} */
    public static String replayOf(String socket) {
        return socket + SUFFIX;
    }

    /** {@return the name under {@code zmtp.sockets} of a socket, which may be the one for the replay of another one} */
    public String keyOf(String socket) {
        String beside = socket.endsWith(SUFFIX) ? socket.substring(0, socket.length() - SUFFIX.length()) : socket;
        return publishers.get().containsKey(beside) ? beside : socket;
    }

    /** {@return the publications with a history} */
    public Map<String, ReplayPublisher> publishers() {
        return new TreeMap<>(publishers.get());
    }

    /** {@return the subscriptions} */
    public Map<String, ReplaySubscription> subscriptions() {
        return new TreeMap<>(subscriptions.get());
    }

    /** {@return the publication of a name, if it has a history} */
    public Optional<ReplayPublisher> publisher(String name) {
        Optional<ReplayPublisher> known = found.get(name);
        return known == null
                ? found.computeIfAbsent(
                        name, missing -> Optional.ofNullable(publishers.get().get(missing)))
                : known;
    }

    /** {@return the subscription of a name, if there is one} */
    public Optional<ReplaySubscription> subscription(String name) {
        return Optional.ofNullable(subscriptions.get().get(name));
    }

    /** {@return the history behind a socket that publishes; null if it has none} */
    @Nullable
    ReplayPublisher historyOf(ZmtpSocket socket, String name) {
        return socket instanceof PubSocket ? publisher(name).orElse(null) : null;
    }

    /** {@return the sockets of all publications, by their names} */
    Map<String, ZmtpSocket> sockets() {
        Map<String, ZmtpSocket> sockets = new TreeMap<>();
        publishers.get().forEach((name, publisher) -> {
            sockets.put(name, publisher.publication());
            sockets.put(replayOf(name), publisher.replay());
        });
        return sockets;
    }
}
