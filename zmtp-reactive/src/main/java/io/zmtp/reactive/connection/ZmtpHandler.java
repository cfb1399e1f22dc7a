package io.zmtp.reactive.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.pipe.Acknowledgements;
import io.zmtp.reactive.wire.AcknowledgementRun;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameDecoder;
import io.zmtp.reactive.wire.Limits;
import io.zmtp.reactive.wire.SubscriptionRun;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The only class that sees a {@code ByteBuf}: octets to messages and commands, on the event loop. Each read is copied
 * once into the decoder's arrays and released before the method returns.
 */
final class ZmtpHandler extends ChannelInboundHandlerAdapter implements FrameDecoder.Output {

    private final ChannelConnection connection;
    private final Lifecycle life;
    private final Channel channel;
    private final InboundPipe inbound;
    private final Limits limits;
    private final Liveness liveness;
    private @Nullable Handshake handshake;
    private @Nullable FrameDecoder decoder;
    private FrameCipher cipher = FrameCipher.NONE;
    private @Nullable Unsealer unsealer;
    private @Nullable Peer peer;
    private Writer writer;
    /** Made once, as it is run for nearly each message. */
    private final Runnable drain = this::drain;

    private boolean decoding;
    /** Whether what came is being handed out, and whether something is to be written when that is done. */
    private boolean handingOut;

    private boolean answered;
    /** Whether something was thrown away while leaving: what comes behind cannot be understood any more. */
    private boolean deaf;

    @SuppressWarnings("NullAway.Init") // the writer comes with the pipeline, before anything else can happen
    ZmtpHandler(ChannelConnection connection, Lifecycle life, Limits limits) {
        this.connection = connection;
        this.life = life;
        this.channel = connection.channel();
        this.inbound = connection.inbound();
        this.limits = limits;
        this.liveness = new Liveness(this, life, connection.pipe(), channel.eventLoop());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        writer =
                new Writer(this, life, connection.outbox(), connection.controls(), connection.commandWriter(), context);
    }

    Liveness liveness() {
        return liveness;
    }

    Writer writer() {
        return writer;
    }

    void begin(Handshake handshake) {
        this.handshake = handshake;
    }

    /** The handshake is through: what came behind it is traffic. */
    void open(Peer peer, FrameCipher cipher) {
        Handshake through = handshake;
        handshake = null;
        writer.cipher(cipher);
        this.peer = peer;
        FrameDecoder plain = new FrameDecoder(limits);
        this.cipher = cipher;
        this.decoder = plain;
        this.unsealer = cipher.encrypts() ? new Unsealer(cipher, limits, plain, this) : null;
        if (through != null && through.rest().hasRemaining()) {
            decode(through.rest());
        }
        writer.drain();
        regulate();
    }

