package io.zmtp.reactive.mechanism;

/** The handshake of PLAIN, in both roles: {@link Fuzzed}. */
public final class PlainFuzz {
    private static final Mechanism CLIENT = PlainMechanism.client("user", "password");
    private static final Mechanism SERVER = PlainMechanism.server(Authenticator.anyone());

    private PlainFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Fuzzed.handshake(PlainMechanism.NAME, CLIENT, SERVER, data);
    }
}
