package io.zmtp.spring.listener;

/**
 * The names under which listener methods find, by {@code @Header}, what is known of a message beside its payload. ZMTP has
 * no headers: all is derived from the message's place and parts.
 *
 * @since 0.1
 */
public final class ZmtpHeaders {

    /** The topic, a {@code String}; absent where a message has none. */
    public static final String TOPIC = "zmtp_topic";

    /** The name of the socket, a {@code String}. */
    public static final String SOCKET = "zmtp_socket";

    /** The type of the socket, a {@code SocketType}. */
    public static final String SOCKET_TYPE = "zmtp_socketType";

    /** Where the peer is, a {@code SocketAddress}; absent where the transport has none. */
    public static final String PEER_ADDRESS = "zmtp_peerAddress";

    /** The first part on ROUTER, SERVER and PEER, elsewhere the name that the peer gave itself, if any: {@code Bytes}. */
    public static final String ROUTING_ID = "zmtp_routingId";

    /** The user that an authenticator took the peer for, a {@code String}; absent without one. */
    public static final String USER_ID = "zmtp_userId";

    /** The whole message with all its parts, a {@code Message}. */
    public static final String MESSAGE = "zmtp_message";

    private ZmtpHeaders() {}
}
