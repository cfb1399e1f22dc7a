package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.samples.cli.format.BadInput;
import io.zmtp.samples.cli.format.Format;
import io.zmtp.samples.cli.format.Lead;
import io.zmtp.samples.cli.format.PeerId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A shell command that is run for each message: the message is its standard input, and what it writes is another one. */
final class Exec {

    /** What grep and the like end with when there is nothing to write, which is no failure. */
    private static final int NOTHING_FOUND = 1;

    private final String command;
    private final Lead lead;
    private final Format format;
    private final boolean isLine;
    private final PrintStream err;
    private volatile @Nullable Process running;
    private volatile boolean failed;
    private volatile boolean ended;

    /**
     * A command.
     *
     * @param lead what the first part of a message is; the command gets it as a variable
     */
    Exec(String command, Format.Name format, Lead lead, PrintStream err) {
        this.command = command;
        this.lead = lead;
        this.format = format.of(Lead.BODY);
        this.isLine = format != Format.Name.raw;
        this.err = err;
    }

    /** Runs it, and waits for it. Returns what it wrote, behind the same first part; null for nothing. */
    @Nullable
    Message run(Message message) {
        byte[] written = write(message.first(), lead == Lead.BODY ? message : message.skip(1));
        if (written.length == 0) {
            return null;
        }
        boolean hasEnd = isLine && written[written.length - 1] == '\n';
        Message result = parse(hasEnd ? Arrays.copyOf(written, written.length - 1) : written);
        return result == null || lead == Lead.BODY ? result : result.prepend(message.first());
    }

    private @Nullable Message parse(byte[] written) {
        try {
            return format.parse(written);
        } catch (BadInput e) {
            fail("what it wrote is no message: " + e.getMessage());
            return null;
        }
    }

    private byte[] write(Bytes first, Message body) {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", command).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (lead != Lead.BODY) {
            shell.environment().put(lead == Lead.GROUP ? "ZMTP_GROUP" : "ZMTP_ID", PeerId.text(first));
        }
        try {
            ByteArrayOutputStream input = new ByteArrayOutputStream();
            format.write(body, input);
            Process process = shell.start();
            running = process;
            if (ended) {
                process.destroy();
            }
            Thread writer = new Thread(() -> feed(process, input.toByteArray()), "zmtp-exec");
            writer.setDaemon(true);
            writer.start(); // of its own: the command may write before it has read all
            byte[] written = process.getInputStream().readAllBytes();
            int status = process.waitFor();
            if (status != 0 && status != NOTHING_FOUND && !ended) {
                fail("it ended with status " + status);
            }
            return written;
        } catch (IOException e) {
            throw Failure.failed("--exec: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new byte[0];
        }
    }

    private static void feed(Process process, byte[] input) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException unread) {
            // it may end without having read all
        }
    }

    private void fail(String sentence) {
        failed = true;
        err.println("zmtp: --exec " + command + ": " + sentence);
    }

    /** Whether one of them failed. */
    boolean hasFailed() {
        return failed;
    }

    /** Ends the one that runs, if one does. */
    void end() {
        ended = true;
        Process process = running;
        if (process != null) {
            process.destroy();
        }
    }
}
