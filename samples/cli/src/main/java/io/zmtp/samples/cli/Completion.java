package io.zmtp.samples.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code zmtp completion}. */
@Command(
        name = "completion",
        description = "Print a script that has bash and zsh complete commands and options.",
        footerHeading = Help.EXAMPLES,
        footer = {"  source <(zmtp completion)"})
final class Completion implements Runnable {

    private final Streams streams;

    @Mixin
    private Help.Standard standard = new Help.Standard();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    Completion(Streams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        PrintStream out = new PrintStream(streams.out(), true, StandardCharsets.UTF_8);
        out.println(AutoComplete.bash("zmtp", spec.root().commandLine()));
    }
}
