package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.KeyFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of a mechanism with keys: the same for CURVE and BLAKE3ZMQ. */
final class Keys {

    private static final int KEY = 40;

    private final String mechanism;
    private final String heading;
    private final String prefix;
    private final OptionSpec serverKey;
    private final OptionSpec server;
    private final OptionSpec publicKey;
    private final OptionSpec secretKey;
    private final OptionSpec publicKeyFile;
    private final OptionSpec secretKeyFile;
    private final OptionSpec allow;

    private Keys(String mechanism, String heading, String prefix) {
        this.mechanism = mechanism;
        this.heading = heading;
        this.prefix = prefix;
        serverKey = text("server-key", "Z85", "Go to the server that has this public key.");
        server = OptionSpec.builder(prefix + "server")
                .type(boolean.class)
                .description("Be the server. Needs its secret key.")
                .build();
        publicKey = text("public-key", "Z85", "Our public key. By default it is computed from the secret key.");
        secretKey = text("secret-key", "Z85", "Our secret key. By default a client makes a fresh one.");
        publicKeyFile = text("public-key-file", "FILE", "A file that holds our public key.");
        secretKeyFile = text("secret-key-file", "FILE", "A file that holds our secret key.");
        allow = OptionSpec.builder(prefix + "allow")
                .paramLabel("Z85")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("As server, let in only clients with this public key; may be given several times.")
                .build();
    }

    static Keys curve() {
        return new Keys(
                "CURVE", "CURVE: encrypted, and each side knows the other one's key; see zmtp keygen", "--curve-");
    }

    static Keys blake3() {
        return new Keys("BLAKE3ZMQ", "BLAKE3ZMQ: as CURVE, for peers that speak it; experimental", "--blake3-");
    }

    String mechanism() {
        return mechanism;
    }

    private OptionSpec text(String option, String label, String description) {
        return OptionSpec.builder(prefix + option)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build();
    }

    ArgGroupSpec group() {
        ArgGroupSpec.Builder group = ArgGroupSpec.builder()
                .validate(false)
                .heading("%n" + heading + "%n")
                .order(6);
        for (OptionSpec option : options()) {
            group.addArg(option);
        }
        return group.build();
    }

    private List<OptionSpec> options() {
        return List.of(serverKey, server, publicKey, secretKey, publicKeyFile, secretKeyFile, allow);
    }

    boolean isGiven() {
        return options().stream().anyMatch(option -> option.getValue() != null && !isFalse(option));
    }

    private static boolean isFalse(OptionSpec option) {
        return Boolean.FALSE.equals(option.getValue());
    }

    String option(String last) {
        return prefix + last;
    }

    /** Checks that the options make one side or the other. */
    void check() {
        boolean secret = secretKey() != null;
        if (isServer() && serverKey() != null) {
            throw new UsageError(
                    prefix + "server-key", "it is the other side of " + prefix + "server: give one of them");
        }
        if (!isServer() && serverKey() == null) {
            throw new UsageError(
                    prefix + "server-key", "expected it, to go to a server, or " + prefix + "server, to be one");
        }
        if (isServer() && !secret) {
            throw new UsageError(
                    prefix + "secret-key", "a server needs its secret key; zmtp keygen makes a pair of keys");
        }
        if (publicKey() != null && !secret) {
            throw new UsageError(prefix + "secret-key", "expected it as well, with " + prefix + "public-key");
        }
        if (!isServer() && !allowed().isEmpty()) {
            throw new UsageError(prefix + "allow", "it is for servers: " + prefix + "server is missing");
        }
    }

    boolean isServer() {
        return Boolean.TRUE.equals(server.getValue());
    }

    @Nullable
    String serverKey() {
        return checked(serverKey, serverKey.getValue());
    }

    @Nullable
    String publicKey() {
        return key(publicKey, publicKeyFile);
    }

    @Nullable
    String secretKey() {
        return key(secretKey, secretKeyFile);
    }

    List<String> allowed() {
        List<String> keys = allow.getValue();
        if (keys == null) {
            return List.of();
        }
        List<String> checked = new ArrayList<>();
        for (String key : keys) {
            checked.add(String.valueOf(checked(allow, key)));
        }
        return checked;
    }

    private @Nullable String key(OptionSpec option, OptionSpec file) {
        String path = file.getValue();
        if (path == null) {
            return checked(option, option.getValue());
        }
        if (option.getValue() != null) {
            throw new UsageError(file.longestName(), "expected one of it and " + option.longestName());
        }
        try {
            return checked(file, read(option == secretKey ? "secret" : "public", Path.of(path)));
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw new UsageError(file.longestName(), path + ": no such file, or it must not be read");
        } catch (IOException e) {
            throw new UsageError(file.longestName(), String.valueOf(e.getMessage()));
        }
    }

    /** Takes what {@code zmtp keygen} printed, besides what everybody calls a key file. */
    private static String read(String which, Path path) throws IOException {
        Optional<String> printed = Files.readString(path)
                .lines()
                .filter(line -> line.startsWith(which + ": "))
                .map(line -> line.substring(which.length() + 2).strip())
                .findFirst();
        if (printed.isPresent()) {
            return printed.get();
        }
        Bytes key = which.equals("secret") ? KeyFile.readPair(path).secretKey() : KeyFile.readPublicKey(path);
        return key.z85();
    }

    /** Never repeats the text, which may be a secret. */
    private static @Nullable String checked(OptionSpec option, @Nullable String key) {
        if (key != null && key.length() != KEY) {
            throw new UsageError(
                    option.longestName(), "expected a key of 40 characters in Z85, but it has " + key.length());
        }
        return key;
    }
}
