package io.zmtp.reactive.mechanism;

/** The handshake of NULL, in both roles: {@link Fuzzed}. */
public final class NullFuzz {
    private static final Mechanism CLIENT = NullMechanism.create();
    private static final Mechanism SERVER = NullMechanism.create(Authenticator.anyone());

    private NullFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Fuzzed.handshake(NullMechanism.NAME, CLIENT, SERVER, data);
    }
}
