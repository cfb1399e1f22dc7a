package io.zmtp.samples.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What the command prints, line by line. */
final class Printed extends OutputStream {

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean failing;

    @Override
    public synchronized void write(int octet) throws IOException {
        if (failing) {
            throw new IOException("Broken pipe");
        }
        if (octet == '\n') {
            lines.add(line.toString(StandardCharsets.ISO_8859_1));
            line.reset();
        } else {
            line.write(octet);
        }
    }

    synchronized void fail() {
        failing = true;
    }

    /** The next line, its octets as characters. */
    String next() {
        try {
            String next = lines.poll(Tool.SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("expected a line within " + Tool.SECONDS + " s");
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    synchronized String rest() {
        StringBuilder rest = new StringBuilder();
        for (String next; (next = lines.poll()) != null; ) {
            rest.append(next).append('\n');
        }
        return rest + line.toString(StandardCharsets.ISO_8859_1);
    }
}
