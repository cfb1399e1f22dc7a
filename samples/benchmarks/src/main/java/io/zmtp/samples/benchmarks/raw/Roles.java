package io.zmtp.samples.benchmarks.raw;

import io.zmtp.samples.benchmarks.measure.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Consumer;

/** The roles by their names. */
public final class Roles {

    /** What runs, by name. */
    public static final Map<String, Consumer<Settings>> ALL = Map.of(
            "push", role(Sending::run),
            "pull", role(Receiving::pull),
            "sub", role(Receiving::subscribe));

    private Roles() {}

    private interface Role {
        void run(Settings settings) throws IOException;
    }

    private static Consumer<Settings> role(Role role) {
        return settings -> {
            try {
                role.run(settings);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        };
    }
}
