package io.zmtp.samples.cli.format;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A JSON array of strings, one for each part. */
final class JsonFormat extends LineFormat {

    private final Lead lead;

    JsonFormat(Lead lead) {
        this.lead = lead;
    }

    @Override
    public Message parse(byte[] line) {
        if (line.length == 0) {
            return Message.of(Bytes.EMPTY);
        }
        List<Bytes> parts = new ArrayList<>();
        for (String text : JsonStrings.parse(decode(line))) {
            Bytes part = JsonStrings.octets(text);
            parts.add(parts.isEmpty() && lead == Lead.PEER_ID ? PeerId.parse(part) : part);
        }
        if (parts.isEmpty()) {
            throw new BadInput("expected at least one string in the array: a message has a part, which may be \"\"");
        }
        return Message.of(parts);
    }

    private static String decode(byte[] line) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadInput("expected UTF-8, as all JSON is");
        }
    }

    @Override
    public void write(Message message, OutputStream out) throws IOException {
        out.write((array(message) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void write(Instant came, Message message, OutputStream out) throws IOException {
        String line = "{\"time\":\"" + came.truncatedTo(ChronoUnit.MILLIS) + "\",\"message\":" + array(message) + "}\n";
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }

    private String array(Message message) {
        StringBuilder line = new StringBuilder("[");
        for (int i = 0; i < message.size(); i++) {
            Bytes part = message.part(i);
            line.append(i == 0 ? "" : ",");
            Json.quote(line, i == 0 && lead == Lead.PEER_ID ? PeerId.text(part) : JsonStrings.text(part));
        }
        return line.append(']').toString();
    }
}
