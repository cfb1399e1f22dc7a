package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What a decoder handed out, as text: {@code [hex, hex]} for a message, {@code (flags hex)} for a frame. */
final class Decoded implements FrameDecoder.Output {
    final List<String> events = new ArrayList<>();
    int runs;
    int assembled;
    private final MessageCursor cursor = new MessageCursor();

    static String text(Message message) {
        return StreamSupport.stream(message.spliterator(), false)
                .map(Bytes::hex)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    static String text(Frame frame) {
        return String.format("(%02x %s)", frame.flags(), frame.body().hex());
    }

    @Override
    public void messages(byte[] wire, int from, int to, int count) {
        runs++;
        cursor.reset(wire, from, to);
        int cut = 0;
        while (cursor.hasNext()) {
            events.add(text(cursor.next(null)));
            cut++;
        }
        if (cut != count || cursor.position() != to) {
            throw new AssertionError(
                    count + " messages up to " + to + " announced, " + cut + " cut up to " + cursor.position());
        }
        Chunks.recycle(wire);
    }

    @Override
    public void message(List<Bytes> parts) {
        assembled++;
        events.add(text(Message.of(parts)));
    }

    @Override
    public void frame(Frame frame) {
        events.add(text(frame));
    }

    /** Decodes the octets cut into pieces of these sizes; the rest is the last piece. */
    static List<String> decode(FrameDecoder decoder, byte[] octets, int... sizes) {
        Decoded decoded = new Decoded();
        int at = 0;
        for (int size : sizes) {
            decoder.decode(ByteBuffer.wrap(octets, at, size), decoded);
            at += size;
        }
        decoder.decode(ByteBuffer.wrap(octets, at, octets.length - at), decoded);
        return decoded.events;
    }
}
