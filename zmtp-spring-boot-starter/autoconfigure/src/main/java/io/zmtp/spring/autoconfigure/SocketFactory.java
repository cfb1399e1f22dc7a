package io.zmtp.spring.autoconfigure;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.socket.DishSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.TypeOption;
import io.zmtp.reactive.socket.XSubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.reactive.transport.ws.WebSocketHost;
import io.zmtp.reactive.wire.Subscription;
import io.zmtp.spring.autoconfigure.loops.EventLoops;
import io.zmtp.spring.autoconfigure.properties.DeliveryProperties;
import io.zmtp.spring.autoconfigure.properties.OptionsMapping;
import io.zmtp.spring.autoconfigure.properties.Place;
import io.zmtp.spring.autoconfigure.properties.SocketProperties;
import io.zmtp.spring.autoconfigure.properties.SocketRules;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties;
import io.zmtp.spring.autoconfigure.security.CurveKeys;
import io.zmtp.spring.autoconfigure.security.Mechanisms;
import io.zmtp.spring.autoconfigure.security.SecurityRules;
import io.zmtp.spring.autoconfigure.security.TlsContexts;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpReplays;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import reactor.netty.resources.LoopResources;

/**
 * Makes sockets of properties; they are bound and connected later.
 *
 * @since 0.1
 */
public final class SocketFactory {

    private final ZmtpProperties properties;
    private final Places places;
    private final Mechanisms mechanisms;
    private final @Nullable SslBundles bundles;
    private final @Nullable LoopResources loops;
    private final @Nullable WebSocketHost host;
    private final List<SocketOptionsCustomizer> customizers;
    private final DeadLetters deadLetters;
    private final BooleanSupplier stopping;

    SocketFactory(
            ZmtpProperties properties,
            Places places,
            CurveKeys keys,
            @Nullable SslBundles bundles,
            EventLoops loops,
            @Nullable WebSocketHost host,
            List<SocketOptionsCustomizer> customizers,
            DeadLetters deadLetters,
            BooleanSupplier stopping) {
        SocketRules.checkDefaults(properties.defaults());
        SecurityRules.check(properties, places.all());
        this.properties = properties;
        this.places = places;
        this.mechanisms = new Mechanisms(keys);
        this.bundles = bundles;
        this.loops = loops.loops();
        this.host = host;
        this.customizers = customizers;
        this.deadLetters = deadLetters;
        this.stopping = stopping;
    }

    /**
     * Makes a socket that has the options of {@code zmtp.sockets.<name>}, or, if there are none, of {@code zmtp.defaults}.
     *
     * @return a new one each time; who asked for it binds or connects it, and closes it
     * @throws ZmtpConfigurationException as {@link #check(String, List)}
     */
    public ZmtpSocket create(String name, SocketType type) {
        check(name, List.of());
        ZmtpSocket made = create(name, SocketKind.of(type));
        EndpointLog.follow(name, made, stopping);
        return made;
    }

    /**
     * Checks whether {@link #create} would protect a socket as the properties want it to be.
     *
     * @param endpoints what it is going to be bound or connected to
     * @throws ZmtpConfigurationException if there are credentials for it, but no mechanism; or a TLS bundle that nothing uses
     */
    public void check(String name, List<Endpoint> endpoints) {
        Place place = places.of(name);
        if (!place.isTrusted()) {
            SecurityRules.checkMade(properties, name, place, endpoints);
        }
    }

    <S extends ZmtpSocket> S create(String name, SocketKind<S> kind) {
        SocketProperties socket = checked(name, kind.type());
        S made = made(name, kind, socket);
        List<String> prefixes = socket.subscribe() == null ? List.of() : socket.subscribe();
        if (made instanceof SubSocket sub) {
            prefixes.forEach(sub::subscribe);
        } else if (made instanceof XSubSocket xsub) {
            prefixes.forEach(prefix -> subscribe(xsub, prefix));
        } else if (made instanceof DishSocket dish && socket.join() != null) {
            socket.join().forEach(dish::join);
        }
        return made;
    }

    /** The socket itself refuses options that do not go together. */
    private <S extends ZmtpSocket> S made(String name, SocketKind<S> kind, SocketProperties socket) {
        try {
            return kind.create().apply(options -> options(name, kind.type(), socket, options));
        } catch (IllegalArgumentException unfit) {
            throw OptionsMapping.unfit(name, unfit);
        }
    }

