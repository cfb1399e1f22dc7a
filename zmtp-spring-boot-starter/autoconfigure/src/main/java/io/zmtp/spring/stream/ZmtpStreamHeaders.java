package io.zmtp.spring.stream;

/**
 * Headers of messages that came through the binder, beside {@code TOPIC}, {@code SOCKET} and {@code USER_ID} of
 * {@link io.zmtp.spring.listener.ZmtpHeaders}. They do not leave the application by the part for headers.
 *
 * @since 0.1
 */
public final class ZmtpStreamHeaders {

    /**
     * Who gets the reply, a {@code String}: the envelope of a message that came to ROUTER, DEALER, SERVER or PEER, each part
     * in hexadecimal digits, with commas between them. A message with it that is sent to the same socket goes back to who
     * asked. Functions that return a payload, and not a {@code Message}, keep it.
     */
    public static final String ENVELOPE = "zmtp_envelope";

    /** The parts between topic and payload, a {@code List<byte[]>}; absent if there are none. */
    public static final String PARTS = "zmtp_parts";

    /** The address of the peer, a {@code String}; absent where the transport has none. */
    public static final String PEER = "zmtp_peer";

    private ZmtpStreamHeaders() {}
}
