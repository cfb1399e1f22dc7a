package io.zmtp.samples.cli.format;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Parts split by a tab, their octets as they are: parts with tabs or newlines need another format. */
public final class TextFormat extends LineFormat {

    private final Lead lead;

    public TextFormat(Lead lead) {
        this.lead = lead;
    }

    @Override
    public Message parse(byte[] line) {
        List<Bytes> parts = split(line);
        if (lead == Lead.PEER_ID) {
            parts.set(0, PeerId.parse(parts.get(0)));
        }
        return Message.of(parts);
    }

    @Override
    public void write(Message message, OutputStream out) throws IOException {
        int first = 0;
        if (lead == Lead.PEER_ID) {
            out.write(PeerId.text(message.first()).getBytes(StandardCharsets.UTF_8));
            first = 1;
        }
        for (int i = first; i < message.size(); i++) {
            if (i > 0) {
                out.write(TAB);
            }
            out.write(message.part(i).toByteArray());
        }
        out.write(NEWLINE);
    }
}
