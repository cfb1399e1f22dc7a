package io.zmtp.samples.cli.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of octets at its newlines. Octets, not characters: what is sent is what was typed, in whatever encoding.
 * Reads what is there and no more, so that a line counts as soon as it is complete.
 */
public final class Lines {

    private final InputStream in;
    private final byte[] buffer = new byte[64 * 1024];
    private int at;
    private int end;

    public Lines(InputStream in) {
        this.in = in;
    }

    /** The next line without its newline; null at the end. What follows the last newline is a line unless it is empty. */
    public byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream begun = null;
        for (; ; ) {
            int newline = at;
            while (newline < end && buffer[newline] != '\n') {
                newline++;
            }
            if (newline < end) {
                byte[] line = join(begun, newline);
                at = newline + 1;
                return line;
            }
            if (end > at) {
                begun = begun == null ? new ByteArrayOutputStream() : begun;
                begun.write(buffer, at, end - at);
            }
            at = 0;
            end = Math.max(0, in.read(buffer));
            if (end == 0) {
                return begun == null ? null : begun.toByteArray();
            }
        }
    }

    private byte[] join(@Nullable ByteArrayOutputStream begun, int to) {
        if (begun == null) {
            return Arrays.copyOfRange(buffer, at, to);
        }
        begun.write(buffer, at, to - at);
        return begun.toByteArray();
    }
}
