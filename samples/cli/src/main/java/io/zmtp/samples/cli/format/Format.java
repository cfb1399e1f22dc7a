package io.zmtp.samples.cli.format;

import io.zmtp.reactive.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** How messages stand in standard input and output. */
public interface Format {

    /** The formats by name. */
    enum Name {
        text,
        quoted,
        jsonl,
        hex,
        raw;

        public Format of(Lead lead) {
            return switch (this) {
                case text -> new TextFormat(lead);
                case quoted -> new QuotedFormat(lead);
                case jsonl -> new JsonFormat(lead);
                case hex -> new HexFormat();
                case raw -> new RawFormat(lead);
            };
        }
    }

    /** Reads messages one after the other. */
    interface Reader {

        /**
         * The next one; null at the end.
         *
         * @throws BadInput if what comes is none
         */
        @Nullable
        Message next() throws IOException;
    }

    Reader reader(InputStream in);

    /**
     * Reads one message from what a reader takes for one: a line without its newline, or all there is.
     *
     * @throws BadInput if it is none
     */
    Message parse(byte[] written);

    void write(Message message, OutputStream out) throws IOException;

    /** As {@link #write(Message, OutputStream)}, and when it came. */
    default void write(Instant came, Message message, OutputStream out) throws IOException {
        out.write((came.truncatedTo(ChronoUnit.MILLIS) + "\t").getBytes(StandardCharsets.US_ASCII));
        write(message, out);
    }
}
