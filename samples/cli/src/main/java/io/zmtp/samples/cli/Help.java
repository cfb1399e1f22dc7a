package io.zmtp.samples.cli;

import io.zmtp.reactive.mechanism.CurveMechanism;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** What every command says of itself. */
final class Help {

    /** What stands above examples. */
    static final String EXAMPLES = "%nExamples%n";

    private Help() {}

    /** The options that ask for it. */
    static final class Standard {

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help and end.")
        boolean help;
    }

    /** Keeps a text from being read as a format or as markup. */
    static String verbatim(String text) {
        return text.replace("%", "%%").replace("@|", "@\u200b|");
    }

    /** The version that was built, and whose code computes CURVE. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            try (BufferedReader text = new BufferedReader(new InputStreamReader(
                    Objects.requireNonNull(Help.class.getResourceAsStream("version.txt")), StandardCharsets.UTF_8))) {
                return new String[] {"zmtp " + text.readLine(), "CURVE: " + CurveMechanism.cryptography()};
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
