package io.zmtp.samples.cli;

import picocli.CommandLine.Option;

/** What is reported besides the messages, on standard error. */
final class Watching {

    @Option(
            names = {"-v", "--verbose"},
            description = "Report what happens to the connections, one JSON object a line.")
    boolean verbose;

    @Option(names = "--stats", description = "Report once a second how many messages come and go.")
    boolean stats;
}
