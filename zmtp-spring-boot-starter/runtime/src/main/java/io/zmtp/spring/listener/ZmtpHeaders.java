package io.zmtp.spring.listener;

/**
 * Names for {@code @Header} parameters of listener methods. ZMTP has no headers: the values are derived from the socket, the
 * peer and the parts of the message.
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

    /** The address of the peer, a {@code SocketAddress}; absent where the transport has none. */
    public static final String PEER_ADDRESS = "zmtp_peerAddress";

    /** The routing id, {@code Bytes}: the first part on ROUTER, SERVER and PEER, else the one that the peer announced. */
    public static final String ROUTING_ID = "zmtp_routingId";

    /** The user id that the authenticator gave the peer, a {@code String}; absent without one. */
    public static final String USER_ID = "zmtp_userId";

    /** The whole message with all its parts, a {@code Message}. */
    public static final String MESSAGE = "zmtp_message";

    /** The number of a message in its publication, or of the last one in a gap, a {@code Long}; absent without a replay. */
    public static final String NUMBER = "zmtp_number";

    /** Of which start of its publisher the message is, a {@code Long}; absent without a replay. */
    public static final String EPOCH = "zmtp_epoch";

    /** Whether the message was replayed, and not received as it was published, a {@code Boolean}; absent without a replay. */
    public static final String REPLAYED = "zmtp_replayed";

    private ZmtpHeaders() {}
}
