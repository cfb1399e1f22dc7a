package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Sinks;

/** The command, run in this process. */
final class Tool implements AutoCloseable {

    static final int SECONDS = 30;

    private final Typed in = new Typed();
    private final Printed out = new Printed();
    private final Printed err = new Printed();
    private final Sinks.Empty<Void> stop = Sinks.empty();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();

    private Tool(String... arguments) {
        Streams streams = new Streams(in, out, new PrintStream(err, true, StandardCharsets.UTF_8), stop.asMono());
        Thread thread = new Thread(
                () -> {
                    try {
                        status.complete(Zmtp.commandLine(streams).execute(arguments));
                    } catch (Throwable failure) {
                        status.completeExceptionally(failure);
                    }
                },
                "zmtp " + String.join(" ", arguments));
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts it, with standard input open. */
    static Tool start(String... arguments) {
        return new Tool(arguments);
    }

    /** Runs it to its end, with this as standard input. */
    static Tool run(String input, String... arguments) {
        return start(arguments).type(input).endInput();
    }

    /** Starts it bound to a free port. */
    static Tool bind(String type, String... arguments) {
        List<String> all = new ArrayList<>(List.of(type, "--bind", "tcp://127.0.0.1:*", "--verbose"));
        all.addAll(Arrays.asList(arguments));
        return start(all.toArray(String[]::new));
    }

    /** Where it is bound to. */
    String endpoint() {
        return event("listening").replaceAll(".*\"endpoint\":\"([^\"]+)\".*", "$1");
    }

    /** The next event of that name; those before it are forgotten. */
    String event(String name) {
        for (; ; ) {
            String line = err.next();
            if (line.startsWith("{\"event\":\"" + name + "\"")) {
                return line;
            }
        }
    }

    Tool type(String input) {
        in.type(input.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Tool type(byte[] input) {
        in.type(input);
        return this;
    }

    Tool endInput() {
        in.end();
        return this;
    }

    /** As Ctrl-C does. */
    Tool interrupt() {
        stop.tryEmitEmpty();
        return this;
    }

    /** Nobody reads standard output any more. */
    Tool closeOutput() {
        out.fail();
        return this;
    }

    /** The next line of standard output. */
    String line() {
        return out.next();
    }

    /** As {@link #line()}, for one that does not matter. */
    Tool skipLine() {
        line();
        return this;
    }

    /** The next line of standard error. */
    String error() {
        return err.next();
    }

    /** The next line of standard error that is no event. */
    String errorAfterEvents() {
        String line = err.next();
        return line.startsWith("{") ? errorAfterEvents() : line;
    }

    /** All of standard output so far, except lines that were taken. */
    String output() {
        return out.rest();
    }

    /** All of standard error so far, except lines that were taken. */
    String errors() {
        return err.rest();
    }

    int status() {
        try {
            return status.get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("expected the end within " + SECONDS + " s; standard error: " + errors());
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    Tool endsWith(int expected) {
        assertThat(status()).as(() -> "status; standard error: " + errors()).isEqualTo(expected);
        return this;
    }

    boolean isRunning() {
        return !status.isDone();
    }

    @Override
    public void close() {
        stop.tryEmitEmpty();
        in.end();
        status();
    }
}
