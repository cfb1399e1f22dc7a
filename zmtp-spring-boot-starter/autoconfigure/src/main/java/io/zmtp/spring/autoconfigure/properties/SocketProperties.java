package io.zmtp.spring.autoconfigure.properties;

import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The keys of one socket, and of the defaults for all. What is absent is left to {@code zmtp.defaults}, and then to the
 * library.
 *
 * @param type Pattern that the socket speaks.
 * @param bind Endpoints to bind, such as tcp://*:5555; a port of * or 0 picks a free one.
 * @param connect Endpoints to connect to, such as tcp://feed:5556 or discovery://orders/zmtp-port; an absent peer is waited
 *     for.
 * @param connectEach A host name to each of whose addresses the socket connects, now and when they change.
 * @param subscribe Prefixes to subscribe to; an empty one is for all. For SUB and XSUB.
 * @param join Groups to join. For DISH.
 * @param sendHwm Number of messages that may wait for each peer.
 * @param sendHwmBytes Size of the messages that may wait for each peer.
 * @param maxAge How long a message may wait to be written before it is dropped; any time by default. For all types except REQ,
 *     PULL, GATHER, SUB and DISH.
 * @param recvHwm Number of messages that are read ahead from each peer.
 * @param onFull What happens to a message for a peer whose queue is full; by default the rule of the type. For all types
 *     except REQ.
 * @param linger How long closing may take to write what was accepted.
 * @param immediate Whether only peers that are connected now are given messages. For PUSH, SCATTER, DEALER, CLIENT, PAIR and
 *     CHANNEL.
 * @param mandatory Whether sending to nobody fails, and sending to a full queue waits. For ROUTER.
 * @param handover Whether a peer may take over the routing id of another one. For ROUTER.
 * @param correlate Whether requests have ids: true for any number under way at a time; false for a ROUTER that does not
 *     return ids; by default only where nothing else tells replies apart. For REQ.
 * @param probeRouter Whether each peer gets an empty message first. For REQ, DEALER and ROUTER.
 * @param helloMessage Message that each peer gets first. For DEALER, ROUTER, PAIR, CHANNEL, CLIENT, SERVER and PEER.
 * @param disconnectMessage Message that is received when a peer has gone, where bound. For DEALER, ROUTER, PAIR, CHANNEL,
 *     CLIENT, SERVER and PEER.
 * @param hiccupMessage Message that is received when a made connection was lost. For DEALER, ROUTER, PAIR, CHANNEL,
 *     CLIENT, SERVER and PEER.
 * @param noDrop Whether a peer whose queue is full makes senders wait: short for on-full: wait. For PUB, XPUB, XSUB
 *     and RADIO.
 * @param maxSubscriptions Number of prefixes or groups that a peer may subscribe to. For PUB, XPUB and RADIO.
 * @param invertMatching Whether peers get what does not match their subscriptions. For PUB, XPUB, SUB and XSUB.
 * @param verbose Whether repeated subscriptions are received as well. For XPUB.
 * @param verboser Whether repeated subscriptions and their ends are received as well. For XPUB.
 * @param manual Whether subscribing peers is left to the application. For XPUB.
 * @param welcome Message that each peer gets first. For XPUB.
 * @param lastValueCache Number of topics whose last message is kept for peers that subscribe later. For PUB and XPUB.
 * @param routingId Name by which ROUTER peers route to the socket, and which all peers see.
 * @param metadata Further properties that are announced to peers, by name.
 * @param maxMessageSize Size of the largest message that a peer may send.
 * @param maxParts Number of parts that a message of a peer may have.
 * @param maxConnections Number of connections that each bound endpoint takes.
 * @param maxHandshakes Number of handshakes that each bound endpoint holds at a time.
 * @param connectTimeout How long opening a transport may take.
 * @param handshakeTimeout How long a handshake may take.
 * @param idleTimeout How long a connection may be without traffic; off by default.
 * @param contentType Media type of the payloads, by which they are converted.
 * @param health Whether the socket takes part in the health of the application.
 * @param replay A publication without gaps.
 * @param delivery Messages that are acknowledged. For PUSH, PULL, SCATTER, GATHER, DEALER, REQ and REP.
 * @since 0.1
 */
