package io.zmtp.reactive.mechanism;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The secret octets of one handshake. They are overwritten when it ends, whether it succeeds or not; so are those of a step
 * that is still computing then. The virtual machine may have made copies, which stay. Any thread.
 */
final class Secrets {

    private final List<byte[]> kept = new ArrayList<>();
    private boolean over;

    /** Keeps these, to overwrite them later; if the handshake is over, overwrites them now. */
    synchronized byte[] keep(byte[] secret) {
        if (over) {
            Arrays.fill(secret, (byte) 0);
        } else {
            kept.add(secret);
        }
        return secret;
    }

    /** Overwrites these, which are not needed any more. */
    synchronized void forget(byte[] secret) {
        Arrays.fill(secret, (byte) 0);
        kept.removeIf(each -> each == secret);
    }

    /** Overwrites all of them, at the end of the handshake. */
    synchronized void forgetAll() {
        over = true;
        kept.forEach(secret -> Arrays.fill(secret, (byte) 0));
        kept.clear();
    }
}
