package io.zmtp.samples.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;
import reactor.core.publisher.Mono;

/** Writes what the package of a release has besides the jar: the manual, as AsciiDoc, and the completion script. */
final class Manual {

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
        int status = ManPageGenerator.generateManPage(pages, null, new boolean[0], true, zmtp.getCommandSpec());
        if (status != 0) {
            throw new IOException("the manual could not be written: status " + status);
        }
        Files.createDirectories(completion.getParent());
        Files.writeString(completion, AutoComplete.bash("zmtp", zmtp));
    }
}
