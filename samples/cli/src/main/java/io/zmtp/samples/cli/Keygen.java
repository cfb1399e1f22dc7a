package io.zmtp.samples.cli;

import io.zmtp.reactive.mechanism.KeyPair;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code zmtp keygen}. */
@Command(
        name = "keygen",
        description = {
            "Make a pair of keys for CURVE.",
            "",
            "Give the public key to others, and keep the secret key. The options that end in -file",
            "take what this prints."
        },
        footerHeading = Help.EXAMPLES,
        footer = {
            "  (umask 077; zmtp keygen > server.keys)",
            "  zmtp pull --bind 'tcp://*:5557' --curve-server --curve-secret-key-file server.keys",
            "  echo hi | zmtp push --connect tcp://127.0.0.1:5557 --curve-server-key PUBLIC"
        })
final class Keygen implements Runnable {

    private final Streams streams;

    @Mixin
    private Help.Standard standard = new Help.Standard();

    Keygen(Streams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        KeyPair pair = KeyPair.generate();
        PrintStream out = new PrintStream(streams.out(), true, StandardCharsets.UTF_8);
        out.println("public: " + pair.publicKey().z85());
        out.println("secret: " + pair.secretKey().z85());
    }
}
