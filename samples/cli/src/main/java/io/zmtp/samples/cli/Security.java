package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.socket.SocketOptions;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who may talk: PLAIN, CURVE or BLAKE3ZMQ; by default anybody.
 *
 * @param plain the options of PLAIN
 * @param curve the options of CURVE
 * @param blake3 the options of BLAKE3ZMQ
 */
record Security(Plain plain, Keys curve, Keys blake3) {

    SocketOptions applyTo(SocketOptions options) {
        Optional<Mechanism> password = plain.mechanism();
        if (blake3.isGiven()) {
            blake3.check();
            throw new UsageError(blake3.option("…"), "BLAKE3ZMQ is not there yet");
        }
        if (!curve.isGiven()) {
            return password.map(options::mechanism).orElse(options);
        }
        if (password.isPresent()) {
            throw new UsageError(curve.option("…"), "expected one of CURVE and PLAIN");
        }
        curve.check();
        return options.mechanism(curveMechanism());
    }

    private Mechanism curveMechanism() {
        KeyPair pair = pair(curve);
        if (curve.isServer() && pair != null) {
            Set<Bytes> allowed = curve.allowed().stream()
                    .map(key -> key(curve.option("allow"), key))
                    .collect(Collectors.toSet());
            return CurveMechanism.server(
                    pair, allowed.isEmpty() ? Authenticator.anyone() : Authenticator.publicKeys(allowed));
        }
        Bytes server = key(curve.option("server-key"), String.valueOf(curve.serverKey()));
        return pair == null ? CurveMechanism.client(server) : CurveMechanism.client(server, pair);
    }

    private static @Nullable KeyPair pair(Keys keys) {
        String secret = keys.secretKey();
        if (secret == null) {
            return null;
        }
        Bytes secretKey = key(keys.option("secret-key"), secret);
        String publicKey = keys.publicKey();
        try {
            return publicKey == null
                    ? KeyPair.of(secretKey)
                    : KeyPair.of(key(keys.option("public-key"), publicKey), secretKey);
        } catch (IllegalArgumentException e) {
            throw new UsageError(keys.option("public-key"), String.valueOf(e.getMessage()));
        }
    }

    private static Bytes key(String option, String key) {
        try {
            return Bytes.z85(key);
        } catch (IllegalArgumentException e) {
            throw new UsageError(option, String.valueOf(e.getMessage()));
        }
    }
}
