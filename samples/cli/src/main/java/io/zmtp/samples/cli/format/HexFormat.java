package io.zmtp.samples.cli.format;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Parts split by a tab, each in hexadecimal digits. */
final class HexFormat extends LineFormat {

    @Override
    public Message parse(byte[] line) {
        List<Bytes> parts = split(line);
        for (int i = 0; i < parts.size(); i++) {
            parts.set(i, parse(i + 1, parts.get(i).utf8()));
        }
        return Message.of(parts);
    }

    private static Bytes parse(int part, String digits) {
        try {
            return Bytes.hex(digits);
        } catch (IllegalArgumentException e) {
            throw new BadInput("part " + part + ": " + e.getMessage());
        }
    }

    @Override
    public void write(Message message, OutputStream out) throws IOException {
        String line = StreamSupport.stream(message.spliterator(), false)
                .map(Bytes::hex)
                .collect(Collectors.joining("\t", "", "\n"));
        out.write(line.getBytes(StandardCharsets.US_ASCII));
    }
}
