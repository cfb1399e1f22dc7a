package io.zmtp.samples.cli.format;

import io.zmtp.reactive.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** How messages stand in standard input and output. */
public interface Format {

    /** The formats by name. */
    enum Name {
        text,
        jsonl,
        hex,
        raw;

        public Format of(Lead lead) {
            return switch (this) {
                case text -> new TextFormat(lead);
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

    void write(Message message, OutputStream out) throws IOException;
}
