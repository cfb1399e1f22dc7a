package io.zmtp.reactive.connection;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameCursor;
import io.zmtp.reactive.wire.FrameEncoder;

/** Puts encrypted frames into arrays, on the event loop, in the order of the wire. */
final class Sealer {

    private static final int KEPT = Frame.MORE | Frame.COMMAND;

    private final FrameCipher cipher;
    private final int overhead;

    Sealer(FrameCipher cipher) {
        this.cipher = cipher;
        this.overhead = cipher.prefix() + cipher.suffix();
    }

    /** The octets on the wire of a frame with such a body. */
    int size(int body) {
        int sealed = Math.addExact(body, overhead);
        return Math.addExact(FrameEncoder.headerSize(sealed), sealed);
    }

    /** The octets on the wire of all these plain frames. */
    int size(byte[] plain, int from, int to) {
        int size = 0;
        FrameCursor frames = new FrameCursor(plain, from, to);
        while (frames.next()) {
            size += size(frames.to() - frames.from());
        }
        return size;
    }

    /** Where the body of a frame belongs before it is sealed. */
    int bodyAt(int at, int body) {
        return at + FrameEncoder.headerSize(body + overhead) + cipher.prefix();
    }

    /** Encrypts the frame whose body is in its place already; returns its end. */
    int seal(int flags, byte[] wire, int at, int body) {
        int sealed = body + overhead;
        int from = at + FrameEncoder.headerSize(sealed);
        int sent = cipher.encrypt(flags & KEPT, wire, from, from + sealed);
        FrameEncoder.header(wire, at, sent & KEPT, sealed);
        return from + sealed;
    }

    /** A frame as it is on the wire, encrypted. */
    Bytes seal(Frame frame) {
        Bytes body = frame.body();
        byte[] wire = new byte[size(body.size())];
        body.copyTo(0, wire, bodyAt(0, body.size()), body.size());
        seal(frame.flags(), wire, 0, body.size());
        return Bytes.wrap(wire);
    }

    /** Encrypts plain frames one after another; returns the end of the last one. */
    int seal(byte[] plain, int from, int to, byte[] wire) {
        int at = 0;
        FrameCursor frames = new FrameCursor(plain, from, to);
        while (frames.next()) {
            int body = frames.to() - frames.from();
            System.arraycopy(plain, frames.from(), wire, bodyAt(at, body), body);
            at = seal(frames.flags(), wire, at, body);
        }
        return at;
    }
}
