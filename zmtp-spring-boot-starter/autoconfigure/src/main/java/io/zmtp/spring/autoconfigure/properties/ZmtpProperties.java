package io.zmtp.spring.autoconfigure.properties;

import io.zmtp.spring.core.ZmtpConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The keys under {@code zmtp}. An unknown one fails the start, so that no misspelt option is lost silently.
 *
 * @param defaults What all sockets have unless they say otherwise.
 * @param sockets Sockets by name, each of which becomes a bean of that name.
 * @param curve Keys that several sockets share.
 * @param transport The event loops.
 * @param listener Defaults of annotated listener methods.
 * @param health How the state of peers becomes the health of the application.
 * @param metrics What is counted and timed.
 * @param observation What is observed.
 * @param rpc Requests.
 * @param discovery Services whose instances sockets connect to.
 * @since 0.1
 */
@ConfigurationProperties(prefix = "zmtp", ignoreUnknownFields = false)
public record ZmtpProperties(
        @NestedConfigurationProperty @DefaultValue SocketProperties defaults,
        @DefaultValue Map<String, SocketProperties> sockets,
        @DefaultValue Curve curve,
        @DefaultValue Transport transport,
        @DefaultValue Listener listener,
        @DefaultValue Health health,
        @DefaultValue Metrics metrics,
        @DefaultValue Observation observation,
        @DefaultValue Rpc rpc,
        @DefaultValue Discovery discovery) {

    /** {@return the keys of a socket, what it leaves out taken from the defaults} */
    public SocketProperties socket(String name) {
        SocketProperties own = sockets.get(name);
        return own == null ? defaults : Inheritance.merge(own, defaults);
    }

    /**
     * {@return the security keys of a socket; what it leaves out is taken from the bundle that it names, then from the
     * defaults}
     *
     * @throws ZmtpConfigurationException if there is no such bundle
     */
    public SocketProperties.Security security(String socket) {
        SocketProperties known = sockets.get(socket);
        SocketProperties.Security inherited = defaults.security();
        if (known == null) {
            return bundled("zmtp.defaults", inherited);
        }
        SocketProperties.Security own = bundled("zmtp.sockets." + socket, known.security());
        return own.over(own.bundle() == null ? bundled("zmtp.defaults", inherited) : inherited);
    }

    private SocketProperties.Security bundled(String where, SocketProperties.Security own) {
        String name = own.bundle();
        if (name == null) {
            return own;
        }
        CurveBundle bundle = curve.bundles.get(name);
        if (bundle == null) {
            throw new ZmtpConfigurationException(
                    where + ".security.bundle names '" + name + "', which is no bundle of CURVE keys.",
                    "Set zmtp.curve.bundles." + name + ".…, or name one of " + curve.bundles.keySet() + ".");
        }
        return own.over(bundle.security(name));
    }

    /**
     * Keys that several sockets share.
     *
     * @param bundles Keys by name, for security.bundle of sockets.
     */
    public record Curve(@DefaultValue Map<String, CurveBundle> bundles) {}

    /**
     * Keys of CURVE under a name.
     *
     * @param secretKey Secret key, 40 characters of Z85, or hex: and 64 hexadecimal digits.
     * @param secretKeyLocation File with the secret key, alone, or in a certificate, or as zmtp keygen prints it.
     * @param serverKey Public key of the server. For clients.
     * @param clients Public keys of the clients that are let in; * for anyone. For servers.
     */
    public record CurveBundle(
            @Nullable String secretKey,
            @Nullable String secretKeyLocation,
            @Nullable String serverKey,
            @Nullable List<String> clients) {

        /** {@return them as those of a socket that names the bundle} */
        public SocketProperties.Security security(String name) {
            return new SocketProperties.Security(
                    SocketProperties.MechanismName.CURVE,
                    name,
                    null,
                    null,
                    null,
                    secretKey,
                    secretKeyLocation,
                    serverKey,
                    clients);
        }

        @Override
        public String toString() {
            return "CurveBundle[]";
        }
    }

    /** How bytes get to the network. */
    public enum TransportType {
        /** epoll where it is available, else NIO; io_uring never. */
        AUTO,
        /** The JDK's own. */
        NIO,
        /** Linux's. */
        EPOLL
    }

    /** What listeners do when a method failed and no exception handler took it. */
    public enum OnError {
        /** Log the failure and take the next message; a caller gets no reply. */
        CONTINUE,
        /** Stop the listener. */
        STOP,
        /** Log the failure and take the next message; a caller gets the failure, without its text. */
        REPLY
    }

    /** Whether and how traces cross to peers. */
    public enum Propagation {
        /** They do not: ZMTP messages have no headers. */
        NONE,
        /**
         * As one more part at the end of each message, which peers must know how to take off; not on sockets whose
         * messages have exactly one part.
         */
        FRAME
    }

    /**
     * The event loops.
     *
     * @param type Kind of event loops.
     * @param workerThreads Number of event loops of our own; 0 to share those of the application.
     * @param shareReactorResources Whether the loops of the application's ReactorResourceFactory are used. For the type auto
     *     without worker threads.
     */
    public record Transport(
            @DefaultValue("auto") TransportType type,
            @DefaultValue("0") int workerThreads,
            @Nullable Boolean shareReactorResources) {}

    /**
     * Defaults of listener methods.
     *
     * @param autoStartup Whether listeners start with the application.
     * @param concurrency Number of messages that a listener handles at a time; by default many where it replies, else 1.
     * @param timeout How long a method may take for a message; by default any time.
     * @param maxWaiting Number of messages that may wait for a listener while others of its socket go on.
     * @param maxWaitingPerPeer Number of calls of one peer that may wait for a listener.
     * @param onError What happens when a method failed.
     * @param maxStreams Number of streams that the listeners of a ROUTER socket answer with at a time.
     * @param maxStreamsPerPeer Number of streams that one peer may have at a time.
     */
    public record Listener(
            @DefaultValue("true") boolean autoStartup,
            @Nullable Integer concurrency,
            @Nullable Duration timeout,
            @DefaultValue("1024") int maxWaiting,
            @DefaultValue("512") int maxWaitingPerPeer,
            @DefaultValue("reply") OnError onError,
            @DefaultValue("1024") int maxStreams,
            @DefaultValue("128") int maxStreamsPerPeer) {}

    /**
     * How the state of peers becomes health.
     *
     * @param grace How long after the start a socket that only connects may wait for its first peer before it is down.
     * @param maxGap How long messages of a publication with a replay may be missing before the subscription is down.
     */
    public record Health(
            @DefaultValue("10s") Duration grace,
            @DefaultValue("10s") Duration maxGap) {}

    /**
     * What is counted and timed.
     *
     * @param enabled Whether sockets record meters.
     */
    public record Metrics(@DefaultValue("true") boolean enabled) {}

    /**
     * What is observed.
     *
     * @param enabled Whether sending, requests and listeners are observed.
     * @param propagation Whether and how traces cross to peers.
     */
    public record Observation(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("none") Propagation propagation) {}

    /**
     * Requests.
     *
     * @param timeout How long a reply may take, and the blocking template waits.
     */
    public record Rpc(@DefaultValue("5s") Duration timeout) {}

    /**
     * Services that endpoints name, as discovery://orders/zmtp-port.
     *
     * @param interval Time from one answer to the next look-up of a service.
     */
    public record Discovery(@DefaultValue("10s") Duration interval) {}
}
