package io.zmtp.reactive.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameEncoder;
import io.zmtp.reactive.wire.Limits;
import io.zmtp.reactive.wire.RoutingId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a peer sends over a WebSocket into ZMTP frames, wherever the reads cut it (RFC 6455, section 5; RFC 45).
 *
 * <p>Bodies go through as they come: whether they are too large is the ZMTP decoder's business, which sees their headers
 * first. Only a message of several WebSocket frames is held, because a ZMTP header has the size of the whole.
 */
final class FrameReader {

    /** What of the peer is not for ZMTP. The arrays belong to the one that is called. */
    interface Controls {

        void ping(byte[] payload);

        void pong(byte[] payload);

        /** Nothing more is read. */
        void closed(CloseStatus status);
    }

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static final int FIN = 0x80;
    static final int MASKED = 0x80;

    /** The most octets of a control frame's payload, and the largest length that is written in the second octet. */
    static final int MAX_CONTROL = 125;

    /** The length in the second octet that stands for two octets more, and for eight. */
    static final int LENGTH_16 = 126;

    static final int LENGTH_64 = 127;

    // ZWS's flags.
    static final int MORE = 1;
    static final int COMMAND = 2;

    /** The most WebSocket frames of one message. */
    private static final int MAX_FRAGMENTS = 4096;

    /** What CURVE adds to a frame, at most, and the flags. */
    private static final int OVERHEAD = 64;

    private static final String SECTION = "RFC 6455, section 5";

    private final boolean fromClient;
    private final Controls controls;
    private final SocketType socketType;

    /** Whether the peer's first message is, or may be, its routing id: see {@link Subprotocol}. */
    private Naming naming;

    private long maxCollected = Limits.MAX_HANDSHAKE_COMMAND;

    // Of the WebSocket frame: its header, then how much of its payload is to come.
    private final byte[] header = new byte[14];
    private int come;
    private int needed = 2;
    private final byte[] zmtp = new byte[FrameEncoder.headerSize(Long.MAX_VALUE)];
    private boolean inPayload;
    private int opcode;
    private boolean isLast;
    private long left;
    private int key;

    private byte[] control = new byte[0];
    private int controlled;

    // Of the message.
    private boolean inMessage;
    private int fragments;
    private boolean hasFlags;
    private int flags;
    private @Nullable ByteBuf collected;

    private boolean bare;
    private boolean ended;
    private int fault = CloseStatus.PROTOCOL_ERROR;

    /** How the peer may say its routing id. */
    enum Naming {
        /** By a mechanism. */
        NONE,
        /** By its first message. */
        FIRST,
        /** By either: its first message shows. */
        EITHER
    }

    /**
     * Makes one for the first octet behind the upgrade.
     *
     * @param fromClient whether the frames must be masked; else they must not be
     * @param socketType ours, for peers that do not say theirs
     */
    FrameReader(boolean fromClient, Naming naming, SocketType socketType, Controls controls) {
        this.fromClient = fromClient;
        this.naming = naming;
        this.socketType = socketType;
        this.controls = controls;
    }

    /** From now on messages may be as large as this. */
    void limit(long maxMessageSize) {
        maxCollected = Math.min(maxMessageSize, Integer.MAX_VALUE - 2 * OVERHEAD) + OVERHEAD;
    }

    /**
     * Takes what has come.
     *
     * @param in consumed, but for what is behind a CLOSE
     * @param out gets the octets of ZMTP
     * @throws ZmtpProtocolException if the peer broke a rule; what came before is in {@code out}
     */
    void read(ByteBuf in, ByteBuf out) {
        while (!ended && in.isReadable()) {
            if (!inPayload) {
                if (!inMessage && come == 0 && naming == Naming.NONE) {
                    WholeMessages.read(in, out, fromClient);
                }
                if (!readHeader(in)) {
                    return;
                }
                begin();
            } else if (opcode >= CLOSE) {
                int length = (int) Math.min(left, in.readableBytes());
                ByteBuf target = Unpooled.wrappedBuffer(control).writerIndex(controlled);
                key = Mask.copy(in, target, length, key);
                controlled += length;
                left -= length;
            } else {
                readData(in, out);
            }
            if (inPayload && left == 0) {
                end(out);
            }
        }
    }

