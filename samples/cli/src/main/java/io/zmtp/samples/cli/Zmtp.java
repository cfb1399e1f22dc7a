package io.zmtp.samples.cli;

import io.zmtp.reactive.SocketType;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code zmtp}. */
@Command(
        name = "zmtp",
        versionProvider = Help.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "ZeroMQ from the terminal.",
            "",
            "What comes is printed to standard output; what is typed, or piped in, is sent.",
            "zmtp COMMAND --help explains each command and shows examples."
        },
        commandListHeading = "%nCommands%n",
        footerHeading = "%nTry it, in two terminals%n",
        footer = {
            "  zmtp pull --bind 'tcp://*:5557'",
            "  echo hello | zmtp push --connect tcp://127.0.0.1:5557",
        },
        exitCodeListHeading = "%nExit status%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:options that are wrong or do not go together",
            "3:nothing came in time",
            "130:ended by Ctrl-C"
        })
final class Zmtp implements Runnable {

    private static final List<SocketType> TYPES = List.of(
            SocketType.PUSH,
            SocketType.PULL,
            SocketType.PUB,
            SocketType.SUB,
            SocketType.XPUB,
            SocketType.XSUB,
            SocketType.REQ,
            SocketType.REP,
            SocketType.DEALER,
            SocketType.ROUTER,
            SocketType.PAIR,
            SocketType.CLIENT,
            SocketType.SERVER,
            SocketType.RADIO,
            SocketType.DISH,
            SocketType.SCATTER,
            SocketType.GATHER,
            SocketType.PEER,
            SocketType.CHANNEL);

    @Mixin
    private Help.Standard standard = new Help.Standard();

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version and end.")
    private boolean version;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The command with all its commands, talking to these streams. */
    static CommandLine commandLine(Streams streams) {
        CommandLine zmtp = new CommandLine(new Zmtp());
        for (SocketType type : TYPES) {
            zmtp.addSubcommand(SocketCommand.name(type), SocketCommand.of(type, streams));
        }
        zmtp.addSubcommand(new Keygen(streams));
        zmtp.addSubcommand(new Bench(streams));
        zmtp.addSubcommand(new Proxying(streams));
        zmtp.addSubcommand(new Probe(streams));
        zmtp.addSubcommand(new Tap(streams));
        zmtp.addSubcommand(new Completion(streams));
        Values.register(zmtp);
        PrintWriter out = new PrintWriter(streams.out(), true, StandardCharsets.UTF_8);
        return zmtp.setOut(out)
                .setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8))
                .setExpandAtFiles(false) // a key may begin with @
                .setAllowOptionsAsOptionParameters(true) // and with -
                .setEndOfOptionsDelimiter("\0") // or be -- and no more
                .setAllowSubcommandsAsOptionParameters(true)
                .setUnmatchedOptionsAllowedAsOptionParameters(true)
                .setSubcommandsCaseInsensitive(true)
                .setUsageHelpWidth(100)
                .setUsageHelpAutoWidth(false)
                .setParameterExceptionHandler((error, arguments) -> wrong(error))
                .setExecutionExceptionHandler((error, command, parsed) -> failed(error, command, parsed));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command");
    }

    private static int wrong(ParameterException error) {
        CommandLine command = error.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + sentence(error));
        if (command.getCommandSpec().parent() == null && !(error instanceof UnmatchedArgumentException)) {
            command.usage(command.getErr());
        } else {
            command.getErr().println("Try: " + name + " --help");
        }
        return Failure.USAGE;
    }

    /** Names the first word that nobody knows, and not those after it: one of them may be a password. */
    private static String sentence(ParameterException error) {
        if (!(error instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(error.getMessage());
        }
        String word = unmatched.getUnmatched().get(0);
        String what = unmatched.isUnknownOption() ? "unknown option " : "unexpected ";
        List<String> close = unmatched.getSuggestions();
        return what + word + (close.isEmpty() ? "" : "; is it " + String.join(" or ", close) + "?");
    }

    private static int failed(Exception error, CommandLine command, ParseResult parsed) {
        String name = command.getCommandSpec().qualifiedName();
        boolean ours = error instanceof Failure || error instanceof UsageError;
        command.getErr().println(name + ": " + (ours ? error.getMessage() : Reasons.of(error)));
        if (error instanceof UsageError) {
            command.getErr().println("Try: " + name + " --help");
            return Failure.USAGE;
        }
        return error instanceof Failure failure ? failure.status() : Failure.FAILED;
    }
}
