package io.zmtp.reactive.mechanism;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Key files of any content: keys, or an error that names the file and repeats nothing of it. */
public final class KeyFileFuzz {
    private static final Path FILE = temporary();

    private KeyFileFuzz() {}

    private static Path temporary() {
        try {
            Path file = Files.createTempFile("keys", ".txt");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        Files.write(FILE, data);
        String content = new String(data, StandardCharsets.ISO_8859_1).strip();
        try {
            KeyFile.readPublicKey(FILE);
        } catch (IOException refused) {
            check(refused, content);
        }
        try {
            KeyFile.readPair(FILE);
        } catch (IOException refused) {
            check(refused, content);
        }
    }

    private static void check(IOException refused, String content) {
        String message = String.valueOf(refused.getMessage()).replace(FILE.toString(), "");
        if (content.length() >= 20 && message.contains(content)) {
            throw new AssertionError("repeats the content: " + message);
        }
    }
}
