package io.zmtp.reactive.mechanism;

/** The handshake of CURVE, in both roles: {@link Fuzzed}. */
public final class CurveFuzz {
    private static final Mechanism CLIENT = CurveMechanism.client(Fuzzed.SERVER.publicKey(), Fuzzed.CLIENT);
    private static final Mechanism SERVER = CurveMechanism.server(Fuzzed.SERVER, Authenticator.anyone());

    private CurveFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Fuzzed.handshake(CurveMechanism.NAME, CLIENT, SERVER, data);
    }
}
