package io.zmtp.samples.cli;

import io.zmtp.reactive.Message;
import io.zmtp.samples.cli.format.BadInput;
import io.zmtp.samples.cli.format.Format;
import io.zmtp.samples.cli.format.Shape;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is sent, and how often, for types that send what they read. */
final class Supply {

    @Option(
            names = {"-D", "--data"},
            paramLabel = "TEXT",
            description = "Send this message instead of standard input; may be given several times.")
    List<String> data = new ArrayList<>();

    @Option(
            names = {"-i", "--interval"},
            paramLabel = "D",
            description = "Send one message in so long: 100ms, 1s. With --data again and again, until --count.")
    @Nullable
    Duration interval;

    /** Whether it never ends by itself. */
    boolean isEndless() {
        return !data.isEmpty() && interval != null;
    }

    /** Checks what can be known before anything is sent. */
    void check(Format format, Shape shape) {
        if (interval != null && interval.isZero()) {
            throw new UsageError("--interval", "expected more than 0");
        }
        try {
            messages(format).forEach(shape::check);
        } catch (BadInput e) {
            throw new UsageError("--data", String.valueOf(e.getMessage()));
        }
    }

    /** Where messages come from. */
    Format.Reader reader(InputStream in, Format format) {
        if (data.isEmpty()) {
            return format.reader(in);
        }
        List<Message> messages = messages(format);
        return new Format.Reader() {
            private int next;

            @Override
            public @Nullable Message next() {
                if (next == messages.size() && isEndless()) {
                    next = 0;
                }
                return next == messages.size() ? null : messages.get(next++);
            }
        };
    }

    private List<Message> messages(Format format) {
        return data.stream()
                .map(text -> format.parse(text.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }
}
