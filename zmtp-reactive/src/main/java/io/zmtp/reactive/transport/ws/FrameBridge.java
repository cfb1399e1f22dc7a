package io.zmtp.reactive.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Between the frames of a {@link WebSocketHost} and the octets of a {@link WebSocketLink}, which so is the same as over TCP.
 * Frames of a client are masked there: these are too, with a key of zeros, which changes nothing.
 */
final class FrameBridge extends ChannelDuplexHandler {

    private static final int MOST_HEADER = 14;

    /** The frame of ours that has not come whole yet, and how much is missing. */
    private @Nullable CompositeByteBuf collected;

    private long missing;
    private int opcode;

    // ---- in

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof WebSocketFrame frame)) {
            context.fireChannelRead(message);
            return;
        }
        ByteBuf payload = frame.content();
        int length = payload.readableBytes();
        ByteBuf header = context.alloc().buffer(MOST_HEADER);
        header.writeByte((frame.isFinalFragment() ? FrameReader.FIN : 0) | frame.rsv() << 4 | opcode(frame));
        if (length <= FrameReader.MAX_CONTROL) {
            header.writeByte(FrameReader.MASKED | length);
        } else if (length <= 0xffff) {
            header.writeByte(FrameReader.MASKED | FrameReader.LENGTH_16).writeShort(length);
        } else {
            header.writeByte(FrameReader.MASKED | FrameReader.LENGTH_64).writeLong(length);
        }
        context.fireChannelRead(Unpooled.wrappedBuffer(header.writeZero(Mask.SIZE), payload));
    }

    private static int opcode(WebSocketFrame frame) {
        if (frame instanceof BinaryWebSocketFrame) {
            return FrameReader.BINARY;
        } else if (frame instanceof TextWebSocketFrame) {
            return FrameReader.TEXT;
        } else if (frame instanceof ContinuationWebSocketFrame) {
            return FrameReader.CONTINUATION;
        } else if (frame instanceof PingWebSocketFrame) {
            return FrameReader.PING;
        } else if (frame instanceof PongWebSocketFrame) {
            return FrameReader.PONG;
        }
        return FrameReader.CLOSE;
    }

    // ---- out

    /** A {@link FrameWriter} cuts payloads, but no headers. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable()) {
                CompositeByteBuf frame = collected == null ? begin(context, in) : collected;
                int length = (int) Math.min(missing, in.readableBytes());
                frame.addComponent(true, in.readRetainedSlice(length));
                missing -= length;
                if (missing == 0) {
                    collected = null;
                    context.write(frame(opcode, frame), in.isReadable() ? context.newPromise() : promise);
                }
            }
        } finally {
            in.release();
        }
        if (collected != null) {
            promise.trySuccess(); // the rest of the frame comes with another write, which may fail
        }
    }

    private CompositeByteBuf begin(ChannelHandlerContext context, ByteBuf in) {
        opcode = in.readByte() & 0xf;
        int length = in.readByte() & FrameReader.LENGTH_64;
        missing = length == FrameReader.LENGTH_64
                ? in.readLong()
                : length == FrameReader.LENGTH_16 ? in.readUnsignedShort() : length;
        collected = context.alloc().compositeBuffer(Integer.MAX_VALUE);
        return collected;
    }

    private static WebSocketFrame frame(int opcode, ByteBuf payload) {
        return switch (opcode) {
            case FrameReader.PING -> new PingWebSocketFrame(payload);
            case FrameReader.PONG -> new PongWebSocketFrame(payload);
            case FrameReader.CLOSE -> new CloseWebSocketFrame(true, 0, payload);
            default -> new BinaryWebSocketFrame(payload);
        };
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        CompositeByteBuf cut = collected;
        collected = null;
        if (cut != null) {
            cut.release();
        }
    }
}
