package io.zmtp.spring.autoconfigure;

import static io.zmtp.spring.autoconfigure.properties.OptionsMapping.bytes;
import static io.zmtp.spring.autoconfigure.properties.OptionsMapping.with;
import static io.zmtp.spring.core.ZmtpReplays.replayOf;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.replay.PublisherOptions;
import io.zmtp.reactive.replay.ReplayEndpoints;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.replay.ReplaySubscriber;
import io.zmtp.reactive.replay.SubscriberOptions;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.autoconfigure.properties.OptionsMapping;
import io.zmtp.spring.autoconfigure.properties.Place;
import io.zmtp.spring.autoconfigure.properties.ReplayProperties;
import io.zmtp.spring.autoconfigure.properties.SocketProperties;
import io.zmtp.spring.core.OnGap;
import io.zmtp.spring.core.ReplaySubscription;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.discovery.Followed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Makes publications with a history, and subscriptions that ask for what they missed, of the properties of sockets. */
final class ReplayFactory {

    private final Places places;
    private final SocketFactory sockets;
    private final List<ReplayPublisherCustomizer> publishers;
    private final List<ReplaySubscriberCustomizer> subscribers;
    private final BooleanSupplier stopping;
    private final Map<String, ReplaySubscription> subscriptions = new ConcurrentHashMap<>();

    ReplayFactory(
            Places places,
            SocketFactory sockets,
            List<ReplayPublisherCustomizer> publishers,
            List<ReplaySubscriberCustomizer> subscribers,
            BooleanSupplier stopping) {
        this.places = places;
        this.sockets = sockets;
        this.publishers = publishers;
        this.subscribers = subscribers;
        this.stopping = stopping;
    }

    /** A publication that is bound later. */
    ReplayPublisher publisher(String name) {
        SocketProperties socket = sockets.checked(name, SocketType.PUB);
        return fit(name, () -> ReplayPublisher.create(options -> publisher(name, socket, options)));
    }

    private PublisherOptions publisher(String name, SocketProperties socket, PublisherOptions options) {
        ReplayProperties replay = socket.replay();
        String prefix = OptionsMapping.prefix(name) + "replay.";
        PublisherOptions made = options.publication(to -> sockets.options(name, SocketType.PUB, socket, to))
                .replay(to -> sockets.replayOptions(name, SocketType.ROUTER, socket, to));
        made = with(made, prefix + "messages", replay.messages(), PublisherOptions::messages);
        made = with(made, prefix + "bytes", bytes(replay.bytes()), PublisherOptions::bytes);
        made = with(made, prefix + "max-age", replay.maxAge(), PublisherOptions::maxAge);
        made = with(made, prefix + "last-values", replay.lastValues(), PublisherOptions::lastValues);
        made = with(made, prefix + "plain-topics", replay.plainTopics(), PublisherOptions::plainTopics);
        for (ReplayPublisherCustomizer each : publishers) {
            made = each.customize(name, made);
        }
        return made;
    }

    /** A subscription that connects when it is subscribed to. */
    ReplaySubscriber subscriber(String name) {
        return subscriptions.computeIfAbsent(name, this::subscription).subscriber();
    }

    /** Those that were made. */
    Map<String, ReplaySubscription> subscriptions() {
        return subscriptions;
    }

    private ReplaySubscription subscription(String name) {
        SocketProperties socket = sockets.checked(name, SocketType.SUB);
        // each subscriber makes sockets of its own: what is wrong with their options is to be known at the start
        sockets.options(name, SocketType.SUB, socket, SocketOptions.create());
        sockets.replayOptions(name, SocketType.DEALER, socket, SocketOptions.create());
        List<ReplayEndpoints> publications = publications(name);
        List<String> prefixes = socket.subscribe() == null ? List.of() : socket.subscribe();
        OnGap onGap = Objects.requireNonNullElse(socket.replay().onGap(), OnGap.FAIL);
        return new ReplaySubscription(name, prefixes, onGap, seen -> {
            ReplaySubscriber made =
                    fit(name, () -> ReplaySubscriber.create(options -> subscriber(name, socket, options, seen)));
            for (ReplayEndpoints each : publications) {
                made = made.connect(each);
            }
            for (ReplaySubscriberCustomizer each : subscribers) {
                made = each.customize(name, made);
            }
            return made;
        });
    }

