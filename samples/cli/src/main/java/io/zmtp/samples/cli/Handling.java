package io.zmtp.samples.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is done with a message that came, besides printing it. */
final class Handling {

    @Option(
            names = "--exec",
            paramLabel = "CMD",
            description = {
                "Run this shell command for each message, which it reads from its standard input, one after the other."
                        + " Types that answer send back what it writes; others print that instead of the message, or"
                        + " nothing if there is nothing.",
                "The variable ZMTP_ID has the peer's ID, or ZMTP_GROUP the group, where a message begins with one."
            })
    @Nullable
    String command;

    @Option(
            names = "--time",
            description = "Print the time before each message, and a tab; for jsonl an object of time and message.")
    boolean time;
}
