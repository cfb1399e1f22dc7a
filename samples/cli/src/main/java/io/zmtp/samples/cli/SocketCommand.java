package io.zmtp.samples.cli;

import io.zmtp.reactive.Endpoint.Scheme;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.samples.cli.Help.Standard;
import io.zmtp.samples.cli.format.Format;
import io.zmtp.samples.cli.format.Shape;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import reactor.core.Disposable;

/** {@code zmtp push} and its like: one socket on standard input and output. */
@Command
final class SocketCommand implements Callable<Integer> {

    /** They send what they read, in their own time. */
    private static final Set<SocketType> SENDING = EnumSet.complementOf(
            EnumSet.of(SocketType.PULL, SocketType.SUB, SocketType.DISH, SocketType.GATHER, SocketType.REP));

    /** They print nothing. */
    private static final Set<SocketType> SILENT =
            EnumSet.of(SocketType.PUSH, SocketType.PUB, SocketType.SCATTER, SocketType.RADIO);

    @ArgGroup(validate = false, heading = "%nEndpoints, at least one%n", order = 1)
    private Where where = new Where();

    @ArgGroup(validate = false, heading = "%nMessages%n", order = 2)
    private Flow flow = new Flow();

    @ArgGroup(validate = false, heading = "%nSocket%n", order = 3)
    private Tuning tuning = new Tuning();

    @ArgGroup(validate = false, heading = "%nTLS, for tls+tcp and wss endpoints%n", order = 4)
    private Tls tls = new Tls();

    @ArgGroup(validate = false, heading = "%nPLAIN: a user name and a password, in clear: inside TLS only%n", order = 5)
    private Plain plain = new Plain();

    @ArgGroup(validate = false, heading = "%nWebSocket, for ws and wss endpoints%n", order = 8)
    private Upgrades upgrades = new Upgrades();

    @ArgGroup(validate = false, heading = "%nStandard error%n", order = 9)
    private Watching watching = new Watching();

    @Mixin
    private Standard standard = new Standard();

    private final SocketType type;
    private final Streams streams;
    private final Interests interests = new Interests();
    private final Keys curve = Keys.curve();
    private final Keys blake3 = Keys.blake3();

    private SocketCommand(SocketType type, Streams streams) {
        this.type = type;
        this.streams = streams;
    }

    /** The command for a socket type, with the options that it has. */
    static CommandLine of(SocketType type, Streams streams) {
        SocketCommand command = new SocketCommand(type, streams);
        CommandSpec spec = CommandSpec.forAnnotatedObject(command).name(name(type));
        spec.addArgGroup(command.curve.group()).addArgGroup(command.blake3.group());
        switch (type) {
            case SUB, XSUB -> spec.addMixin("topics", CommandSpec.forAnnotatedObject(command.interests.topics));
            case DISH -> spec.addMixin("groups", CommandSpec.forAnnotatedObject(command.interests.groups));
            case REP -> spec.addMixin("answers", CommandSpec.forAnnotatedObject(command.interests.answers));
            default -> {}
        }
        if (SENDING.contains(type)) {
            spec.addMixin("supply", CommandSpec.forAnnotatedObject(command.interests.supply));
        }
        if (!SILENT.contains(type)) {
            spec.addMixin("handling", CommandSpec.forAnnotatedObject(command.interests.handling));
        }
        Guide guide = Guide.to(type);
        List<String> footer = new ArrayList<>();
        guide.examples().forEach(example -> footer.add("  " + Help.verbatim(example)));
        spec.usageMessage()
                .description(guide.summary())
                .customSynopsis("zmtp " + name(type) + " [--bind ENDPOINT]... [--connect ENDPOINT]... [options]", "")
                .footerHeading(Help.EXAMPLES)
                .footer(footer.toArray(String[]::new));
        List<String> description = new ArrayList<>(List.of(guide.summary(), ""));
        guide.lines().forEach(line -> description.add(Help.verbatim(line)));
        spec.usageMessage().description(description.toArray(String[]::new));
        return new CommandLine(spec);
    }

    static String name(SocketType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Integer call() {
        check();
        SocketOptions options = tuning.applyTo(Sockets.options(type));
        options = tls.applyTo(options, where);
        options = upgrades.applyTo(options, where);
        options = new Security(plain, curve, blake3).applyTo(options);
        ZmtpSocket socket = Sockets.open(type, options);
        Talk talk = new Talk(socket, where, flow, tuning, watching, interests, streams);
        Disposable stats = watching.stats ? new Stats(talk, streams.err()).start() : () -> {};
        try {
            return talk.run();
        } finally {
            stats.dispose();
        }
    }

    private void check() {
        if (where.isEmpty()) {
            throw new UsageError(
                    "--bind, --connect", "expected at least one endpoint, such as --connect tcp://host:5555");
        }
        where.connects.forEach(each -> Values.checkPeer("--connect", each));
        if (where.has(Scheme.UDP) && type != SocketType.RADIO && type != SocketType.DISH) {
            throw new UsageError("--bind, --connect", "udp is for radio and dish only");
        }
        if (type == SocketType.DISH && interests.groups.groups.isEmpty()) {
            throw new UsageError("--join", "expected at least one group: a dish gets nothing else");
        }
        if (interests.answers.echo && interests.answers.reply != null) {
            throw new UsageError("--reply", "expected one of it and --echo");
        }
        if (interests.handling.command != null && (interests.answers.echo || interests.answers.reply != null)) {
            throw new UsageError("--exec", "expected one of it, --echo and --reply");
        }
        if (interests.handling.time && flow.format == Format.Name.raw) {
            throw new UsageError("--time", "expected a --format with lines; raw has octets alone");
        }
        Shape shape = Shape.of(type);
        interests.supply.check(flow.format.of(shape.lead()), shape);
    }
}