    /** The keys of a socket, all of which have an effect. */
    SocketProperties checked(String name, SocketType type) {
        SocketProperties socket = properties.socket(name);
        SocketProperties own = properties.sockets().get(name);
        if (own != null) {
            SocketRules.checkSocket(name, type, places.of(name), own, socket);
        }
        return socket;
    }

    private static void subscribe(XSubSocket socket, String prefix) {
        socket.send(Message.of(Subscription.body(Bytes.utf8(prefix), false))).subscribe();
    }

    SocketOptions options(String name, SocketType type, SocketProperties socket, SocketOptions options) {
        SocketOptions made = OptionsMapping.apply(name, type, socket, options.name(name));
        return complete(
                name, name, socket, TypeOption.DELIVERY.types().contains(type) ? deliver(name, socket, made) : made);
    }

    /** What acknowledgements need beside their own options: a name to be known by, and where dead letters go. */
    private SocketOptions deliver(String name, SocketProperties socket, SocketOptions options) {
        DeliveryProperties delivery = socket.delivery();
        SocketOptions made = options;
        if (delivery.isAtLeast(DeliveryLevel.ONCE) && socket.routingId() == null) {
            made = made.routingId(Bytes.utf8(name + "-" + UUID.randomUUID()));
        }
        DeliveryOptions promised = delivery.options(OptionsMapping.prefix(name) + "delivery.");
        String deadLetter = delivery.deadLetter();
        return promised == null || deadLetter == null
                ? made
                : made.delivery(promised.deadLetters(deadLetters.send(name, deadLetter)));
    }

    /** Those of the socket beside another one that asks for a replay, or answers: as protected as that. */
    SocketOptions replayOptions(String name, SocketType type, SocketProperties socket, SocketOptions options) {
        String replay = ZmtpReplays.replayOf(name);
        return complete(name, replay, socket, OptionsMapping.applyToReplay(name, type, socket, options.name(replay)));
    }

    /**
     * Adds what is no property of a socket alone.
     *
     * @param key its name under {@code zmtp.sockets}
     * @param name its own name
     */
    private SocketOptions complete(String key, String name, SocketProperties socket, SocketOptions options) {
        SocketOptions made = options;
        if (loops != null) {
            made = made.runOn(loops);
        }
        WebSocketHost web = host;
        if (web != null) {
            made = made.server(server -> server.webSocketHost(web));
        }
        Place place = places.of(name);
        if (!place.isTrusted()) {
            made = secure(key, place, socket, made);
        }
        for (SocketOptionsCustomizer customizer : customizers) {
            made = customizer.customize(name, made);
        }
        return made;
    }

    private SocketOptions secure(String name, Place place, SocketProperties socket, SocketOptions options) {
        SocketOptions made = options.mechanism(mechanisms.of(name, properties.security(name), place));
        TlsContexts tls = tls(name, place.sslBundle(), socket.ssl());
        return tls == null ? made : tls.secure(made);
    }

    private @Nullable TlsContexts tls(String name, @Nullable SslBundle given, SocketProperties.Ssl ssl) {
        if (given != null) {
            return new TlsContexts(given, ssl.clientAuth());
        }
        String bundle = ssl.bundle();
        if (bundle == null) {
            return null;
        }
        if (bundles == null) {
            throw new ZmtpConfigurationException(
                    "zmtp.sockets." + name + ".ssl.bundle is set, but the application has no SSL bundles.",
                    "Do not exclude Boot's SslAutoConfiguration, and declare the bundle under spring.ssl.bundle.");
        }
        TlsContexts contexts = new TlsContexts(named(name, bundle, bundles), ssl.clientAuth());
        bundles.addBundleUpdateHandler(bundle, contexts::update);
        return contexts;
    }

    private static SslBundle named(String socket, String bundle, SslBundles bundles) {
        try {
            return bundles.getBundle(bundle);
        } catch (NoSuchSslBundleException unknown) {
            throw new ZmtpConfigurationException(
                    "zmtp.sockets." + socket + ".ssl.bundle is '" + bundle
                            + "', but there is no SSL bundle of that name;" + " there are " + bundles.getBundleNames()
                            + ".",
                    "Declare it under spring.ssl.bundle.pem." + bundle + " or spring.ssl.bundle.jks." + bundle
                            + ", or correct the name.",
                    unknown);
        }
    }
}