    // ---- headers

    private boolean readHeader(ByteBuf in) {
        while (come < needed) {
            int length = Math.min(needed - come, in.readableBytes());
            if (length == 0) {
                return false;
            }
            in.readBytes(header, come, length);
            come += length;
            if (come == 2) {
                check();
                int more = (header[1] & LENGTH_64) == LENGTH_16 ? 2 : (header[1] & LENGTH_64) == LENGTH_64 ? 8 : 0;
                needed = 2 + more + (fromClient ? Mask.SIZE : 0);
            }
        }
        return true;
    }

    private void check() {
        int first = header[0] & 0xff;
        opcode = first & 0xf;
        isLast = (first & FIN) != 0;
        if ((first & 0x70) != 0) {
            throw wrong("a frame without reserved bits, as no extension was agreed on", "its first octet is " + first);
        }
        boolean isMasked = (header[1] & MASKED) != 0;
        if (isMasked != fromClient) {
            throw wrong(
                    fromClient ? "a masked frame of a client" : "a frame of a server without a mask",
                    isMasked ? "there is a mask" : "there is no mask");
        }
        switch (opcode) {
            case CONTINUATION -> {
                if (!inMessage) {
                    throw wrong("the beginning of a message", "a continuation came");
                }
                if (++fragments == MAX_FRAGMENTS) {
                    fault = CloseStatus.POLICY;
                    throw ZmtpProtocolException.tooLarge(
                            "expected a message of at most " + MAX_FRAGMENTS + " WebSocket frames, but it has more");
                }
            }
            case TEXT, BINARY -> {
                if (inMessage) {
                    throw wrong("the continuation of a message", "another message came");
                }
                if (opcode == TEXT) {
                    fault = CloseStatus.UNACCEPTABLE;
                    throw wrong("a binary message, as ZWS has no others", "a text message came");
                }
            }
            case CLOSE, PING, PONG -> {
                if (!isLast || (header[1] & LENGTH_64) > MAX_CONTROL) {
                    throw wrong(
                            "a control frame of one piece and at most " + MAX_CONTROL + " octets",
                            isLast ? "it is longer" : "it is a fragment");
                }
            }
            default -> throw wrong("an opcode of 0, 2, 8, 9 or 10", "it is " + opcode);
        }
    }

    private void begin() {
        int at = needed - (fromClient ? Mask.SIZE : 0);
        left = at == 2 ? header[1] & LENGTH_64 : number(2, at);
        if (left < 0 || (at > 2 && left <= MAX_CONTROL) || (at > 4 && left <= 0xffff)) {
            throw wrong(
                    "the shortest form of a length",
                    "it is " + Long.toUnsignedString(left) + " in " + (at - 2) + " octets");
        }
        key = fromClient ? (int) number(at, needed) : 0;
        come = 0;
        needed = 2;
        inPayload = true;
        if (opcode >= CLOSE) {
            control = new byte[(int) left];
            controlled = 0;
        } else if (opcode == BINARY) {
            inMessage = true;
            fragments = 0;
            hasFlags = false;
        }
    }

    private long number(int from, int to) {
        long number = 0;
        for (int at = from; at < to; at++) {
            number = number << Byte.SIZE | (header[at] & 0xff);
        }
        return number;
    }

    // ---- messages

    private void readData(ByteBuf in, ByteBuf out) {
        if (!hasFlags) {
            readFlags(in, out);
        }
        int length = (int) Math.min(left, in.readableBytes());
        ByteBuf held = collected;
        if (held != null && held.readableBytes() + (long) length > maxCollected) {
            fault = CloseStatus.TOO_BIG;
            throw ZmtpProtocolException.tooLarge("expected a message of several WebSocket frames of at most "
                    + maxCollected + " octets, but it has more");
        }
        key = Mask.copy(in, held == null ? out : held, length, key);
        left -= length;
    }

