package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What only some types are asked. */
final class Interests {

    final Topics topics = new Topics();
    final Groups groups = new Groups();
    final Answers answers = new Answers();

    /** SUB and XSUB. */
    static final class Topics {

        @Option(
                names = {"-s", "--subscribe"},
                paramLabel = "PREFIX",
                description = "Take messages that begin so; may be given several times. Default: everything")
        List<Bytes> prefixes = new ArrayList<>();

        List<Bytes> orEverything() {
            return prefixes.isEmpty() ? List.of(Bytes.EMPTY) : prefixes;
        }
    }

    /** DISH. */
    static final class Groups {

        @Option(
                names = {"-j", "--join"},
                paramLabel = "GROUP",
                description = "Take messages to this group; may be given several times.")
        List<Bytes> groups = new ArrayList<>();
    }

    /** REP. */
    static final class Answers {

        @Option(names = "--echo", description = "Answer with the request.")
        boolean echo;

        @Option(names = "--reply", paramLabel = "TEXT", description = "Answer with this text.")
        @Nullable
        String reply;
    }
}
