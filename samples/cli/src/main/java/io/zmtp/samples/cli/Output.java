package io.zmtp.samples.cli;

import io.zmtp.reactive.Message;
import io.zmtp.samples.cli.format.Format;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Standard output: each message is out before the next one is looked at. For one thread at a time. */
final class Output {

    /** Nobody reads the output any more. */
    static final class Gone extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Gone(IOException cause) {
            super(cause);
        }
    }

    private final OutputStream out;
    private final Format format;
    private final boolean times;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /** An output; whether it has the time before each message. */
    Output(OutputStream out, Format format, boolean times) {
        this.out = new BufferedOutputStream(out, 64 * 1024);
        this.format = format;
        this.times = times;
    }

    /**
     * Writes a message.
     *
     * @throws Gone if the output is closed
     */
    void write(Message message) {
        try {
            if (times) {
                format.write(Instant.now(), message, out);
            } else {
                format.write(message, out);
            }
            out.flush();
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (reason.contains("Broken pipe") || reason.contains("closed")) {
                throw new Gone(e);
            }
            throw Failure.failed("standard output: " + reason);
        }
        bytes.addAndGet(message.bytes());
        written.incrementAndGet();
    }

    /** How many messages were written. */
    long written() {
        return written.get();
    }

    /** Their octets, without what the format adds. */
    long bytes() {
        return bytes.get();
    }
}
