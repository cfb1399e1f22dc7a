package io.zmtp.reactive.mechanism;

/**
 * Encrypts and decrypts the frames of one connection after its handshake: messages and commands alike.
 *
 * <p>It works in place, on the body of a frame, so nothing is copied or allocated for it. Before the plain octets the
 * connection leaves room for {@link #prefix} octets, and behind them for {@link #suffix} octets.
 *
 * <p>Called on the connection's event loop only, for each frame exactly once, in each direction in the order of the wire. So
 * an implementation may count frames without a lock. It must keep the state of the two directions apart.
 *
 * @since 0.1
 */
public interface FrameCipher {

    /** Changes nothing: for mechanisms that do not encrypt. */
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

    /** Whether frames are changed on the wire. If not, connections may share encoded octets, and the kernel may send files. */
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
     * Decrypts a frame.
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

    /** Forgets the keys. Called once, last, when the connection has ended. */
    default void close() {}
}
