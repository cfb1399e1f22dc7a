package io.zmtp.samples.cli.format;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * All of the input is one message of one part; of what comes, the octets alone are written. Where a group or an id leads,
 * it stands before the first tab of the input, and is not written.
 */
final class RawFormat implements Format {

    private final Lead lead;

    RawFormat(Lead lead) {
        this.lead = lead;
    }

    @Override
    public Reader reader(InputStream in) {
        return new Reader() {
            private boolean read;

            @Override
            public @Nullable Message next() throws IOException {
                if (read) {
                    return null;
                }
                read = true;
                return parse(in.readAllBytes());
            }
        };
    }

    @Override
    public Message parse(byte[] all) {
        if (lead == Lead.BODY) {
            return Message.of(Bytes.wrap(all));
        }
        int tab = 0;
        while (tab < all.length && all[tab] != LineFormat.TAB) {
            tab++;
        }
        if (tab == all.length) {
            throw new BadInput("expected " + lead.shape() + ", but there is no tab");
        }
        Bytes first = Bytes.copyOf(all, 0, tab);
        return Message.of(lead == Lead.PEER_ID ? PeerId.parse(first) : first, Bytes.copyOf(all, tab + 1, all.length));
    }

    @Override
    public void write(Message message, OutputStream out) throws IOException {
        for (int i = lead == Lead.BODY ? 0 : 1; i < message.size(); i++) {
            out.write(message.part(i).toByteArray());
        }
    }
}
