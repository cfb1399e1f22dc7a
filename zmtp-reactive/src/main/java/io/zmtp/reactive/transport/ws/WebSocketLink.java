package io.zmtp.reactive.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.transport.HalfClose;
import io.zmtp.reactive.transport.ws.FrameReader.Naming;
import io.zmtp.reactive.wire.Command;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An upgraded channel: WebSocket below, the octets of ZMTP above. The peer's greeting is made up, ours is swallowed.
 * PINGs become those of WebSocket, and are in clear under every mechanism, as in libzmq; those of the peer, and its PONGs,
 * are fired as events, as {@link Command}s. The peer's CLOSE is fired as the end of its stream. Internal.
 */
public final class WebSocketLink extends ChannelDuplexHandler implements FrameReader.Controls {

    private final boolean isClient;
    private final Subprotocol protocol;
    private final boolean weAreServer;
    private final Bytes routingId;
    private final FrameReader reader;
    private final FrameWriter writer;
    private ChannelHandlerContext context;

    /** The payload of the peer's last PING that is not answered yet: one answer is enough for several (RFC 6455, 5.5.3). */
    private byte @Nullable [] pong;

    private CloseStatus status = new CloseStatus(CloseStatus.NORMAL, "");
    private @Nullable String refusal;
    private boolean isClosing;
    private boolean isLingering;
    private boolean peerEnded;
    private boolean wasCut;
    private boolean isFaulty;
    private boolean fired;

    /**
     * Makes one for the moment after the upgrade.
     *
     * @param weAreServer whether this side is the mechanism's server
     */
    @SuppressWarnings("NullAway.Init") // the context comes with the pipeline, before anything else can happen
    WebSocketLink(boolean isClient, Subprotocol protocol, boolean weAreServer, SocketType socketType, Bytes routingId) {
        this.isClient = isClient;
        this.protocol = protocol;
        this.weAreServer = weAreServer;
        this.routingId = routingId;
        Naming naming = protocol.isBare()
                ? Naming.FIRST
                : isClient && protocol.mechanism().equals("NULL") ? Naming.EITHER : Naming.NONE;
        this.reader = new FrameReader(!isClient, naming, socketType, this);
        this.writer = new FrameWriter(isClient, protocol.isBare());
    }

    /**
     * Checks that a mechanism can go by WebSocket.
     *
     * @throws IllegalArgumentException if it has no subprotocol
     */
    public static void requireMechanism(String name) {
        Subprotocol.of(name, SocketType.PAIR);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        if (protocol.isBare()) {
            introduce();
        }
        ByteBuf greeting = context.alloc().buffer();
        greeting.writeBytes(protocol.greeting(weAreServer).octets().asByteBuffer());
        context.fireChannelRead(greeting);
    }

    /** Says our name to a peer that has no mechanism, unless what it got first is that for it. */
    private void introduce() {
        if (!writer.hasSpoken()) {
            ByteBuf name = context.alloc().directBuffer();
            writer.message(name, 0, routingId.toByteArray());
            context.writeAndFlush(name);
        }
        writer.bare();
    }

    // ---- what the connection says; on the event loop

    /** The handshake is through: the peer's messages may be as large as this. */
    public void opened(long maxMessageSize) {
        reader.limit(maxMessageSize);
    }

    /** Sets what the peer is said when the channel closes. */
    public void ending(Closed.Reason reason, @Nullable Throwable cause) {
        if (!isFaulty && !peerEnded) {
            status = CloseStatus.of(reason, cause, isClient);
            isFaulty = reason == Closed.Reason.PROTOCOL || reason == Closed.Reason.TOO_LARGE;
        }
    }

    /** Says that nothing more comes; what comes is still read. */
    public void endOutput() {
        if (!isClosing && writer.isBetweenFrames() && context.channel().isActive()) {
            isClosing = true;
            ByteBuf out = context.alloc().directBuffer();
            byte[] reason = Bytes.utf8(status.reason()).toByteArray();
            byte[] payload = new byte[2 + reason.length];
            payload[0] = (byte) (status.code() >> Byte.SIZE);
            payload[1] = (byte) status.code();
            System.arraycopy(reason, 0, payload, 2, reason.length);
            writer.control(out, FrameReader.CLOSE, payload);
            context.writeAndFlush(out);
        }
    }