    private SubscriberOptions subscriber(
            String name, SocketProperties socket, SubscriberOptions options, Consumer<ZmtpSocket> seen) {
        ReplayProperties replay = socket.replay();
        String prefix = OptionsMapping.prefix(name) + "replay.";
        SubscriberOptions made = options.publication(to -> sockets.options(name, SocketType.SUB, socket, to))
                .replay(to -> sockets.replayOptions(name, SocketType.DEALER, socket, to))
                .from(replay.start(name))
                .onSocket(each -> {
                    EndpointLog.follow(each.type() == SocketType.SUB ? name : replayOf(name), each, stopping);
                    seen.accept(each);
                });
        made = with(made, prefix + "buffer", replay.buffer(), SubscriberOptions::buffer);
        made = with(made, prefix + "check", replay.check(), SubscriberOptions::check);
        made = with(made, prefix + "timeout", replay.timeout(), SubscriberOptions::replayTimeout);
        made = with(made, prefix + "patience", replay.patience(), SubscriberOptions::patience);
        return with(made, prefix + "plain-topic", replay.plainTopic(), (to, topic) -> to.plainTopic(Bytes.utf8(topic)));
    }

    private static <M> M fit(String name, Supplier<M> making) {
        try {
            return making.get();
        } catch (IllegalArgumentException unfit) {
            throw new ZmtpConfigurationException(
                    "An option of the replay of the ZMTP socket '" + name + "' does not fit: " + unfit.getMessage(),
                    "Correct it under zmtp.sockets." + name + ".replay or zmtp.defaults.replay.",
                    unfit);
        }
    }

    /** Each publication with its replay, by their places in the two lists. */
    private List<ReplayEndpoints> publications(String name) {
        String key = "zmtp.sockets." + name;
        Place place = places.of(name);
        List<String> live = place.connect();
        List<String> replays = places.of(replayOf(name)).connect();
        if (!place.bind().isEmpty()
                || place.connectEach() != null
                || live.stream().anyMatch(Followed::isService)) {
            throw new ZmtpConfigurationException(
                    key
                            + " has replay.connect, but also bind, connect-each or a service to discover: each publication must"
                            + " have a replay of its own.",
                    "Name the publications in " + key + ".connect, and the replay of each, in the same order, in " + key
                            + ".replay.connect.");
        }
        if (live.size() != replays.size() || live.isEmpty()) {
            throw new ZmtpConfigurationException(
                    key + ".connect has " + live.size() + " endpoint(s), but " + key + ".replay.connect has "
                            + replays.size() + ".",
                    "Name the publications in the one, and the replay of each, in the same order, in the other.");
        }
        List<ReplayEndpoints> publications = new ArrayList<>();
        for (int i = 0; i < live.size(); i++) {
            publications.add(new ReplayEndpoints(
                    target(key + ".connect", live.get(i)), target(key + ".replay.connect", replays.get(i))));
        }
        return publications;
    }

    /** What can be connected to: that is not tried before somebody subscribes. */
    private static Endpoint target(String key, String text) {
        Endpoint endpoint = SocketLifecycle.parse(key, text);
        if (endpoint.scheme() == Endpoint.Scheme.UDP
                || endpoint.anyHost()
                || endpoint.anyPort()
                || endpoint.anyPath()
                || endpoint.isPath()) {
            throw new ZmtpConfigurationException(
                    key + ": " + endpoint + " cannot be connected to.",
                    "Write where the publisher is, as in tcp://market:5557; * is for binding, and udp for RADIO and DISH.");
        }
        return endpoint;
    }
}
