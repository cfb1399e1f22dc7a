package io.zmtp.samples.cli;

import io.zmtp.samples.cli.Values.Count;
import io.zmtp.samples.cli.format.Format;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How messages are written, and when the tool ends. */
final class Flow {

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = {
                "text (default): a message a line, its parts split by a tab",
                "quoted: as text, with \\t, \\n, \\xff and so on for what does not print",
                "jsonl: a JSON array of strings a line",
                "hex: as text, each part in hexadecimal digits",
                "raw: all of standard input is one message; of what comes, the octets alone"
            })
    Format.Name format = Format.Name.text;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "End, with status 0, after N messages.")
    @Nullable
    Count count;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "D",
            description = "End, with status 3, if nothing came for so long: 500ms, 5s, 1m."
                    + " For types that only send: if no peer came.")
    @Nullable
    Duration timeout;

    @Option(
            names = "--transient",
            description = "End, with status 0, when the last peer has gone, and what came from it is printed."
                    + " With status 1 if something was not sent.")
    boolean isTransient;

    long most() {
        return count == null ? Long.MAX_VALUE : count.number();
    }
}