    private void readFlags(ByteBuf in, ByteBuf out) {
        int octet = (in.readByte() ^ (key >>> 24)) & 0xff;
        key = Mask.next(key, 1);
        left--;
        hasFlags = true;
        if (octet > COMMAND) {
            throw wrong("flags of 0, 1 or 2", "they are " + octet, "RFC 45, Framing");
        }
        if (naming == Naming.EITHER) {
            naming = octet == COMMAND ? Naming.NONE : Naming.FIRST;
        }
        if (naming == Naming.FIRST && octet != 0) {
            throw wrong("a routing id of one part", "flags of " + octet + " came", "RFC 45, No Mechanism");
        }
        flags = octet == COMMAND ? Frame.COMMAND : octet;
        if (isLast && naming != Naming.FIRST) {
            header(out, flags, left);
        } else {
            collected = Unpooled.buffer((int) Math.min(left, 1024));
        }
    }

    private void end(ByteBuf out) {
        inPayload = false;
        if (opcode >= CLOSE) {
            endControl();
        } else if (isLast) {
            inMessage = false;
            if (!hasFlags) {
                throw wrong("a message with an octet of flags", "it is empty", "RFC 45, Framing");
            }
            ByteBuf whole = collected;
            collected = null;
            if (whole != null && naming == Naming.FIRST) {
                naming = Naming.NONE;
                bare = true;
                named(whole, out);
            } else if (whole != null) {
                header(out, flags, whole.readableBytes());
                out.writeBytes(whole);
            }
        }
    }

    /** A peer that has no mechanism says nothing but its name: what it is, is taken for granted. */
    private void named(ByteBuf name, ByteBuf out) {
        if (name.readableBytes() > RoutingId.MAX_SIZE) {
            throw wrong(
                    "a routing id of at most " + RoutingId.MAX_SIZE + " octets",
                    "one of " + name.readableBytes() + " came",
                    "RFC 45, No Mechanism");
        }
        byte[] id = new byte[name.readableBytes()];
        name.readBytes(id);
        Metadata ready = Metadata.EMPTY
                .with(
                        Metadata.SOCKET_TYPE,
                        Bytes.utf8(Subprotocol.presumed(socketType).name()))
                .with(Metadata.IDENTITY, Bytes.wrap(id));
        out.writeBytes(Command.ready(ready).frame().octets().asByteBuffer());
    }

    private void header(ByteBuf out, int frameFlags, long size) {
        out.writeBytes(zmtp, 0, FrameEncoder.header(zmtp, 0, frameFlags, size));
    }

    // ---- what is not for ZMTP

    private void endControl() {
        byte[] payload = control;
        switch (opcode) {
            case PING -> controls.ping(payload);
            case PONG -> controls.pong(payload);
            default -> {
                CloseStatus status = payload.length == 0 ? new CloseStatus(CloseStatus.NORMAL, "") : status(payload);
                ended = true;
                controls.closed(status);
            }
        }
    }

    private CloseStatus status(byte[] payload) {
        if (payload.length == 1) {
            throw wrong("a status of two octets in a close", "there is one");
        }
        int code = (payload[0] & 0xff) << Byte.SIZE | (payload[1] & 0xff);
        if (!CloseStatus.maySay(code)) {
            throw wrong("a status that may be said in a close", "it is " + code);
        }
        ByteBuffer reason = ByteBuffer.wrap(payload, 2, payload.length - 2);
        try {
            return new CloseStatus(
                    code, StandardCharsets.UTF_8.newDecoder().decode(reason).toString());
        } catch (CharacterCodingException noText) {
            fault = CloseStatus.BAD_DATA;
            throw wrong("a reason in UTF-8 in a close", "it is none");
        }
    }

    /** Whether something came of which the ZMTP decoder knows nothing yet. */
    boolean holds() {
        return collected != null || come > 0 || (inMessage && !hasFlags);
    }

    /** Whether the peer's first message was its routing id. */
    boolean isBare() {
        return bare;
    }

    /** The status to close with after a rule was broken. */
    int fault() {
        return fault;
    }

    private static ZmtpProtocolException wrong(String expected, String came) {
        return wrong(expected, came, SECTION);
    }

    private static ZmtpProtocolException wrong(String expected, String came, String section) {
        return new ZmtpProtocolException("expected " + expected + ", but " + came, section);
    }
}
