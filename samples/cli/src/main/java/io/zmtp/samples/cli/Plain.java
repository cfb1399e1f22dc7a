package io.zmtp.samples.cli;

import io.zmtp.reactive.mechanism.Credentials;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;

/** PLAIN: a user name and a password, in clear. */
final class Plain {

    @Option(names = "--plain-username", paramLabel = "USER", description = "Show this name and --plain-password.")
    @Nullable
    String username;

    @Option(names = "--plain-password", paramLabel = "PASSWORD", description = "The password for --plain-username.")
    @Nullable
    String password;

    @Option(
            names = "--plain-server",
            paramLabel = "USER:PASSWORD",
            description = "Let in only who shows these; may be given several times.")
    List<String> accounts = new ArrayList<>();

    /** The mechanism; empty if it was not asked for. */
    Optional<Mechanism> mechanism() {
        if (!accounts.isEmpty()) {
            if (username != null || password != null) {
                throw new UsageError("--plain-server", "it is the other side of --plain-username: give one of them");
            }
            for (String account : accounts) {
                if (account.indexOf(':') < 1) {
                    throw new UsageError("--plain-server", "expected USER:PASSWORD, but there is no colon");
                }
            }
            return Optional.of(PlainMechanism.server(shown -> Mono.just(verdict(shown))));
        }
        if (username == null && password == null) {
            return Optional.empty();
        }
        if (username == null || password == null) {
            throw new UsageError(
                    username == null ? "--plain-username" : "--plain-password",
                    "expected both, user name and password");
        }
        try {
            return Optional.of(PlainMechanism.client(username, password));
        } catch (IllegalArgumentException e) {
            throw new UsageError("--plain-username", String.valueOf(e.getMessage()));
        }
    }

    private Verdict verdict(Credentials shown) {
        byte[] asked = (shown.username() + ":"
                        + (shown.password() == null ? "" : shown.password().utf8()))
                .getBytes(StandardCharsets.UTF_8);
        boolean known = false;
        for (String account : accounts) {
            known |= MessageDigest.isEqual(account.getBytes(StandardCharsets.UTF_8), asked);
        }
        return known ? Verdict.accept(String.valueOf(shown.username())) : Verdict.refuse("no such user and password");
    }
}
