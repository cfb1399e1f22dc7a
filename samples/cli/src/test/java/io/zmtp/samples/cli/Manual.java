package io.zmtp.samples.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;
import reactor.core.publisher.Mono;

/** Writes what the package of a release has besides the jar: the manual, as AsciiDoc, and the completion script. */
final class Manual {

    /** What is between two of these stays as it is written. */
    private static final String LITERAL = "....";

    private Manual() {}

    public static void main(String[] arguments) throws IOException {
        write(new File(arguments[0]), Path.of(arguments[1]));
    }

    static void write(File pages, Path completion) throws IOException {
        CommandLine zmtp = Zmtp.commandLine(new Streams(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                new PrintStream(OutputStream.nullOutputStream()),
                Mono.never()));
        Files.createDirectories(completion.getParent());
        Files.writeString(completion, AutoComplete.bash("zmtp", zmtp));

        Stream.concat(Stream.of(zmtp), zmtp.getSubcommands().values().stream())
                .map(command -> command.getCommandSpec().usageMessage())
                .forEach(Manual::prepare);
        int status = ManPageGenerator.generateManPage(pages, null, new boolean[0], true, zmtp.getCommandSpec());
        if (status != 0) {
            throw new IOException("the manual could not be written: status " + status);
        }
        try (Stream<Path> all = Files.list(pages.toPath())) {
            for (Path page : all.filter(Files::isRegularFile).toList()) {
                Files.write(page, escape(Files.readAllLines(page)));
            }
        }
    }

    /** Headings of the manual are in one line, and examples stay as they are. */
    private static void prepare(UsageMessageSpec usage) {
        List<String> footer = new ArrayList<>(List.of(usage.footer()));
        footer.add(0, LITERAL);
        footer.add(LITERAL);
        usage.footerHeading("Examples%n").footer(footer.toArray(String[]::new));
        if (!usage.exitCodeList().isEmpty()) {
            usage.exitCodeListHeading("Exit status%n");
        }
    }

    /** Asterisks of endpoints are no markup; those of the generator begin or end a line, or follow a comma. */
    private static List<String> escape(List<String> lines) {
        List<String> escaped = new ArrayList<>();
        boolean isLiteral = false;
        for (String line : lines) {
            isLiteral ^= line.equals(LITERAL);
            boolean isMarkup = isLiteral || line.startsWith("*") || line.startsWith("xref:");
            escaped.add(isMarkup ? line : line.replace("*", "{asterisk}"));
        }
        return escaped;
    }
}