public record SocketProperties(
        @Nullable SocketType type,
        @Nullable List<String> bind,
        @Nullable List<String> connect,
        @Nullable ConnectEach connectEach,
        @Nullable List<String> subscribe,
        @Nullable List<String> join,
        @Nullable Integer sendHwm,
        @Nullable DataSize sendHwmBytes,
        @Nullable Duration maxAge,
        @Nullable Integer recvHwm,
        @Nullable Overflow onFull,
        @Nullable Duration linger,
        @Nullable Boolean immediate,
        @Nullable Boolean mandatory,
        @Nullable Boolean handover,
        @Nullable Boolean correlate,
        @Nullable Boolean probeRouter,
        @Nullable String helloMessage,
        @Nullable String disconnectMessage,
        @Nullable String hiccupMessage,
        @Nullable Boolean noDrop,
        @Nullable Integer maxSubscriptions,
        @Nullable Boolean invertMatching,
        @Nullable Boolean verbose,
        @Nullable Boolean verboser,
        @Nullable Boolean manual,
        @Nullable String welcome,
        @Nullable Integer lastValueCache,
        @Nullable String routingId,
        @Nullable Map<String, String> metadata,
        @Nullable DataSize maxMessageSize,
        @Nullable Integer maxParts,
        @Nullable Integer maxConnections,
        @Nullable Integer maxHandshakes,
        @Nullable Duration connectTimeout,
        @Nullable Duration handshakeTimeout,
        @Nullable Duration idleTimeout,
        @Nullable String contentType,
        @Nullable Boolean health,
        @NestedConfigurationProperty @DefaultValue ReplayProperties replay,
        @NestedConfigurationProperty @DefaultValue DeliveryProperties delivery,
        @DefaultValue Reconnect reconnect,
        @DefaultValue Heartbeat heartbeat,
        @DefaultValue Ssl ssl,
        @DefaultValue Proxy proxy,
        @DefaultValue Security security) {

    /** {@return whether it is a publication with a history} */
    public boolean isReplayed() {
        return type == SocketType.PUB && replay.bind() != null;
    }

    /** {@return whether it is a subscription that asks for what it missed} */
    public boolean asksForReplay() {
        return type == SocketType.SUB && replay.connect() != null;
    }

    /** Whether a peer must show a certificate. */
    public enum ClientAuth {
        /** It is not asked for one. */
        NONE,
        /** It is asked, and may have none. */
        WANT,
        /** It is refused without one. */
        NEED
    }

    /** How traffic is protected, by names that the mechanisms have in greetings. */
    public enum MechanismName {
        /** Not at all. */
        NULL,
        /** By a password that anyone on the way can read, unless TLS is underneath. */
        PLAIN,
        /** By keys. */
        CURVE
    }

    /**
     * A host name with several addresses, such as that of a headless service.
     *
     * @param endpoint Endpoint with a host name, such as tcp://workers.svc:5555.
     * @param interval Time from one answer to the next look-up; 10s by default.
     */
    public record ConnectEach(
            @Nullable String endpoint, @Nullable Duration interval) {}

    /**
     * The pace of attempts to connect again.
     *
     * @param min Delay before the first attempt; it doubles from attempt to attempt.
     * @param max Longest delay between two attempts.
     * @param stopAfterFatal Whether an endpoint is given up after a failure that another attempt does not mend.
     */
    public record Reconnect(
            @Nullable Duration min,
            @Nullable Duration max,
            @Nullable Boolean stopAfterFatal) {}

    /**
     * Signs of life.
     *
     * @param interval Time between two PINGs; off by default.
     * @param timeout How long silence may last; three intervals by default.
     * @param ttl How long the peer is asked to bear silence; off by default.
     */
    public record Heartbeat(
            @Nullable Duration interval,
            @Nullable Duration timeout,
            @Nullable Duration ttl) {}

    /**
     * TLS, for tls+tcp endpoints.
     *
     * @param bundle Name of the SSL bundle with certificate, key and trusted certificates.
     * @param clientAuth Whether connecting peers must show a certificate.
     */
    public record Ssl(@Nullable String bundle, @Nullable ClientAuth clientAuth) {}

    /**
     * A SOCKS5 proxy to connect through.
     *
     * @param host Host name or address of the proxy.
     * @param port Port of the proxy.
     * @param username User name for the proxy.
     * @param password Password for the proxy.
     */
    public record Proxy(
            @Nullable String host,
            @Nullable Integer port,
            @Nullable String username,
            @Nullable String password) {

        @Override
        public String toString() {
            return "Proxy[host=" + host + ", port=" + port + "]";
        }
    }

    /**
     * Who may talk. A PLAIN socket is a server if it has users; a CURVE socket if it has no server key.
     *
     * @param mechanism Mechanism that both sides must have.
     * @param bundle Name of a bundle under zmtp.curve.bundles, whose keys count where the socket has none.
     * @param username User name that is shown to the server. For PLAIN.
     * @param password Password that is shown to the server. For PLAIN.
     * @param users Passwords of the users that are let in, by name. For PLAIN servers.
     * @param secretKey Secret key, 40 characters of Z85, or hex: and 64 hexadecimal digits. For CURVE.
     * @param secretKeyLocation File with the secret key, alone, or in a certificate, or as zmtp keygen prints it. For CURVE.
     * @param serverKey Public key of the server, in the same forms. For CURVE clients.
     * @param clients Public keys of the clients that are let in; * for anyone. For CURVE servers.
     */
    public record Security(
            @Nullable MechanismName mechanism,
            @Nullable String bundle,
            @Nullable String username,
            @Nullable String password,
            @Nullable Map<String, String> users,
            @Nullable String secretKey,
            @Nullable String secretKeyLocation,
            @Nullable String serverKey,
            @Nullable List<String> clients) {

        /**
         * {@return these keys; what they leave out is taken from the inherited ones, except what is for another mechanism or
         * another role, and except a second secret key}
         */
        Security over(Security inherited) {
            if (mechanism != null && inherited.mechanism != null && mechanism != inherited.mechanism) {
                return this;
            }
            boolean client = username != null || password != null;
            return Inheritance.merge(
                    this,
                    new Security(
                            inherited.mechanism,
                            inherited.bundle,
                            users == null ? inherited.username : null,
                            users == null ? inherited.password : null,
                            client ? null : inherited.users,
                            secretKeyLocation == null ? inherited.secretKey : null,
                            secretKey == null ? inherited.secretKeyLocation : null,
                            clients == null ? inherited.serverKey : null,
                            serverKey == null ? inherited.clients : null));
        }

        @Override
        public String toString() {
            return "Security[mechanism=" + mechanism + "]";
        }
    }
}