    // ---- in

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf in)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            liveness.onRead();
            if (handshake != null) {
                handshake.feed(in);
            } else if (decoder != null) {
                decode(
                        in.nioBufferCount() == 1
                                ? in.internalNioBuffer(in.readerIndex(), in.readableBytes())
                                : in.nioBuffer());
            }
        } finally {
            in.release();
        }
    }

    private void decode(ByteBuffer in) {
        FrameDecoder current = decoder;
        deaf |= life.isLeaving() && inbound.isFull();
        if (current == null || deaf) {
            return;
        }
        decoding = true;
        try {
            if (unsealer == null) {
                current.decode(in, this);
            } else {
                unsealer.decode(in);
            }
        } catch (ZmtpProtocolException | ZmtpHandshakeException broken) {
            inbound.drain();
            life.fail(broken);
            return;
        } finally {
            decoding = false;
            if (decoder == null) { // it ended meanwhile
                cipher.close();
            }
        }
        settle(); // before a PONG says that all this was read
        if (writer.hasControl()) {
            writer.drain(); // what we must answer does not wait for those who take messages
        }
        handOut();
        regulate(); // not before, or what was about to be taken would stop the reading
    }

    /** Answers to what came go out together at once, while the processor still has all of the connection in its cache. */
    private void handOut() {
        writer.mayWriteOn();
        handingOut = true;
        try {
            inbound.drain();
        } finally {
            handingOut = false;
        }
        if (answered) {
            answered = false;
            writer.drain();
        }
    }

    /** Acknowledgements that came together count together. */
    private void settle() {
        Acknowledgements acknowledgements = acknowledgements();
        if (acknowledgements != null) {
            acknowledgements.settle();
        }
    }

    private @Nullable Acknowledgements acknowledgements() {
        ChannelPipe pipe = connection.pipe();
        return pipe == null ? null : pipe.acknowledgements;
    }

    private void drain() {
        writer().drain();
    }

    /** Something waits to be written: at the end of a read if it was sent while that is handed out; any thread. */
    void wake() {
        EventLoop loop = channel.eventLoop();
        if (loop.inEventLoop() && handingOut) {
            answered = true;
        } else {
            loop.execute(drain);
        }
    }

    @Override
    public void messages(byte[] wire, int from, int to, int count) {
        inbound.push(wire, from, to, count);
    }

    @Override
    public void message(List<Bytes> parts) {
        inbound.push(Message.received(parts, peer));
    }

    @Override
    public void frame(Frame frame) {
        Acknowledgements acknowledgements = acknowledgements();
        if (acknowledgements != null && acknowledgements.take(frame)) {
            return;
        }
        Command command = Command.parse(frame);
        if (command.name().equals(Command.ERROR)) {
            // The side that speaks first in a handshake can refuse its peer only when that believes to be through.
            throw Handshake.error(connection.where() + "messages", command);
        }
        if (!isPonged(command) && !liveness.take(command)) {
            connection.onCommand(command);
        }
    }

    @Override
    public void subscriptions(SubscriptionRun run) {
        if (!connection.takeAll(run)) {
            FrameDecoder.Output.super.subscriptions(run);
        }
    }

    @Override
    public void acknowledgements(AcknowledgementRun run) {
        Acknowledgements acknowledgements = acknowledgements();
        if (acknowledgements == null) {
            FrameDecoder.Output.super.acknowledgements(run);
        } else {
            acknowledgements.take(run);
        }
    }

    /** Whether a command is a PONG that tells what the peer has read of what was acknowledged. */
    private boolean isPonged(Command command) {
        Acknowledgements acknowledgements = acknowledgements();
        return acknowledgements != null
                && command.name().equals(Command.PONG)
                && acknowledgements.ponged(command.pongContext());
    }

    /** Reads on or stops, as the pipe, the peer's own reading and the end of the connection want it. */
    void regulate() {
        if (decoder == null) {
            return;
        }
        boolean read = life.isLeaving() || !(inbound.isFull() || writer.isFlooded());
        if (channel.config().isAutoRead() != read) {
            liveness.rest(!read);
            channel.config().setAutoRead(read);
        }
        connection.updateReadiness();
    }

    // ---- out

    /** Sends a command of the connection's own. */
    void control(Command command) {
        control(command.frame());
    }

    private void control(Frame frame) {
        if (life.isOpen()) {
            writer.answer(frame);
            if (decoding) {
                return; // one flush for the answers to everything that came together
            }
            writer.drain();
            if (writer.isFlooded()) {
                regulate();
            }
        }
    }

    /** Sends a PING, unless the last one still waits because the peer does not read: then false. */
    boolean ping(Command ping) {
        boolean idle = !writer.hasControl();
        if (idle) {
            control(ping);
        }
        return idle;
    }

    /** Sends a PING of the socket's behind all commands so far, perhaps before traffic begins. */
    void ping(Bytes context) {
        writer.control(Command.ping(liveness.ttl(), context).frame());
        writer.drain();
    }

    void onWrite() {
        liveness.onWrite();
    }

    /** The writer wrote what it could. */
    void drained() {
        regulate();
        life.written();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        writer.flowing(channel.isWritable());
        context.fireChannelWritabilityChanged();
    }

    // ---- the end

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            life.inputEnded();
        } else if (event instanceof Command heartbeat) { // of WebSocket, which has answered a PING already
            liveness.onRead();
            if (heartbeat.name().equals(Command.PONG) && !isPonged(heartbeat)) {
                liveness.take(heartbeat);
            }
            settle();
        }
        context.fireUserEventTriggered(event);
    }

    /** Reads to the peer's end, even if nothing takes it; what still comes of a handshake is dropped. */
    void readToEnd() {
        handshake = null;
        channel.config().setAutoRead(true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable inner = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        life.fail(inner);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        boolean cut = decoder != null && (!decoder.idle() || (unsealer != null && !unsealer.idle()));
        life.closedByPeer(cut);
        context.fireChannelInactive();
    }

    /** Lets go of everything; the channel is closed, or detached. */
    void stop() {
        handshake = null;
        decoder = null;
        liveness.stop();
        writer.close();
        if (!decoding) {
            cipher.close(); // else what came with the last frame would look forged
        }
    }

    /** What came and was not handed out, as wire octets, when the connection is detached. */
    ByteBuf leftover() {
        ByteBuf rest = Unpooled.buffer();
        inbound.takeAll(rest::writeBytes);
        if (decoder != null) {
            rest.writeBytes(decoder.leftover());
        }
        if (handshake != null) {
            rest.writeBytes(handshake.rest());
        }
        return rest;
    }
}
