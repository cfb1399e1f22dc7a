package io.zmtp.reactive.mechanism;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The secret octets of one handshake. They are overwritten when it ends, however it ends; so are those of a step that
 * was still computing then. Best effort: the virtual machine may have made copies. Any thread.
 */
final class Secrets {

    private final List<byte[]> kept = new ArrayList<>();
    private boolean over;

    /** Takes care of these, which are zeros already if the handshake is over. */
    synchronized byte[] keep(byte[] secret) {
        if (over) {
            Arrays.fill(secret, (byte) 0);
        } else {
            kept.add(secret);
        }
        return secret;
    }

    /** These are not needed any more. */
    synchronized void forget(byte[] secret) {
        Arrays.fill(secret, (byte) 0);
        kept.removeIf(each -> each == secret);
    }

    /** None is needed any more. */
    synchronized void forgetAll() {
        over = true;
        kept.forEach(secret -> Arrays.fill(secret, (byte) 0));
        kept.clear();
    }
}