    // ---- in

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf in)) {
            context.fireChannelRead(message);
            return;
        }
        if (isFaulty || peerEnded) {
            in.release();
            return;
        }
        ByteBuf out = context.alloc().directBuffer(in.readableBytes() + in.readableBytes() / 32 + 16);
        ZmtpProtocolException broken = null;
        try {
            reader.read(in, out);
        } catch (ZmtpProtocolException rule) {
            broken = rule;
        } catch (RuntimeException | Error unexpected) {
            out.release();
            throw unexpected;
        } finally {
            in.release();
        }
        if (reader.isBare()) {
            introduce();
        }
        fire(context, out);
        if (broken != null && !isFaulty) {
            isFaulty = true;
            status = new CloseStatus(reader.fault(), String.valueOf(broken.getMessage()));
            context.fireExceptionCaught(broken);
        } else if (peerEnded) {
            cut(context);
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    private void fire(ChannelHandlerContext context, ByteBuf out) {
        if (out.isReadable()) {
            fired = true;
            context.fireChannelRead(out);
        } else {
            out.release();
        }
    }

    /** Has the ZMTP decoder know that the peer's stream ends in the middle of something that it has not seen yet. */
    private void cut(ChannelHandlerContext context) {
        if (reader.holds() && !wasCut) {
            wasCut = true;
            fire(context, context.alloc().buffer(1).writeByte(0));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (answer(context)) {
            context.flush();
        }
        boolean nothing = !fired;
        fired = false;
        context.fireChannelReadComplete();
        if (nothing && !context.channel().config().isAutoRead()) {
            context.read(); // who asked for one frame has not got it yet
        }
    }

    @Override
    public void ping(byte[] payload) {
        pong = payload;
        fireHeartbeat(Command.ping(Duration.ZERO, Bytes.EMPTY));
    }

    @Override
    public void pong(byte[] payload) {
        fireHeartbeat(Command.pong(Bytes.copyOf(payload, 0, Math.min(payload.length, Command.MAX_CONTEXT))));
    }

    private void fireHeartbeat(Command heartbeat) {
        context.fireUserEventTriggered(heartbeat);
    }

    @Override
    public void closed(CloseStatus said) {
        peerEnded = true;
        status = new CloseStatus(said.code(), "");
        if (!said.isOrderly()) {
            refusal = "the peer closed the WebSocket with " + said;
        }
    }

    /** What the peer's CLOSE says, if that is more than that it goes; null if not. */
    public @Nullable String refusal() {
        return refusal;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            if (isLingering) {
                context.close();
                return;
            }
            cut(context);
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!isFaulty && !peerEnded) {
            cut(context);
        }
        context.fireChannelInactive();
    }

    // ---- out

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf in)) {
            context.write(message, promise);
            return;
        }
        if (isClosing) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        ByteBuf out = writer.write(in, context.alloc());
        if (out.isReadable()) {
            context.write(out, promise);
        } else {
            out.release();
            promise.trySuccess();
        }
        answer(context); // a large frame may have been in its way; the flush is that of the write
    }

    /** Answers the last PING, if the peer reads; whether there is something to flush. */
    private boolean answer(ChannelHandlerContext context) {
        byte[] payload = pong;
        if (payload != null
                && writer.isBetweenFrames()
                && !isClosing
                && context.channel().isWritable()) {
            pong = null;
            ByteBuf out = context.alloc().directBuffer();
            writer.control(out, FrameReader.PONG, payload);
            context.write(out);
            return true;
        }
        return false;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (answer(context)) {
            context.flush();
        }
        context.fireChannelWritabilityChanged();
    }

    /** Says why, and after a fault of the peer waits until it has read that. */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        boolean lingers =
                isFaulty && !isLingering && !isClosing && context.channel().isActive();
        endOutput();
        if (!lingers) {
            context.close(promise);
            return;
        }
        isLingering = true;
        context.channel().closeFuture().addListener(closed -> promise.trySuccess());
        if (HalfClose.begin(context.channel())) {
            context.channel().config().setAutoRead(true);
        }
    }
}
