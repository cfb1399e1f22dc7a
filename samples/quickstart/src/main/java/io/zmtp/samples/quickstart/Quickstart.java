package io.zmtp.samples.quickstart;

import io.zmtp.reactive.ZmtpException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import reactor.core.Exceptions;

/** Without arguments {@link Demo}, with an endpoint {@link Talk}. */
public final class Quickstart {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private Quickstart() {}

    /**
     * Runs the program and exits: 0 when all went well, 1 when the connection failed, 2 when the arguments are wrong.
     *
     * @param args see {@link Options#USAGE}
     */
    public static void main(String[] args) {
        System.exit(run(args, System.in, System.out, System.err));
    }

    /** As {@link #main}, but returns the exit status. Messages and results go to {@code out}, everything else to {@code err}. */
    static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
        if (args.length == 0) {
            return new Demo(out, Duration.ofSeconds(5), Duration.ofMillis(1500)).run() ? OK : FAILED;
        }
        if (args[0].equals("--help")) {
            out.print(Options.USAGE);
            return OK;
        }
        try {
            Options options = Options.parse(args);
            new Talk(options, new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)), out, err)
                    .run()
                    .block();
            return OK;
        } catch (IllegalArgumentException wrong) {
            err.println(wrong.getMessage());
            err.print(Options.USAGE);
            return USAGE;
        } catch (RuntimeException thrown) {
            Throwable failure = Exceptions.unwrap(thrown);
            if (failure instanceof IOException || failure instanceof ZmtpException) {
                err.println("failed: " + failure.getMessage());
                return FAILED;
            }
            throw thrown;
        }
    }
}
