package io.zmtp.samples.cli;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import reactor.core.publisher.Sinks;

/** Starts the tool. */
public final class Main {

    /** As a shell has it for what SIGINT ended: 128 and the signal's number. */
    static final int INTERRUPTED = 130;

    private static final int MOST_SECONDS_TO_END = 10;

    /** From this version on the JVM itself prints a warning when a library uses sun.misc.Unsafe. */
    private static final int WARNS_OF_UNSAFE = 24;

    private Main() {}

    /**
     * Runs one command.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        keepLibrariesQuiet();
        Sinks.Empty<Void> stop = Sinks.empty();
        CountDownLatch done = new CountDownLatch(1);
        // SIGINT and SIGTERM begin the end of the JVM, which keeps their exit status and waits for this.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.tryEmitEmpty();
            await(done);
        }));
        Streams streams = new Streams(
                new BufferedInputStream(new FileInputStream(FileDescriptor.in)), // which alone would seek, in a pipe
                new FileOutputStream(FileDescriptor.out),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                stop.asMono());
        int status;
        try {
            status = Zmtp.commandLine(streams).execute(arguments);
            Sockets.end();
        } finally {
            done.countDown();
        }
        System.exit(status);
    }

    /** What libraries would log is reported by events, where somebody asks for it. */
    private static void keepLibrariesQuiet() {
        System.setProperty("reactor.logging.fallback", "JDK");
        LogManager.getLogManager().reset();
        if (Runtime.version().feature() >= WARNS_OF_UNSAFE) {
            System.setProperty("io.netty.noUnsafe", "true");
        }
    }

    private static void await(CountDownLatch done) {
        try {
            done.await(MOST_SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
