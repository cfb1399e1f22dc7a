package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.wire.Frame;

/**
 * Encrypts and decrypts the frames of one connection after its handshake: messages and commands alike.
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
        public Frame encrypt(Frame plain) {
            return plain;
        }

        @Override
        public Frame decrypt(Frame wire) {
            return wire;
        }
    };

    /** Whether frames look different on the wire. False lets the connection share and splice encoded octets. */
    default boolean encrypts() {
        return true;
    }

    /**
     * Makes the frame that goes to the wire.
     *
     * @param plain a part of a message or a command
     * @return the frame to send instead
     */
    Frame encrypt(Frame plain);

    /**
     * Opens a frame that came from the wire.
     *
     * @param wire the frame with its flags and header as they came
     * @return the part or command inside
     * @throws io.zmtp.reactive.ZmtpProtocolException if it is not authentic; the connection is then closed
     */
    Frame decrypt(Frame wire);
}
