package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.wire.Frame;
import java.nio.ByteBuffer;

/** Hands commands over to the other side of a link, in the thread that says them. */
final class InprocCommands implements CommandWriter {

    private final InprocPipe from;
    private final InprocPipe to;

    InprocCommands(InprocPipe from, InprocPipe to) {
        this.from = from;
        this.to = to;
    }

    @Override
    public void write(byte[] frames, int length) {
        Acknowledgements there = to.acknowledgements;
        if (there == null || !from.isLinkedTo(to)) {
            return;
        }
        ByteBuffer in = ByteBuffer.wrap(frames, 0, length);
        for (Frame frame; (frame = Frame.read(in, Integer.MAX_VALUE)) != null; ) {
            there.take(frame);
        }
        from.owner.unlocked(there::settle); // which also settles what other threads have brought
    }

    @Override
    public void ping(Bytes context) {
        Acknowledgements here = from.acknowledgements;
        if (here != null && from.isLinkedTo(to) && here.ponged(context)) {
            here.settle();
        }
    }
}
