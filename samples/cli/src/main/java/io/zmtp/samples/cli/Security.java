package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.Blake3Mechanism;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.socket.SocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
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
        List<Mechanism> asked = new ArrayList<>();
        plain.mechanism().ifPresent(asked::add);
        if (curve.isGiven()) {
            asked.add(withKeys(curve, CurveMechanism::server, CurveMechanism::client));
        }
        if (blake3.isGiven()) {
            asked.add(withKeys(blake3, Blake3Mechanism::server, Blake3Mechanism::client));
        }
        if (asked.size() > 1) {
            throw new UsageError("--plain-…, --curve-…, --blake3-…", "expected one of them");
        }
        return asked.isEmpty() ? options : options.mechanism(asked.get(0));
    }

    private static Mechanism withKeys(
            Keys keys,
            BiFunction<KeyPair, Authenticator, Mechanism> server,
            BiFunction<Bytes, KeyPair, Mechanism> client) {
        keys.check();
        KeyPair given = pair(keys);
        KeyPair pair = given == null ? KeyPair.generate() : given;
        if (!keys.isServer()) {
            return client.apply(key(keys.option("server-key"), String.valueOf(keys.serverKey())), pair);
        }
        Set<Bytes> allowed = keys.allowed().stream()
                .map(key -> key(keys.option("allow"), key))
                .collect(Collectors.toSet());
        return server.apply(pair, allowed.isEmpty() ? Authenticator.anyone() : Authenticator.publicKeys(allowed));
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
