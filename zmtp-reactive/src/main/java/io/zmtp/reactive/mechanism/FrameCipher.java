package io.zmtp.reactive.mechanism;

/**
 * Encrypts and decrypts the frames of one connection after its handshake: messages and commands alike.
 *
 * <p>It works in place, on a frame's body: the connection leaves room for {@link #prefix} octets before what is
 * encrypted and {@link #suffix} octets behind it, and takes what was decrypted from between them. So nothing is copied
 * or allocated for it.
 *
 * <p>Called on the connection's event loop only, each direction in the order of the wire, each frame exactly once; an
 * implementation may therefore keep counters without locking. The two directions share nothing but the keys.
 *
 * @since 0.1
 */
public interface FrameCipher {

    /** The identity, for mechanisms that do not encrypt. */
    FrameCipher NONE = new FrameCipher() {
        @Override
        public boolean encrypts() {
            return false;
        }

        @Override
        public int encrypt(int flags, byte[] octets, int from, int to) {
            return flags;
        }

        @Override
        public int decrypt(int flags, byte[] octets, int from, int to) {
            return flags;
        }
    };

    /** Whether frames look different on the wire. False lets the connection share and splice encoded octets. */
    default boolean encrypts() {
        return true;
    }

    /** How many octets encryption puts before the body; always the same. */
    default int prefix() {
        return 0;
    }

    /** How many octets encryption puts behind the body; always the same. */
    default int suffix() {
        return 0;
    }

    /**
     * Encrypts a frame.
     *
     * @param flags those of the part or command: {@code MORE} or {@code COMMAND} or neither
     * @param octets an array that holds, from {@code from} to {@code to}, room for the prefix, the plain body, and room
     *     for the suffix; it becomes the body that is sent
     * @param from the first octet of the prefix
     * @param to the end of the suffix, exclusive
     * @return the flags to send; {@code LONG} is added where the size needs it
     * @throws io.zmtp.reactive.ZmtpProtocolException if nothing more can be encrypted; the connection is then closed
     */
    int encrypt(int flags, byte[] octets, int from, int to);

    /**
     * Opens a frame.
     *
     * @param flags as they came, {@code LONG} included
     * @param octets an array that holds the body that came, at least as large as prefix and suffix together; what is
     *     between those becomes the plain body
     * @param from the first octet of the body
     * @param to the end of the body, exclusive
     * @return the flags of the part or command inside: {@code MORE} or {@code COMMAND} or neither
     * @throws io.zmtp.reactive.ZmtpProtocolException if it is not authentic; the connection is then closed
     */
    int decrypt(int flags, byte[] octets, int from, int to);

    /** Forgets the keys. The last call, when the connection has ended. */
    default void close() {}
}
