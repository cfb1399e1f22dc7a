package io.zmtp.samples.cli;

import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.socket.SocketOptions;
import java.util.Optional;

/**
 * Who may talk: PLAIN, CURVE or BLAKE3ZMQ; by default anybody.
 *
 * @param plain the options of PLAIN
 * @param curve the options of CURVE
 * @param blake3 the options of BLAKE3ZMQ
 */
record Security(Plain plain, Keys curve, Keys blake3) {

    SocketOptions applyTo(SocketOptions options) {
        Optional<Mechanism> mechanism = plain.mechanism();
        for (Keys keys : new Keys[] {curve, blake3}) {
            if (keys.isGiven()) {
                keys.check();
                throw new UsageError(keys.option("…"), keys.mechanism() + " is not there yet");
            }
        }
        return mechanism.map(options::mechanism).orElse(options);
    }
}
