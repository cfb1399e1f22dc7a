package io.zmtp.reactive.mechanism;

/** The handshake of BLAKE3ZMQ, in both roles: {@link Fuzzed}. */
public final class Blake3Fuzz {
    private static final Mechanism CLIENT = Blake3Mechanism.client(Fuzzed.SERVER.publicKey(), Fuzzed.CLIENT);
    private static final Mechanism SERVER = Blake3Mechanism.server(Fuzzed.SERVER, Authenticator.anyone());

    private Blake3Fuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Fuzzed.handshake(Blake3Mechanism.NAME, CLIENT, SERVER, data);
    }
}
